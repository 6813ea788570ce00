"""What an appeal must say, and whom the medical director may appoint."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from approvals import lineage, substitutes
from approvals.models import Appeal, Application
from approvals.policies.texts import LEAST_REASON, wants_text
from approvals.refusals import Shortcoming

# New information is told so that it can be judged; an error is named.
LEAST_TEXT = {Appeal.Ground.NEW_INFORMATION.value: 100, Appeal.Ground.PROCEDURE.value: 50}


def appeal(application: Application, at: datetime, *, ground: str, text: str) -> Iterable[Shortcoming]:
    if ground not in LEAST_TEXT:
        yield Shortcoming("", "ground", _("Choose on which ground you appeal."))
    yield from wants_text("text", text, LEAST_TEXT.get(ground, 1))
    if application.patient:
        others = application.patient.applications.filter(indication_code=application.indication_code)
        for told in lineage.in_the_way(application, application.type, application.follows, others):
            yield Shortcoming("", "", told)


def appoint(
    application: Application, at: datetime, *, members: list[User], presiding: User | None, reason: str
) -> Iterable[Shortcoming]:
    if not members:
        yield Shortcoming("", "members", _("Choose at least one person."))
    known = substitutes.candidates(application, at=at) if members else {}
    for member in members:
        if told := not_appointable(member, known):
            yield Shortcoming("", "members", told % {"who": member.signature})
    if substitutes.somebody_presides(application, at=at):
        if presiding:
            yield Shortcoming("", "presiding", _("Somebody presides already: appoint members only."))
    elif application.appointments.filter(presides=True).exists():
        if presiding:
            told = _("Somebody is appointed to preside already: name a substitute for the chair.")
            yield Shortcoming("", "presiding", told)
    elif presiding is None:
        yield Shortcoming("", "presiding", _("Nobody presides over this application: say who does."))
    elif presiding.pk not in {member.pk for member in members}:
        yield Shortcoming("", "presiding", _("Whoever presides has to be among those you appoint."))
    yield from wants_text("reason", reason, LEAST_REASON)


def not_appointable(member: User, known: dict[int, substitutes.Candidate]) -> str:
    candidate = known.get(member.pk)
    if candidate is None:
        return _("%(who)s sits on the committee already, or has no role here that can judge.")
    if candidate.recusal:
        return _("%(who)s is recused from this application.")
    return ""
