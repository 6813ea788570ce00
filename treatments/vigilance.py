"""The clock of pharmacovigilance: by when a suspected adverse reaction is reported, and who is reminded.

A health professional reports a suspected reaction to a medicine of biological origin within 36 hours of
coming to know of it, to any other within two days (Italy, decree of the Ministry of Health of 30 April 2015,
art. 22); immunoglobulins are made of plasma. The hospital's setting is VIGILANCE_HOURS.

A reminder goes out once per (event, kind): the keys of the promises say so, however many sweepers run. What
is promised is looked at again before it is sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Role, User
from accounts.people import holders
from outbox import sweeping
from treatments.models import AdverseEvent

# So long before the end the person who recorded it is reminded.
NOTICE = timedelta(hours=12)


class Kind(TextChoices):
    BEFORE = "before", _("Shortly before the time to report is over")
    DUE = "due", _("When the time to report is over")


# One statement; nothing is locked. What is reported meanwhile leaves a promise that is superseded.
SWEEP = """
WITH waiting AS (
  SELECT id, known_since + %(time)s::interval AS due FROM treatments_adverseevent
   WHERE reported_at IS NULL
     AND known_since <= %(at)s::timestamptz - %(time)s::interval + %(notice)s::interval
),
wanted AS (
  SELECT id, CASE WHEN due <= %(at)s::timestamptz THEN 'due' ELSE 'before' END AS kind FROM waiting
)
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'vigilance:' || id || ':' || kind, 'remind_to_report', jsonb_build_object('event', id, 'kind', kind),
       %(at)s, %(at)s
  FROM wanted
ON CONFLICT (key) DO NOTHING
"""


def report_due(event: AdverseEvent) -> datetime:
    """The last moment to report it."""
    return event.known_since + timedelta(hours=settings.VIGILANCE_HOURS)


@sweeping.sweep(gettext_noop("vigilance"))
def sweep(*, at: datetime) -> int:
    """Promise every reminder that is due; return how many were new."""
    spans: dict[str, Any] = {"time": f"{settings.VIGILANCE_HOURS} hours", "notice": NOTICE}
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, {"at": at, **spans})
        return int(cursor.rowcount)


def is_due(event: AdverseEvent, kind: str, *, at: datetime) -> bool:
    """Whether that reminder still makes sense."""
    if event.reported_at is not None:
        return False
    due = report_due(event)
    return due <= at if kind == Kind.DUE else due - NOTICE <= at < due


def recipients(event: AdverseEvent, kind: str, *, at: datetime) -> list[User]:
    """Whoever recorded it, when the time is over the pharmacy too; where nobody is left, the next one up.

    Raises LookupError when the hospital has nobody at all to tell; the promise then stays visible as failed.
    """
    period = event.authorisation
    people = [event.recorded_by]
    if kind == Kind.DUE:
        people += holders(Role.PHARMACIST, at=at, hospital_id=period.hospital_id)
    told = list({one.pk: one for one in people if one.is_active}.values())
    ladder = (
        (Role.HEAD_OF_UNIT, period.unit_id),
        (Role.PHARMACIST, None),
        (Role.MEDICAL_DIRECTOR, None),
        (Role.ADMINISTRATOR, None),
    )
    for role, unit_id in ladder:
        told = told or holders(role, at=at, hospital_id=period.hospital_id, unit_id=unit_id)
    if not told:
        raise LookupError(f"Nobody can be reminded of adverse event {event.pk}.")
    return told
