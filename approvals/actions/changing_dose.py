"""The pharmacy changes the dose of the open period within the limits of its row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from approvals.acting import acting
from approvals.actions.redosing import freeze_dose
from approvals.changing import Changing
from approvals.models import Application
from approvals.redosing import Asked, Body
from approvals.workflow import Action
from treatments import dose_changes, periods


def change_dose(
    pk: int,
    *,
    dose: Asked | None,
    body: Body = Body(),  # noqa: B008  # frozen
    reason: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """The period moves, its new letter takes the place of the one before, the prescriber is told."""
    told: dict[str, Any] = {"dose": dose, "body": body, "reason": reason}
    with acting(Action.CHANGE_DOSE, pk, by=by, at=at, version=version, comment=reason, **told) as act:
        period = periods.live(pk)
        changing = Changing(act.application, dose, body, at)
        after = changing.redose.after
        if after is not None:  # the policy wants one
            new = dose_changes.New(after.as_dict(), changing.cycles, changing.grams)
            freeze_dose(act, changing.redose, because=reason, by=by)
            dose_changes.change(period, new, reason=reason, by=by, at=at)
        act.promise("issue_letter")
    return act.application
