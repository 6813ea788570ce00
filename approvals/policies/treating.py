"""What an infusion, an interruption and an end of treatment must say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import Role, Unit, User
from accounts.people import day, holds
from approvals.models import Application, Vote
from approvals.policies.texts import LEAST_REASON, wants_text
from approvals.refusals import Shortcoming
from treatments.models import BY_HAND, CONTINUING, Suspension


def record_infusion(application: Application, at: datetime, *, on: date) -> Iterable[Shortcoming]:
    period = application.authorisations.live().get()  # the rule `is_in_force` saw that there is one
    if period.first_infusion_on:
        yield Shortcoming("", "on", _("The first infusion of this period is already recorded."))
    if not period.valid_from <= on <= day(at):
        yield Shortcoming(
            "", "on", _("The infusion lies between the start of the authorisation and today: check the date.")
        )


def record_discharge(application: Application, at: datetime, *, on: date) -> Iterable[Shortcoming]:
    period = (
        application.authorisations.live().get()
    )  # the rule `is_judged_at_discharge` saw that there is one
    start = period.first_infusion_on or period.valid_from
    if not start <= on <= day(at):
        yield Shortcoming("", "on", _("The discharge lies between the infusion and today: check the date."))


def suspend(application: Application, at: datetime, *, ground: str, reason: str) -> Iterable[Shortcoming]:
    if ground not in Suspension.Ground.values:
        yield Shortcoming("", "ground", _("Choose why the treatment is interrupted."))
    yield from wants_text("reason", reason, LEAST_REASON)


def wants_reason(application: Application, at: datetime, *, reason: str) -> Iterable[Shortcoming]:
    yield from wants_text("reason", reason, LEAST_REASON)


def transfer(
    application: Application, at: datetime, *, successor: tuple[Unit, User] | None, reason: str
) -> Iterable[Shortcoming]:
    yield from wants_text("reason", reason, LEAST_REASON)
    if successor is None:
        yield Shortcoming("", "successor", _("Choose who goes on with the treatment."))
        return
    unit, prescriber = successor
    period = application.authorisations.live().get()
    if (unit.pk, prescriber.pk) == (period.unit_id, period.prescriber_id):
        yield Shortcoming("", "successor", _("%(who)s treats already.") % {"who": prescriber.signature})
    elif unit.hospital_id != application.unit.hospital_id:
        yield Shortcoming("", "successor", _("In another hospital a new application is needed."))
    elif not holds(prescriber, Role.PRESCRIBER, at=at, unit_id=unit.pk):
        yield Shortcoming(
            "",
            "successor",
            _("%(who)s does not prescribe in %(unit)s.") % {"who": prescriber.signature, "unit": unit.name},
        )
    elif unit.pk != application.unit_id and prescriber.pk in judges(application):
        yield Shortcoming(
            "",
            "successor",
            _("%(who)s endorsed or reviewed the application, and cannot become its author.")
            % {"who": prescriber.signature},
        )


def judges(application: Application) -> set[int | None]:
    """Those who judged it: they do not become its author."""
    return {
        application.endorsed_by_id,
        application.taken_by_id,
        application.decided_by_id,
        *Vote.objects.filter(application=application).values_list("voted_by", flat=True),
    } - {None}


def close(application: Application, at: datetime, *, verdict: str, reason: str) -> Iterable[Shortcoming]:
    if verdict not in BY_HAND or verdict in CONTINUING:
        yield Shortcoming("", "verdict", _("Choose why the treatment ends."))
    yield from wants_text("reason", reason)
