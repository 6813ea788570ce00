"""Which applications lapse because their questions stay unanswered, and whose authors are warned before.

Set-based: one statement promises every warning that is due, one finds what has lapsed; each of these is
looked at again under its lock. Any number of sweepers may run.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from approvals.models import Application
from approvals.workflow import Status

# How long before the answers are due their author is told that the application is about to lapse.
WARNING, URGENT_WARNING = timedelta(days=2), timedelta(hours=6)

WARN = """
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'lapsing:' || id || ':' || extract(epoch FROM answer_due)::bigint, 'warn_of_lapse',
       jsonb_build_object('application', id, 'due', extract(epoch FROM answer_due)::bigint), %(at)s, %(at)s
  FROM approvals_application
 WHERE status = %(status)s AND emergency_authorised_at IS NULL
   AND answer_due - CASE WHEN is_urgent THEN %(urgent)s ELSE %(warning)s END <= %(at)s
   AND answer_due + %(grace)s > %(at)s
ON CONFLICT (key) DO NOTHING
"""


def grace() -> timedelta:
    return timedelta(hours=settings.LAPSE_GRACE_HOURS)


def warn(*, at: datetime) -> int:
    """Promise every warning that is due; return how many were new."""
    told: dict[str, Any] = {
        "at": at,
        "status": Status.INFORMATION_REQUESTED,
        "warning": WARNING,
        "urgent": URGENT_WARNING,
        "grace": grace(),
    }
    with connection.cursor() as cursor:
        cursor.execute(WARN, told)
        return int(cursor.rowcount)


def lapsed(*, at: datetime) -> QuerySet[Application]:
    """What nobody has answered in time. A treatment begun as an emergency does not lapse: the committee
    judges it, however late."""
    return Application.objects.filter(
        Q(answer_due__lte=at - grace()),
        status=Status.INFORMATION_REQUESTED,
        emergency_authorised_at=None,
    )


def is_lapsed(application: Application, *, at: datetime) -> bool:
    return (
        application.status == Status.INFORMATION_REQUESTED
        and application.emergency_authorised_at is None
        and application.answer_due is not None
        and application.answer_due + grace() <= at
    )
