"""Drafts that nobody touches: after so many days (setting) their author is told once. Nothing is deleted.

Once per draft and last saving: whoever goes on with it arms it again.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.people import day
from accounts.working_days import moment
from approvals.models import Application
from approvals.workflow import Status
from outbox import sweeping

# Subject and sentence.
NOTICE = (
    _("A draft of yours lies idle"),
    _("Nobody has gone on with one of your drafts for a long time: send it, or delete it."),
)

SWEEP = """
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'idle:' || id || ':' || saved, 'tell_idle',
       jsonb_build_object('application', id, 'saved', saved), %(at)s, %(at)s
  FROM (SELECT id, floor(extract(epoch FROM saved_at))::bigint AS saved FROM approvals_application
         WHERE status = 'draft' AND saved_at < %(before)s AND saved_at >= %(after)s) idle
ON CONFLICT (key) DO NOTHING
"""
# How long after its day a notice still makes sense: a standstill, or the day on which such notices begin.
CATCH_UP = timedelta(days=30)


@sweeping.sweep(gettext_noop("idle drafts"))
def sweep(*, at: datetime) -> int:
    """Promise a notice of every draft whose day has come; return how many were new."""
    last_day = day(at) - timedelta(days=settings.DRAFT_IDLE_DAYS)
    before = moment(last_day + timedelta(days=1), time(0))
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, {"at": at, "before": before, "after": before - CATCH_UP})
        return int(cursor.rowcount)


def is_idle_since(draft: Application, saved: int) -> bool:
    return draft.status == Status.DRAFT and int(draft.saved_at.timestamp()) == saved
