"""Nobody answered in time: the program itself ends the application."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from approvals import lapsing
from approvals.acting import lock, taking
from approvals.models import Application
from approvals.workflow import Action


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
