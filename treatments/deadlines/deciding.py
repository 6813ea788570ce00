"""BY WHEN until the decision: committee's answer, author's answers, an emergency, an appeal, a draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.people import day
from accounts.working_days import working_days_later
from treatments.deadlines.days import between, days_later, end_of_day, later

# The answer to urgent questions is due in hours, not days (design/domain.md §2).
URGENT_ANSWER = timedelta(hours=24)
URGENT_DECISION = timedelta(hours=72)
# How long before the answers are due their author is told that the application will lapse.
LAPSE_NOTICE, URGENT_LAPSE_NOTICE = timedelta(days=2), timedelta(hours=6)


@dataclass(frozen=True)
class Pause:
    """Questions were open: the time from then to then is the author's, not the committee's. `answered_at` is
    None while they still are."""

    asked_at: datetime
    answered_at: datetime | None = None


def decision_due(submitted_at: datetime, *, is_urgent: bool, pauses: Iterable[Pause] = ()) -> datetime:
    """When the committee's answer is due: 7 days, urgent 72 hours, and the pauses that have ended."""
    if is_urgent:
        due = later(submitted_at, URGENT_DECISION)
    else:
        due = days_later(submitted_at, settings.DECISION_DAYS)
    for pause in pauses:
        if pause.answered_at:
            due = after_pause(due, asked_at=pause.asked_at, answered_at=pause.answered_at)
    return due


def after_pause(due: datetime, *, asked_at: datetime, answered_at: datetime) -> datetime:
    """The decision's deadline moves by the time the questions were open: that time is not counted."""
    return later(due, between(asked_at, answered_at))


def paused(pauses: Iterable[Pause], *, until: datetime) -> timedelta:
    """How much of the time until then lay with the author."""
    ends = ((pause.asked_at, min(pause.answered_at or until, until)) for pause in pauses)
    return sum((max(between(start, end), timedelta()) for start, end in ends), timedelta())


def decision_told_at(due: datetime, rung: int) -> datetime:
    """When the next person is told that a decision is overdue: who holds it at once, the others a day later
    each (setting, in hours)."""
    return later(due, rung * timedelta(hours=settings.DECISION_ESCALATION_HOURS))


def emergency_due(requested_at: datetime) -> datetime:
    """When the two on-call people should have answered: one hour (setting)."""
    return later(requested_at, timedelta(hours=settings.EMERGENCY_ANSWER_HOURS))


def ratification_due(authorised_at: datetime) -> datetime:
    """When the committee has ratified an emergency, or not: 7 days, whatever pauses there are."""
    return days_later(authorised_at, settings.RATIFICATION_DAYS)


def full_form_due(authorised_at: datetime) -> datetime:
    """When the whole form of an emergency is there: the end of the second working day after it."""
    return end_of_day(working_days_later(timezone.localdate(authorised_at), settings.FULL_FORM_WORKING_DAYS))


def answer_due(asked_at: datetime, *, is_urgent: bool) -> datetime:
    """When the author's answers are due: 10 days, urgent 24 hours."""
    return later(asked_at, URGENT_ANSWER) if is_urgent else days_later(asked_at, settings.ANSWER_DAYS)


def lapses_at(answer_due: datetime) -> datetime:
    """When an application whose questions nobody answers lapses: its due time and some hours of grace."""
    return later(answer_due, timedelta(hours=settings.LAPSE_GRACE_HOURS))


def lapse_notice_at(answer_due: datetime, *, is_urgent: bool) -> datetime:
    """When its author is told so."""
    return later(answer_due, -(URGENT_LAPSE_NOTICE if is_urgent else LAPSE_NOTICE))


def appeal_until(refused_at: datetime) -> date:
    """The last day on which a refusal may be appealed: calendar days, in the hospital's time zone."""
    return day(refused_at) + timedelta(days=settings.APPEAL_DAYS)


def follow_up_on(refused_at: datetime) -> date:
    """When its author is asked, once, what became of a patient whose application was refused."""
    return day(refused_at) + timedelta(days=settings.FOLLOW_UP_DAYS)


def idle_from(saved_at: datetime) -> date:
    """The day from which a draft that nobody touched since is called idle."""
    return day(saved_at) + timedelta(days=settings.DRAFT_IDLE_DAYS)
