"""Back from a trial without treatment; and what became of the patients who were refused one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from approvals import restarting
from approvals.acting import acting
from approvals.actions.applying import one_open_application
from approvals.actions.reassessing import open_next
from approvals.actions.redosing import freeze_dose
from approvals.models import Application, FollowUp
from approvals.redosing import Body
from approvals.workflow import Action


def restart(
    pk: int,
    *,
    body: Body = Body(),  # noqa: B008  # frozen
    reason: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """The next period opens on the terms of the last one, its dose computed again; its letter is issued."""
    told: dict[str, Any] = {"body": body, "reason": reason}
    with (
        one_open_application(),
        acting(Action.RESTART, pk, by=by, at=at, version=version, comment=reason, **told) as act,
    ):
        application = act.application
        last = application.authorisations.latest("period")
        freeze_dose(act, restarting.redose(application, body, at=at), because=reason, by=by)
        open_next(act, last, by=by)
    return application


def follow_up(
    pk: int,
    *,
    course: str,
    treatment: str,
    text: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """What became of a patient some three months after a refusal. Nobody is told: it is for the reports."""
    told: dict[str, Any] = {"course": course, "treatment": treatment, "text": text}
    with acting(Action.FOLLOW_UP, pk, by=by, at=at, version=version, **told) as act:
        FollowUp.objects.create(application=act.application, recorded_at=at, recorded_by=by, **told)
    return act.application
