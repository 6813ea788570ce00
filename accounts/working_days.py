"""Working days of the hospital, and the hours in which what can wait is sent. Pure: no clock is read here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dateutil.easter import easter
from django.conf import settings
from django.utils import timezone

# The holidays of Italy that have a date of their own (Law 260/1949 and its changes); Easter Sunday is a
# Sunday, Easter Monday moves with it.
HOLIDAYS = (
    *("01-01", "01-06", "04-25", "05-01", "06-02", "08-15"),
    *("11-01", "12-08", "12-25", "12-26"),
)
FRIDAY = 4


def is_working_day(day: date) -> bool:
    """Monday to Friday, but for the holidays of Italy and the patron saint of the town (setting "MM-DD")."""
    if day.weekday() > FRIDAY or f"{day:%m-%d}" in (*HOLIDAYS, settings.PATRON_SAINT):
        return False
    # Saint Francis is a holiday again from 2026 on (Law 151/2025).
    if day.year >= 2026 and (day.month, day.day) == (10, 4):
        return False
    return day != easter(day.year) + timedelta(days=1)


def working_days_later(day: date, count: int) -> date:
    """So many working days after that day, which itself is not counted."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def hours(text: str) -> tuple[time, time]:
    """From and until: "08:00-18:00". Raises ValueError where it says nothing sensible."""
    begins, ends = (time.fromisoformat(part.strip()) for part in text.split("-"))
    if not begins < ends:
        raise ValueError(f"{text!r} does not end after it begins.")
    return begins, ends


def next_working_time(at: datetime) -> datetime:
    """That moment if it lies in the working hours (setting MAIL_HOURS), else when they next begin. Without
    the setting every hour is a working one."""
    if not settings.MAIL_HOURS:
        return at
    begins, ends = hours(settings.MAIL_HOURS)
    local = timezone.localtime(at)
    today = local.date()
    if is_working_day(today) and local.time() < ends:
        return max(at, moment(today, begins))
    return moment(working_days_later(today, 1), begins)


def digest_day(at: datetime) -> date:
    """Whose digest takes what is promised now: today's until it leaves (setting DIGEST_AT), then that of the
    next working day."""
    today = timezone.localtime(at).date()
    if sends_digest(today) and at < digest_time(today):
        return today
    return day_after(today)


def day_after(day: date) -> date:
    """The next day with a digest."""
    return working_days_later(day, 1) if settings.MAIL_HOURS else day + timedelta(days=1)


def sends_digest(day: date) -> bool:
    return is_working_day(day) or not settings.MAIL_HOURS


def digest_time(day: date) -> datetime:
    return moment(day, time.fromisoformat(settings.DIGEST_AT))


def moment(day: date, at: time) -> datetime:
    """That time of that day in the hospital's time zone."""
    return timezone.make_aware(datetime.combine(day, at))
