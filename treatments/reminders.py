"""Reminders of a reassessment: which, when, to whom; and the sweep that promises all that are due.

Each goes out once per (authorisation, kind, due date). A moved due date arms them again, a settled period
disarms them: a trigger keeps `NextReminder` in step with the authorisation (migration 0002), so no code can
forget it. What is missed while nothing runs is promised by the next sweep; of the reminders before the due
date only the latest one then, because three mails at once remind nobody better.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Role, User
from accounts.people import day, holders, holds
from outbox import sweeping
from treatments.models import Authorisation


class Kind(TextChoices):
    BEFORE_30 = "before_30", _("30 days before")
    BEFORE_14 = "before_14", _("14 days before")
    BEFORE_7 = "before_7", _("7 days before")
    BEFORE_1 = "before_1", _("The day before")
    DUE = "due", _("On the day")
    AFTER_7 = "after_7", _("7 days after")
    AFTER_14 = "after_14", _("14 days after")


@dataclass(frozen=True)
class Span:
    """The days, counted from the due date, from which and before which a reminder makes sense."""

    from_day: int
    until_day: int | None = None


SPANS = {
    Kind.BEFORE_30: Span(-30, -14),
    Kind.BEFORE_14: Span(-14, -7),
    Kind.BEFORE_7: Span(-7, -1),
    Kind.BEFORE_1: Span(-1, 0),
    Kind.DUE: Span(0),
    Kind.AFTER_7: Span(7),
    Kind.AFTER_14: Span(14),
}
# Nobody waits for these: neither for the morning nor for a digest.
OVERDUE = (Kind.AFTER_7, Kind.AFTER_14)
FIRST_DAY = min(span.from_day for span in SPANS.values())

# One statement. Any number of sweepers may call it: one works, the others find the turn taken and leave. A
# row that somebody moves meanwhile is waited for and read again, its date included; nothing is read beside
# it. The next day to look is that of the first kind still ahead (null: none), found in the array of their
# days, which is in order.
SWEEP = """
WITH kinds (kind, from_day, until_day) AS (
  SELECT * FROM unnest(%(kinds)s::text[], %(from_days)s::int[], %(until_days)s::int[])
),
turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtext('treatments.reminders.sweep')) AS is_ours),
ready AS (
  UPDATE treatments_nextreminder n
     SET due_on = n.reassessment_on + (%(from_days)s::int[])[
           1 + width_bucket(%(today)s - n.reassessment_on, %(from_days)s::int[])]
    FROM turn
   WHERE turn.is_ours AND n.due_on <= %(today)s
  RETURNING n.authorisation_id, n.reassessment_on AS due_on
)
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'remind:' || authorisation_id || ':' || kind || ':' || due_on, 'remind',
       jsonb_build_object('authorisation', authorisation_id, 'kind', kind, 'due_on', due_on::text),
       %(at)s, %(at)s
  FROM ready JOIN kinds
    ON due_on + from_day <= %(today)s AND (until_day IS NULL OR due_on + until_day > %(today)s)
ON CONFLICT (key) DO NOTHING
"""
KINDS: dict[str, Any] = {
    "kinds": [kind.value for kind in SPANS],
    "from_days": [span.from_day for span in SPANS.values()],
    "until_days": [span.until_day for span in SPANS.values()],
}


@sweeping.sweep(gettext_noop("reminders"))
def sweep(*, at: datetime) -> int:
    """Promise every reminder that is due; return how many were new."""
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, {**KINDS, "today": day(at), "at": at})
        return int(cursor.rowcount)


def recipients(kind: Kind, authorisation: Authorisation, *, at: datetime) -> list[User]:
    """Who is reminded. Where nobody holds the role the next one up is: a reminder always reaches somebody.

    Raises LookupError when the hospital has nobody at all to tell; the promise then stays visible as failed.
    """
    hospital_id, unit_id = authorisation.hospital_id, authorisation.unit_id
    ladder: list[list[User]] = []
    if kind == Kind.AFTER_14:
        ladder.append(holders(Role.PHARMACIST, Role.MEDICAL_DIRECTOR, at=at, hospital_id=hospital_id))
    elif kind == Kind.AFTER_7:
        ladder.append(holders(Role.HEAD_OF_UNIT, at=at, hospital_id=hospital_id, unit_id=unit_id))
    else:
        prescriber = authorisation.prescriber
        still_here = prescriber.is_active and holds(prescriber, Role.PRESCRIBER, at=at, unit_id=unit_id)
        ladder.append([prescriber] if still_here else [])
        ladder.append(holders(Role.HEAD_OF_UNIT, at=at, hospital_id=hospital_id, unit_id=unit_id))
    for rung in ladder:
        if rung:
            return rung
    for role in (Role.MEDICAL_DIRECTOR, Role.PHARMACIST, Role.ADMINISTRATOR):
        if found := holders(role, at=at, hospital_id=hospital_id):
            return found
    raise LookupError(f"Nobody can be reminded of authorisation {authorisation.pk}.")
