"""Every deadline of the design, against a second computation that steps from day to day and hour to hour."""

import calendar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from catalogue.choices import ReassessmentTrigger
from treatments import deadlines
from treatments.deadlines import Course, Pause

ROME, UTC = ZoneInfo("Europe/Rome"), ZoneInfo("UTC")
days = st.dates(date(2024, 1, 1), date(2032, 12, 31))
moments = st.builds(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes), st.integers(0, 4_700_000)
)


def rome(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


def on(text: str) -> date:
    return date.fromisoformat(text)


# ── The calendar ────────────────────────────────────────────────────────────────────────────────────────


def month_by_month(start: date, months: int) -> date:
    """Naive: the pages of a calendar turned one by one."""
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


@given(days, st.integers(0, 30))
def test_months_are_those_of_the_calendar(start, months):
    assert deadlines.months_later(start, months) == month_by_month(start, months)


@pytest.mark.parametrize(
    ("start", "later"),
    [("2027-01-31", "2027-02-28"), ("2028-01-31", "2028-02-29"), ("2027-03-31", "2027-04-30")],
)
def test_a_shorter_month_ends_sooner(start, later):
    assert deadlines.months_later(on(start), 1) == on(later)


@given(moments, st.integers(0, 120))
def test_days_keep_the_time_of_day_of_rome(at, count):
    later = deadlines.days_later(at, count)
    local, wanted = later.astimezone(ROME), at.astimezone(ROME).replace(tzinfo=None) + timedelta(days=count)
    if local.replace(tzinfo=None) != wanted:  # the hour that does not exist in March
        assert wanted.hour == 2 and wanted.month == 3 and wanted.weekday() == 6
        assert local.replace(tzinfo=None) - wanted == timedelta(hours=1)


@pytest.mark.parametrize(
    ("at", "due", "hours"),
    [("2026-10-20 10:00", "2026-10-27 10:00", 169), ("2026-03-25 10:00", "2026-04-01 10:00", 167)],
)
def test_a_week_over_a_change_of_the_clocks_has_an_hour_more_or_less(at, due, hours):
    found = deadlines.decision_due(rome(at), is_urgent=False)
    assert found == rome(due)
    assert found.astimezone(UTC) - rome(at).astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.parametrize("at", ["2026-10-24 20:00", "2026-03-28 20:00"])
def test_hours_are_hours_that_pass(at):
    due = deadlines.answer_due(rome(at), is_urgent=True)
    assert due.astimezone(UTC) - rome(at).astimezone(UTC) == timedelta(hours=24)


# ── Until the decision ──────────────────────────────────────────────────────────────────────────────────


@given(moments, st.booleans(), st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), max_size=4))
def test_the_clock_of_the_decision_counts_no_minute_of_a_pause(sent, is_urgent, gaps):
    pauses, at = [], sent
    for before, lasted in gaps:
        asked = at + timedelta(minutes=before)
        at = asked + timedelta(minutes=lasted)
        pauses.append(Pause(asked, at))
    due = deadlines.decision_due(sent, is_urgent=is_urgent, pauses=pauses)
    plain = deadlines.decision_due(sent, is_urgent=is_urgent)
    assert due - plain == timedelta(minutes=sum(lasted for _before, lasted in gaps))
    assert deadlines.paused(pauses, until=at) == due - plain


def test_a_pause_that_lasts_belongs_to_the_author_until_now():
    asked = rome("2026-11-23 09:00")
    open_one = [Pause(asked)]
    assert deadlines.paused(open_one, until=asked + timedelta(hours=5)) == timedelta(hours=5)
    assert deadlines.paused(open_one, until=asked - timedelta(hours=5)) == timedelta()
    assert deadlines.decision_due(asked, is_urgent=True, pauses=open_one) == asked + timedelta(hours=72)


@given(moments, st.integers(0, 6))
def test_working_days_are_counted_one_by_one(authorised, count):
    day, left = authorised.astimezone(ROME).date(), count
    found = deadlines.working_days_later(day, count)
    for step in range((found - day).days):
        left -= deadlines.is_working_day(day + timedelta(days=step + 1))
    assert left == 0
    assert count == 0 or deadlines.is_working_day(found)


def test_what_follows_a_refusal_a_draft_or_a_high_dose():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # the 23rd in Rome
    assert deadlines.appeal_until(late) == on("2026-12-23")
    assert deadlines.follow_up_on(late) == deadlines.idle_from(late) == on("2027-02-21")
    assert deadlines.haemolysis_check_on(on("2026-11-23")) == on("2026-11-30")
    assert deadlines.expires_on(on("2026-11-23")) == on("2026-12-23")


# ── The hours of mails ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("at", "sent"),
    [
        ("2026-11-23 09:00", "2026-11-23 09:00"),
        ("2026-11-23 07:59", "2026-11-23 08:00"),
        ("2026-11-23 18:00", "2026-11-24 08:00"),
        ("2026-11-21 10:00", "2026-11-23 08:00"),  # Saturday
        ("2026-12-24 19:00", "2026-12-28 08:00"),  # over Christmas, on a Friday
        ("2026-10-24 23:00", "2026-10-26 08:00"),  # over the change of the clocks
    ],
)
def test_what_can_wait_waits_for_working_hours(settings, at, sent):
    settings.MAIL_HOURS = "08:00-18:00"
    assert deadlines.next_working_time(rome(at)) == rome(sent)


@given(moments)
def test_working_hours_are_found_as_by_looking_every_quarter_of_an_hour(at):
    with override_settings(MAIL_HOURS="08:00-18:00"):
        found = deadlines.next_working_time(at).astimezone(UTC)
    look = at
    while not (
        8 <= look.astimezone(ROME).hour < 18 and deadlines.is_working_day(look.astimezone(ROME).date())
    ):
        look += timedelta(minutes=15)
    assert look - timedelta(minutes=15) <= found <= look
    assert found >= at


# ── The reassessment, by each trigger ───────────────────────────────────────────────────────────────────

START = on("2026-11-23")
INTERVALS = st.one_of(st.none(), st.integers(1, 60))


def naive_cycles(course: Course) -> date:
    """One cycle after the other, each where it was given or as far from the one before as the dose says."""
    start = course.first_infusion_on or course.valid_from
    step = lambda day: day + timedelta(days=course.interval_days) if course.interval_days else None  # noqa: E731
    when, number = start, 1
    if course.cycles_on:
        when = course.cycles_on[0]
    while number <= course.after:
        if number < len(course.cycles_on) and number < course.after:
            when = course.cycles_on[number]
        else:
            when = step(when)
        number += 1
    return when


@given(
    days,
    st.one_of(st.none(), st.integers(0, 40)),
    st.integers(1, 6),
    st.integers(1, 60),
    st.lists(st.integers(0, 120), max_size=7),
    st.one_of(st.none(), st.integers(1, 100)),
)
def test_after_so_many_cycles(valid_from, infused, after, interval, gaps, committee):
    first = None if infused is None else valid_from + timedelta(days=infused)
    cycles, day = [], first or valid_from
    for gap in gaps:
        cycles.append(day := day + timedelta(days=gap))
    course = Course(
        valid_from,
        first,
        committee and valid_from + timedelta(days=committee),
        trigger=ReassessmentTrigger.CYCLES,
        after=after,
        interval_days=interval,
        cycles_on=tuple(cycles),
    )
    latest = month_by_month(first or valid_from, 3)
    wanted = min(naive_cycles(course), latest)
    assert deadlines.due_on(course) == (min(wanted, course.at_latest) if committee else wanted)


@pytest.mark.parametrize(
    ("facts", "due"),
    [
        ({}, "2027-02-23"),
        ({"first_infusion_on": on("2026-11-30")}, "2027-02-28"),
        ({"first_infusion_on": on("2026-11-30"), "at_latest": on("2027-01-10")}, "2027-01-10"),
        ({"at_latest": on("2027-06-01")}, "2027-02-23"),
        ({"trigger": "months", "after": 1}, "2026-12-23"),
        ({"trigger": "months", "after": 6}, "2027-02-23"),
        ({"trigger": "cycles", "after": 1}, "2026-12-23"),  # no interval: a month
        ({"trigger": "cycles", "after": 2, "interval_days": 28}, "2027-01-18"),
        ({"trigger": "infusion", "after": 14}, "2027-02-23"),  # nothing given yet
        ({"trigger": "infusion", "after": 14, "first_infusion_on": on("2026-12-01")}, "2026-12-15"),
        (
            {
                "trigger": "infusion",
                "after": 14,
                "first_infusion_on": on("2026-12-01"),
                "last_infusion_on": on("2027-01-01"),
            },
            "2027-01-15",
        ),
        ({"trigger": "discharge"}, "2026-11-30"),
        ({"trigger": "discharge", "discharged_on": on("2026-11-26")}, "2026-11-26"),
        ({"trigger": "discharge", "discharged_on": on("2026-12-26")}, "2026-11-30"),
        ({"trigger": "rule"}, "2027-02-23"),
    ],
)
def test_the_reassessment_is_due_as_the_row_says_never_later_than_three_months(facts, due):
    assert deadlines.due_on(Course(START, **facts)) == on(due)


def test_the_rule_is_the_hospitals(settings):
    settings.REASSESSMENT_MONTHS = 2
    assert deadlines.due_on(Course(START, trigger="months", after=3)) == on("2027-01-23")
