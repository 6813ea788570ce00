"""BY WHEN: facts and rules in, due dates out. Pure: the clock is never read here.

Dates move by calendar in the hospital's time zone (an answer due in ten days is due at the same
time of day, whatever daylight saving does); the rules are settings.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

# The answer to urgent questions is due in hours, not days (design/domain.md §2).
URGENT_ANSWER = timedelta(hours=24)
URGENT_DECISION = timedelta(hours=72)


def days_later(at: datetime, days: int) -> datetime:
    """The same time of day, that many calendar days later, in the hospital's time zone."""
    local = timezone.localtime(at)
    return timezone.make_aware(local.replace(tzinfo=None) + timedelta(days=days), local.tzinfo)


def decision_due(submitted_at: datetime, *, is_urgent: bool) -> datetime:
    """When the committee's answer is due: 7 days, urgent 72 hours."""
    return submitted_at + URGENT_DECISION if is_urgent else days_later(submitted_at, settings.DECISION_DAYS)


def answer_due(asked_at: datetime, *, is_urgent: bool) -> datetime:
    """When the author's answers are due: 10 days, urgent 24 hours."""
    return asked_at + URGENT_ANSWER if is_urgent else days_later(asked_at, settings.ANSWER_DAYS)


def appeal_until(decided_at: datetime) -> datetime:
    """The moment from which it is too late to appeal: the end of the thirtieth day (setting)."""
    day_after = days_later(decided_at, settings.APPEAL_DAYS + 1)
    return timezone.localtime(day_after).replace(hour=0, minute=0, second=0, microsecond=0)


def after_pause(due: datetime, *, asked_at: datetime, answered_at: datetime) -> datetime:
    """The decision's deadline moves by the time the questions were open: that time is not counted."""
    return due + (answered_at - asked_at)
