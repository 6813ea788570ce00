"""A refusal is appealed; where too few are left to judge, the medical director appoints substitutes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from approvals.acting import acting
from approvals.actions.applying import one_open_application
from approvals.models import Appeal, Application, Appointment
from approvals.workflow import Action
from treatments import deadlines


def appeal(
    pk: int, *, ground: str, text: str, by: User, at: datetime, version: int | None = None
) -> Application:
    """Back before the committee, in a fresh round: nobody who took part so far judges it again."""
    told: dict[str, Any] = {"ground": ground, "text": text}
    with one_open_application(), acting(Action.APPEAL, pk, by=by, at=at, version=version, **told) as act:
        application = act.application
        Appeal.objects.create(
            application=application,
            rapporteur=application.rapporteur,
            appealed_at=at,
            appealed_by=by,
            **told,
        )
        application.appealed_at, application.appealed_by = at, by
        application.appealed_round = application.round
        application.round += 1
        application.rapporteur = None
        application.decision_due = deadlines.decision_due(at, is_urgent=application.is_urgent)
        if application.referred_at is None:  # it was not admissible: the committee has never seen it
            application.referred_at, application.referred_by = at, by
        act.promise("notify")
    return application


def appoint(
    pk: int,
    *,
    members: list[User],
    presiding: User | None = None,
    reason: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """These people sit on the committee for this one application; one of them presides where nobody does."""
    told: dict[str, Any] = {"members": members, "presiding": presiding, "reason": reason}
    with acting(Action.APPOINT, pk, by=by, at=at, version=version, comment=reason, **told) as act:
        Appointment.objects.bulk_create(
            Appointment(
                application=act.application,
                member=member,
                presides=presiding is not None and member.pk == presiding.pk,
                reason=reason,
                appointed_at=at,
                appointed_by=by,
            )
            for member in members
        )
        act.promise("notify")
    return act.application
