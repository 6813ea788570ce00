"""The appeal against a refusal, and the substitutes for whoever may not judge it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from approvals import deadlines
from approvals.acting import acting
from approvals.actions.applying import one_open_application
from approvals.models import Appeal, Application, Appointment
from approvals.workflow import Action


def appeal(
    pk: int, *, ground: str, text: str, by: User, at: datetime, version: int | None = None
) -> Application:
    """Once, within thirty days: a fresh round, in which nobody who voted or reviewed takes part."""
    told: dict[str, Any] = {"ground": ground, "text": text}
    with one_open_application(), acting(Action.APPEAL, pk, by=by, at=at, version=version, **told) as act:
        application = act.application
        Appeal.objects.create(application=application, appealed_at=at, appealed_by=by, **told)
        application.appealed_at, application.appealed_by = at, by
        application.appealed_round = application.round
        application.round += 1
        application.rapporteur = None
        application.decision_due = deadlines.decision_due(at, is_urgent=application.is_urgent)
        if application.referred_at is None:  # not admissible: the committee has not seen it yet
            application.referred_at, application.referred_by = at, by
        act.promise("notify")
    return application


def appoint(
    pk: int,
    *,
    members: list[User],
    presides: User | None = None,
    reason: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """The medical director appoints substitutes for this application, where too few members may judge it."""
    told: dict[str, Any] = {"members": members, "presides": presides, "reason": reason}
    names = ", ".join(member.signature for member in members)
    with acting(Action.APPOINT, pk, by=by, at=at, version=version, comment=names, **told) as act:
        Appointment.objects.bulk_create(
            Appointment(
                application=act.application,
                member=member,
                presides=member == presides,
                reason=reason,
                appointed_at=at,
                appointed_by=by,
            )
            for member in members
        )
        act.promise("notify")
    return act.application
