"""Questions that nobody answers: the application lapses, by the program."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from approvals.acting import lock, taking
from approvals.lapsing import is_lapsed
from approvals.workflow import Action


def lapse(pk: int, *, at: datetime) -> bool:
    """End it if the time to answer is over; False where it was answered meanwhile, or lapsed already."""
    with transaction.atomic():
        application = lock(pk)
        if not is_lapsed(application, at=at):
            return False
        with taking(application, Action.LAPSE, by=None, at=at) as act:
            application.answer_due = application.decision_due = None
            application.asked_from = ""
            act.promise("notify")
    return True
