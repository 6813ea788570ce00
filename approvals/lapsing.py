"""Questions that nobody answers: whom the program warns, what it lets lapse, and the sweep that finds both.

A warning goes out once per (application, due time), and so does the order to let it lapse: the keys of the
promises say so, however many sweepers run. What is promised is looked at again under the application's lock.
A treatment begun as an emergency never lapses: the committee judges it, however late.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Role, User
from accounts.people import holders
from approvals.models import Application
from approvals.workflow import Status
from outbox import sweeping
from treatments.deadlines import LAPSE_NOTICE, URGENT_LAPSE_NOTICE, lapse_notice_at, lapses_at

# One statement; nothing is locked. A row that is answered meanwhile leaves a promise that is superseded.
SWEEP = """
WITH waiting AS (
  SELECT id, answer_due, floor(extract(epoch FROM answer_due))::bigint AS due, is_urgent
    FROM approvals_application
   WHERE status = 'information_requested' AND emergency_authorised_at IS NULL
     AND answer_due <= %(at)s::timestamptz + %(notice)s::interval
),
wanted AS (
  SELECT id, due, 'lapse' AS job FROM waiting WHERE answer_due <= %(at)s::timestamptz - %(grace)s::interval
  UNION ALL
  SELECT id, due, 'warn_of_lapse' FROM waiting
   WHERE answer_due > %(at)s::timestamptz - %(grace)s::interval
     AND answer_due <= %(at)s::timestamptz
         + CASE WHEN is_urgent THEN %(urgent_notice)s::interval ELSE %(notice)s::interval END
)
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT job || ':' || id || ':' || due, job, jsonb_build_object('application', id, 'due', due), %(at)s, %(at)s
  FROM wanted
ON CONFLICT (key) DO NOTHING
"""


# Subject (after the number) and sentence of the warning.
WARNING = (
    _("answer, or it lapses"),
    _("The time to answer its questions is nearly over. Without an answer the application lapses."),
)


@sweeping.sweep(gettext_noop("lapses"))
def sweep(*, at: datetime) -> int:
    """Promise every warning and every lapse that is due; return how many were new."""
    spans: dict[str, Any] = {
        "grace": f"{settings.LAPSE_GRACE_HOURS} hours",
        "notice": LAPSE_NOTICE,
        "urgent_notice": URGENT_LAPSE_NOTICE,
    }
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, {"at": at, **spans})
        return int(cursor.rowcount)


def is_unanswered(application: Application) -> bool:
    return (
        application.status == Status.INFORMATION_REQUESTED
        and application.answer_due is not None
        and application.emergency_authorised_at is None
    )


def is_over(application: Application, *, at: datetime) -> bool:
    """Whether it lapses now."""
    due = application.answer_due
    return is_unanswered(application) and due is not None and lapses_at(due) <= at


def is_to_be_warned(application: Application, due: int, *, at: datetime) -> bool:
    """Whether the author is still to be warned of this due time (in seconds)."""
    answer_due = application.answer_due
    if answer_due is None or not is_unanswered(application) or int(answer_due.timestamp()) != due:
        return False
    return lapse_notice_at(answer_due, is_urgent=application.is_urgent) <= at < lapses_at(answer_due)


def warned(application: Application, *, at: datetime) -> list[User]:
    """The author and the head of the unit; where neither is there any more, the medical director."""
    unit = application.unit
    heads = holders(Role.HEAD_OF_UNIT, at=at, hospital_id=unit.hospital_id, unit_id=unit.pk)
    people = [one for one in (application.author, *heads) if one.is_active]
    found = list({one.pk: one for one in people}.values())
    return found or holders(Role.MEDICAL_DIRECTOR, at=at, hospital_id=unit.hospital_id)
