"""Periods that nobody reassessed: so many days (setting) after the due date the program ends them.

Once per (period, due date). The action looks again, under the lock: what was reassessed or moved meanwhile is
left alone. Those who treat, and the pharmacy, are told by the action's own notice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop

from accounts.people import day
from approvals.workflow import ON_TREATMENT
from outbox import sweeping

# Periods that expire are settled and leave the index: what is read is new, or could not be done.
SWEEP = """
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'expire:' || period.id || ':' || period.due_on, 'expire',
       jsonb_build_object('application', period.application_id), %(at)s, %(at)s
  FROM treatments_authorisation period
  JOIN approvals_application application ON application.id = period.application_id
 WHERE period.settled_at IS NULL AND NOT period.is_provisional AND period.due_on <= %(until)s
   AND application.status = ANY(%(on_treatment)s)
ON CONFLICT (key) DO NOTHING
"""


@sweeping.sweep(gettext_noop("expiries"))
def sweep(*, at: datetime) -> int:
    """Promise to end every period whose time is over; return how many were new."""
    until = day(at) - timedelta(days=settings.EXPIRY_DAYS)
    values: dict[str, Any] = {"at": at, "until": until, "on_treatment": [*map(str, ON_TREATMENT)]}
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, values)
        return int(cursor.rowcount)
