"""What a proposal of inadmissibility, an objection, an appeal and an appointment must say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import deadlines, voting
from approvals.appointing import why_not_appointed
from approvals.models import Appeal, Application
from approvals.permissions import open_proposal
from approvals.policies.deciding import known_codes
from approvals.policies.texts import LEAST_REASON, wants_text
from approvals.refusals import Shortcoming

# What the ground of an appeal has to be told in, at least.
LEAST_APPEAL = {Appeal.Ground.NEW_INFORMATION: 100, Appeal.Ground.PROCEDURE: 50}


def propose(
    application: Application, at: datetime, *, reason_codes: list[str], text: str
) -> Iterable[Shortcoming]:
    yield from no_open_proposal(application)
    yield from known_codes(reason_codes)
    yield from wants_text("text", text, LEAST_REASON)


def no_open_proposal(application: Application) -> Iterable[Shortcoming]:
    if open_proposal(application):
        yield Shortcoming(
            "",
            "",
            _(
                "It is proposed as not admissible: wait for the second pharmacist, or take the proposal back "
                "first."
            ),
        )


def object_(application: Application, at: datetime, *, objection: str) -> Iterable[Shortcoming]:
    yield from wants_text("objection", objection, LEAST_REASON)


def appeal(application: Application, at: datetime, *, ground: str, text: str) -> Iterable[Shortcoming]:
    if told := why_no_appeal(application, at=at):
        yield Shortcoming("", "", told)
    if ground not in Appeal.Ground.values:
        yield Shortcoming("", "ground", _("Choose the ground of the appeal."))
    yield from wants_text("text", text, LEAST_APPEAL.get(ground, LEAST_REASON))  # type: ignore[call-overload]


def why_no_appeal(application: Application, *, at: datetime) -> str:
    """Why this refusal cannot be appealed (any more), in words; "" while it can."""
    if not application.submitted_at or not application.decided_at:
        return _("An emergency that was declined is not appealed: send the whole application.")
    if application.appealed_at:
        return _("An appeal is possible once, and was made already.")
    until = deadlines.appeal_until(application.decided_at)
    if at >= until:
        return _("An appeal is possible within %(days)d days: the last one was %(day)s.") % {
            "days": settings.APPEAL_DAYS,
            "day": date_format(
                timezone.localtime(application.decided_at) + (until - application.decided_at), "DATE_FORMAT"
            ),
        }
    return ""


def appoint(
    application: Application, at: datetime, *, members: list[User], presides: User | None, reason: str
) -> Iterable[Shortcoming]:
    yield from wants_text("reason", reason, LEAST_REASON)
    if not members:
        yield Shortcoming("", "members", _("Choose at least one person."))
    for member in members:
        if told := why_not_appointed(member, application, at=at):
            yield Shortcoming("", "members", told)
    somebody_presides = any(m.presides for m in voting.committee(application, at=at))
    if presides is not None and somebody_presides:
        yield Shortcoming("", "presides", _("The chair presides over this application."))
    elif presides is not None and application.appointments.filter(presides=True).exists():
        yield Shortcoming(
            "", "presides", _("Somebody is appointed to preside already: name a substitute for the chair.")
        )
    elif presides is not None and presides not in members:
        yield Shortcoming("", "presides", _("Whoever presides is one of those you appoint."))
