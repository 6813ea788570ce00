"""BY WHEN of a period: its reassessment by each trigger of the catalogue, its end, the check after cycles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from catalogue.choices import ReassessmentTrigger
from treatments.deadlines.days import months_later

# On day 7 at the latest a newborn's treatment is judged (design/domain.md §2).
NEWBORN_DAYS = 7


@dataclass(frozen=True)
class Course:
    """The facts of a period that its reassessment depends on.

    `trigger` and `after` are what the catalogue row says. `cycles_on` holds the first day of each cycle given
    in the period, in order; `interval_days` the days between the starts of two cycles, None where none is
    named. `at_latest` is the committee's own date, where it set one.
    """

    valid_from: date
    first_infusion_on: date | None = None
    at_latest: date | None = None
    trigger: str = ReassessmentTrigger.RULE
    after: int | None = None
    interval_days: int | None = None
    cycles_on: tuple[date, ...] = ()
    last_infusion_on: date | None = None
    discharged_on: date | None = None


def due_on(course: Course) -> date:
    """As the row says; never later than three months (setting) after the start, which is the first infusion,
    or the day of the authorisation while none is recorded; earlier where the committee wants it."""
    start = course.first_infusion_on or course.valid_from
    latest = months_later(start, settings.REASSESSMENT_MONTHS)
    wanted = [latest, _by_trigger(course, start) or latest, course.at_latest or latest]
    return min(wanted)


def _by_trigger(course: Course, start: date) -> date | None:
    match course.trigger:
        case ReassessmentTrigger.MONTHS:
            return months_later(start, course.after or settings.REASSESSMENT_MONTHS)
        case ReassessmentTrigger.CYCLES:
            return _after_cycles(course, start)
        case ReassessmentTrigger.INFUSION if last := course.last_infusion_on or course.first_infusion_on:
            return last + timedelta(days=course.after or 0)
        case ReassessmentTrigger.DISCHARGE:
            on_day_7 = start + timedelta(days=NEWBORN_DAYS)
            return min(course.discharged_on or on_day_7, on_day_7)
    return None


def _after_cycles(course: Course, start: date) -> date:
    """When the cycle after the Nth would begin: counted from the Nth once it is given; until then from the
    last one given, or from the start, as if those to come kept their interval."""
    wanted = course.after or 1
    given = course.cycles_on[:wanted]
    if not given:
        return _cycles_later(start, wanted, course.interval_days)
    return _cycles_later(given[-1], wanted - len(given) + 1, course.interval_days)


def _cycles_later(day: date, cycles: int, interval_days: int | None) -> date:
    """Where no interval is named a month is left for each cycle."""
    if interval_days:
        return day + cycles * timedelta(days=interval_days)
    return months_later(day, cycles)


def reassessment_due(valid_from: date, first_infusion_on: date | None, at_latest: date | None = None) -> date:
    """By the hospital's rule alone, whatever a row says."""
    return due_on(Course(valid_from, first_infusion_on, at_latest))


def trial_until(stopped_on: date) -> date:
    """The last day on which a treatment stopped on trial starts again without a new application."""
    return stopped_on + timedelta(days=settings.TRIAL_OFF_DAYS)


def expires_on(due_on: date) -> date:
    """The day on which a period that nobody reassessed expires: 30 days (setting) after it was due."""
    return due_on + timedelta(days=settings.EXPIRY_DAYS)


def haemolysis_check_on(last_given_on: date) -> date:
    """The day of the blood count after a cycle of a high dose in somebody whose blood group is not O."""
    return last_given_on + timedelta(days=settings.HAEMOLYSIS_CHECK_DAYS)
