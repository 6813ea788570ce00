"""Refused patients: so many days (setting; 0: never) after the refusal its author is asked, once, for a note.

An appeal that is refused too counts anew; one that succeeds, and a note that is there, disarm.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.people import day
from accounts.working_days import moment
from approvals.models import Application, FollowUp
from approvals.workflow import REFUSED
from outbox import sweeping

# Subject and sentence.
NOTICE = (
    _("what became of the patient?"),
    _("It was refused some months ago. If you wish, record in two words how the patient is."),
)
# The steps that refuse are found by the index `refusals_by_date`.
SWEEP = """
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'follow_up:' || step.application_id || ':' || step.id, 'tell_follow_up',
       jsonb_build_object('application', step.application_id, 'step', step.id), %(at)s, %(at)s
  FROM approvals_step step
  JOIN approvals_application application ON application.id = step.application_id
 WHERE step.target IN ('rejected', 'inadmissible') AND step.source <> step.target
   AND step.at < %(before)s AND step.at >= %(after)s
   AND application.status = ANY(%(refused)s)
   AND NOT EXISTS (SELECT 1 FROM approvals_followup note WHERE note.application_id = application.id)
ON CONFLICT (key) DO NOTHING
"""
CATCH_UP = timedelta(days=30)


@sweeping.sweep(gettext_noop("notes on refused patients"))
def sweep(*, at: datetime) -> int:
    """Promise to ask for every note whose day has come; return how many were new."""
    if not settings.FOLLOW_UP_DAYS:
        return 0
    last_day = day(at) - timedelta(days=settings.FOLLOW_UP_DAYS)
    before = moment(last_day + timedelta(days=1), time(0))
    values: dict[str, Any] = {
        "at": at,
        "before": before,
        "after": before - CATCH_UP,
        "refused": [*map(str, REFUSED)],
    }
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, values)
        return int(cursor.rowcount)


def is_wanted(application: Application, step: int) -> bool:
    """Whether that step still is the refusal that stands, without a note."""
    if application.status not in REFUSED or FollowUp.objects.filter(application=application).exists():
        return False
    last = application.steps.filter(target__in=REFUSED).exclude(source__in=REFUSED).latest("sequence")
    return bool(last.pk == step)
