"""Decisions that are overdue: told to whoever holds them, then to the chair, then to the medical director.

Once each per due time: one that moved, because questions were answered, arms them again. The time in which
questions are open is not counted. Emergencies that await their ratification: see `escalating.py`; one that
awaits the people on call is told to the medical director at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Role, User
from accounts.people import holders, holds
from approvals.models import Application
from approvals.workflow import Status
from outbox import sweeping

HOLDER, CHAIR, DIRECTOR = range(3)
SUBJECT = _("the decision is overdue")
SENTENCES = {
    HOLDER: _("Its time for the decision is over, and it lies with you."),
    CHAIR: _("Its time for the decision is over: the committee is waited for, or what comes before it."),
    DIRECTOR: _("Its time for the decision is over, and nobody has seen to it yet."),
}
# Those in which the clock of the decision runs.
RUNNING = (
    Status.EMERGENCY_REQUESTED,
    Status.SUBMITTED,
    Status.PHARMACY_REVIEW,
    Status.COMMITTEE_REVIEW,
)

SWEEP = """
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'overdue:' || id || ':' || rung || ':' || due, 'tell_overdue',
       jsonb_build_object('application', id, 'rung', rung, 'due', due), %(at)s, %(at)s
  FROM (SELECT id, status, decision_due, floor(extract(epoch FROM decision_due))::bigint AS due
          FROM approvals_application
         WHERE status = ANY(%(running)s) AND decision_due < %(at)s
           AND (emergency_authorised_at IS NULL OR decided_at IS NOT NULL)) late
  JOIN generate_series(0, 2) rung
    ON CASE WHEN status = 'emergency_requested' THEN rung = 2
            ELSE decision_due + rung * %(apart)s::interval < %(at)s END
ON CONFLICT (key) DO NOTHING
"""


@sweeping.sweep(gettext_noop("overdue decisions"))
def sweep(*, at: datetime) -> int:
    """Promise to tell everybody whose turn it is; return how many were new."""
    apart = timedelta(hours=settings.DECISION_ESCALATION_HOURS)
    values: dict[str, Any] = {"at": at, "apart": apart, "running": [*map(str, RUNNING)]}
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, values)
        return int(cursor.rowcount)


def is_overdue(application: Application, due: int, *, at: datetime) -> bool:
    """Whether it still is, for that very due time (in seconds)."""
    decision_due = application.decision_due
    return (
        application.status in RUNNING
        and not application.awaits_ratification
        and decision_due is not None
        and int(decision_due.timestamp()) == due
        and decision_due < at
    )


def recipients(application: Application, rung: int, *, at: datetime) -> list[User]:
    """Who is on that rung; where nobody is, the next one. Raises LookupError where nobody is left to tell."""
    hospital_id = application.unit.hospital_id
    ladder = [
        _holding(application, at=at),
        holders(Role.CHAIR, at=at, hospital_id=hospital_id),
        holders(Role.MEDICAL_DIRECTOR, at=at, hospital_id=hospital_id),
        holders(Role.ADMINISTRATOR, at=at, hospital_id=hospital_id),
    ]
    for people in ladder[rung:]:
        if people:
            return people
    raise LookupError(f"Nobody can be told that application {application.pk} is overdue.")


def _holding(application: Application, *, at: datetime) -> list[User]:
    """The pharmacist who took charge of it; before that the pharmacy, or the head who has to endorse it."""
    unit, pharmacist = application.unit, application.taken_by
    if (
        pharmacist
        and pharmacist.is_active
        and holds(pharmacist, Role.PHARMACIST, at=at, hospital_id=unit.hospital_id)
    ):
        return [pharmacist]
    if application.endorsed_at is None:
        heads = holders(Role.HEAD_OF_UNIT, at=at, hospital_id=unit.hospital_id, unit_id=unit.pk)
        if others := [head for head in heads if head.pk != application.author_id]:
            return others
    return holders(Role.PHARMACIST, at=at, hospital_id=unit.hospital_id)
