"""BY WHEN: facts and rules in, due dates out. Pure: the clock is never read here.

Dates move by calendar in the hospital's time zone (an answer due in ten days is due at the same
time of day, whatever daylight saving does); the rules are settings.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dateutil.easter import easter
from django.conf import settings
from django.utils import timezone

from accounts.people import day

# The answer to urgent questions is due in hours, not days (design/domain.md §2).
URGENT_ANSWER = timedelta(hours=24)
URGENT_DECISION = timedelta(hours=72)
# How long before the answers are due their author is told that the application will lapse.
LAPSE_NOTICE, URGENT_LAPSE_NOTICE = timedelta(days=2), timedelta(hours=6)

# The holidays of Italy that have a date of their own (Law 260/1949 and its changes); Easter Sunday is a
# Sunday, Easter Monday moves with it.
HOLIDAYS = (
    *("01-01", "01-06", "04-25", "05-01", "06-02", "08-15"),
    *("11-01", "12-08", "12-25", "12-26"),
)
FRIDAY = 4


def days_later(at: datetime, days: int) -> datetime:
    """The same time of day, that many calendar days later, in the hospital's time zone."""
    local = timezone.localtime(at)
    return timezone.make_aware(local.replace(tzinfo=None) + timedelta(days=days), local.tzinfo)


def decision_due(submitted_at: datetime, *, is_urgent: bool) -> datetime:
    """When the committee's answer is due: 7 days, urgent 72 hours."""
    return submitted_at + URGENT_DECISION if is_urgent else days_later(submitted_at, settings.DECISION_DAYS)


def emergency_due(requested_at: datetime) -> datetime:
    """When the two on-call people should have answered: one hour (setting)."""
    return requested_at + timedelta(hours=settings.EMERGENCY_ANSWER_HOURS)


def ratification_due(authorised_at: datetime) -> datetime:
    """When the committee has ratified an emergency, or not: 7 days, whatever pauses there are."""
    return days_later(authorised_at, settings.RATIFICATION_DAYS)


def full_form_due(authorised_at: datetime) -> datetime:
    """When the whole form of an emergency is there: the end of the second working day after it."""
    day = working_days_later(timezone.localdate(authorised_at), settings.FULL_FORM_WORKING_DAYS)
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


def working_days_later(day: date, count: int) -> date:
    """So many working days after that day, which itself is not counted."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    """Monday to Friday, but for the holidays of Italy and the patron saint of the town (setting "MM-DD")."""
    if day.weekday() > FRIDAY or f"{day:%m-%d}" in (*HOLIDAYS, settings.PATRON_SAINT):
        return False
    # Saint Francis is a holiday again from 2026 on (Law 151/2025).
    if day.year >= 2026 and (day.month, day.day) == (10, 4):
        return False
    return day != easter(day.year) + timedelta(days=1)


def answer_due(asked_at: datetime, *, is_urgent: bool) -> datetime:
    """When the author's answers are due: 10 days, urgent 24 hours."""
    return asked_at + URGENT_ANSWER if is_urgent else days_later(asked_at, settings.ANSWER_DAYS)


def after_pause(due: datetime, *, asked_at: datetime, answered_at: datetime) -> datetime:
    """The decision's deadline moves by the time the questions were open: that time is not counted."""
    return due + (answered_at - asked_at)


def lapses_at(answer_due: datetime) -> datetime:
    """When an application whose questions nobody answers lapses: its due time and some hours of grace."""
    return answer_due + timedelta(hours=settings.LAPSE_GRACE_HOURS)


def lapse_notice_at(answer_due: datetime, *, is_urgent: bool) -> datetime:
    """When its author is told so."""
    return answer_due - (URGENT_LAPSE_NOTICE if is_urgent else LAPSE_NOTICE)


def appeal_until(refused_at: datetime) -> date:
    """The last day on which a refusal may be appealed: calendar days, in the hospital's time zone."""
    return day(refused_at) + timedelta(days=settings.APPEAL_DAYS)
