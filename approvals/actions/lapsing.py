"""Nobody did what was due in time: the program itself ends the application."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.people import day
from approvals import lapsing
from approvals.acting import lock, taking
from approvals.actions.replacing import end_letter
from approvals.models import Application
from approvals.workflow import ON_TREATMENT, Action
from treatments import periods
from treatments.deadlines import expires_on
from treatments.models import Verdict


def lapse(pk: int, *, at: datetime) -> bool:
    """Let it lapse, if under its lock the time is still over; False where somebody answered, withdrew, or
    another worker was faster."""
    with transaction.atomic():
        application: Application = lock(pk)
        if not lapsing.is_over(application, at=at):
            return False
        with taking(application, Action.LAPSE, by=None, at=at) as act:
            application.answer_due = application.decision_due = None
            application.asked_from = ""
            act.promise("notify")
    return True


def expire(pk: int, *, at: datetime) -> bool:
    """Nobody reassessed it: the period expires, if under the lock its time is still over. Nothing more may be
    given; the patient goes on with a new application, of the type continuation."""
    with transaction.atomic():
        application: Application = lock(pk)
        period = application.authorisations.to_reassess().select_for_update().first()
        if period is None or application.status not in ON_TREATMENT or day(at) < expires_on(period.due_on):
            return False
        with taking(application, Action.EXPIRE, by=None, at=at) as act:
            periods.settle(period, verdict=Verdict.EXPIRED, by=None, at=at)
            end_letter(period, day(at))
            act.promise("notify")
    return True
