"""What follows an approval: the first infusion, the end before the reassessment."""

from __future__ import annotations

from datetime import date, datetime

from accounts.models import User
from accounts.people import day
from approvals.acting import acting
from approvals.actions.replacing import end_letter
from approvals.models import Application
from approvals.workflow import Action
from treatments import periods
from treatments.models import Verdict


def record_infusion(pk: int, *, on: date, by: User, at: datetime, version: int | None = None) -> Application:
    with acting(Action.RECORD_INFUSION, pk, by=by, at=at, version=version, on=on) as act:
        period = periods.live(pk)
        periods.record_first_infusion(period, on=on, by=by, at=at)
        end_letter(period, period.due_on)
    return act.application


def record_discharge(pk: int, *, on: date, by: User, at: datetime, version: int | None = None) -> Application:
    """Where the row says so the treatment is judged at the discharge, and no later."""
    with acting(Action.RECORD_DISCHARGE, pk, by=by, at=at, version=version, on=on) as act:
        period = periods.live(pk)
        periods.record_discharge(period, on=on, by=by, at=at)
        end_letter(period, period.due_on)
    return act.application


def close(
    pk: int, *, verdict: str, reason: str, by: User, at: datetime, version: int | None = None
) -> Application:
    """End the treatment before its reassessment is due, with a coded reason."""
    with acting(
        Action.CLOSE, pk, by=by, at=at, version=version, comment=reason, verdict=verdict, reason=reason
    ):
        period = periods.live(pk)
        periods.settle(period, verdict=Verdict(verdict), by=by, at=at)
        end_letter(period, day(at))
    return Application.objects.get(pk=pk)
