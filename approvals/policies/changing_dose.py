"""What a change of dose by the pharmacy must say, and where it ends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from approvals.changing import Changing
from approvals.models import Application
from approvals.policies.texts import LEAST_REASON, wants_text
from approvals.redosing import Asked, Body
from approvals.refusals import Shortcoming


def change_dose(
    application: Application, at: datetime, *, dose: Asked | None, body: Body, reason: str
) -> Iterable[Shortcoming]:
    if dose is None:
        yield Shortcoming("", "g_per_kg", _("Enter the new dose."))
    else:
        yield from _dose(Changing(application, dose, body, at))
    yield from wants_text("reason", reason, LEAST_REASON)


def _dose(changing: Changing) -> Iterable[Shortcoming]:
    redose = changing.redose
    if redose.after is None:
        yield Shortcoming("", redose.field, redose.problem)
        return
    if not redose.changes:
        yield Shortcoming("", "g_per_kg", _("This is the dose in force: nothing would change."))
        return
    if beyond := list(changing.beyond()):
        yield Shortcoming(
            "",
            "g_per_kg",
            _(
                "%(beyond)s Beyond the limits the committee decides: the prescriber makes a new application "
                "of the type “dose change”, which follows this one."
            )
            % {"beyond": " ".join(beyond)},
        )
        return
    for sentence in changing.below_given():
        yield Shortcoming("", "cycles", sentence)
