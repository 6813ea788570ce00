"""Days and months of the calendar, in the hospital's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from django.utils import timezone


def days_later(at: datetime, days: int) -> datetime:
    """The same time of day, that many calendar days later, in the hospital's time zone."""
    local = timezone.localtime(at)
    return timezone.make_aware(local.replace(tzinfo=None) + timedelta(days=days), local.tzinfo)


def later(at: datetime, passed: timedelta) -> datetime:
    """After so much time that really passes: Python adds to the hands of the clock in a zone that has one."""
    return at.astimezone(UTC) + passed


def between(start: datetime, end: datetime) -> timedelta:
    """The time that really passes from one to the other."""
    return end.astimezone(UTC) - start.astimezone(UTC)


def months_later(day: date, months: int) -> date:
    """The same day of the month; in a shorter month its last: 31 January + 1 month is 28 or 29 February."""
    return day + relativedelta(months=months)


def end_of_day(day: date) -> datetime:
    """The last minute of that day."""
    return timezone.make_aware(datetime.combine(day, time(23, 59)))
