"""Working days and the deadlines of an emergency: holidays, Easter, the patron saint, Friday night."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from treatments import deadlines

ROME = ZoneInfo("Europe/Rome")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


@pytest.mark.parametrize(
    "day",
    [
        *("2026-01-01", "2026-01-06", "2025-04-25", "2026-05-01", "2026-06-02", "2028-08-15"),
        *("2027-11-01", "2026-12-08", "2026-12-25", "2028-12-26"),
        *("2026-04-06", "2027-03-29", "2030-04-22"),  # Easter Mondays
        "2027-10-04",  # Saint Francis
        *("2026-11-21", "2026-11-22"),
    ],
)
def test_nobody_works_on_holidays_and_at_the_weekend(day):
    assert not deadlines.is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-11-23", "2026-04-03", "2026-04-07", "2024-10-04", "2026-06-24"])
def test_people_work_on_other_days_good_friday_included(day):
    assert deadlines.is_working_day(date.fromisoformat(day))


def test_the_patron_saint_of_the_town_is_a_holiday(settings):
    settings.PATRON_SAINT = "06-24"
    assert not deadlines.is_working_day(date(2026, 6, 24))
    assert deadlines.working_days_later(date(2026, 6, 22), 2) == date(2026, 6, 25)


@pytest.mark.parametrize(
    ("authorised", "due"),
    [
        ("2026-11-23 09:00", "2026-11-25 23:59"),  # Monday morning: the end of Wednesday
        ("2026-11-20 23:50", "2026-11-24 23:59"),  # Friday night
        ("2026-11-21 03:00", "2026-11-24 23:59"),  # the night after
        ("2026-04-02 22:00", "2026-04-07 23:59"),  # before Easter: Good Friday counts, Easter Monday does not
        ("2026-12-23 10:00", "2026-12-28 23:59"),  # Christmas on a Friday, then a weekend
        ("2026-12-04 10:00", "2026-12-09 23:59"),  # the Immaculate Conception on a Tuesday
        ("2026-10-23 20:00", "2026-10-27 23:59"),  # the clocks change in between
        ("2026-03-27 20:00", "2026-03-31 23:59"),
    ],
)
def test_the_whole_form_is_due_at_the_end_of_the_second_working_day(authorised, due):
    assert deadlines.full_form_due(at(authorised)) == at(due)


def test_the_day_is_that_of_rome():
    assert deadlines.full_form_due(datetime(2026, 11, 22, 23, 30, tzinfo=ZoneInfo("UTC"))) == at(
        "2026-11-25 23:59"
    )


def test_the_ratification_is_due_after_seven_days_at_the_same_time_of_day():
    assert deadlines.ratification_due(at("2026-10-22 18:00")) == at("2026-10-29 18:00")


def test_on_call_people_answer_within_an_hour(settings):
    assert deadlines.emergency_due(at("2026-11-23 02:00")) == at("2026-11-23 03:00")
    settings.EMERGENCY_ANSWER_HOURS = 2
    assert deadlines.emergency_due(at("2026-11-23 02:00")) == at("2026-11-23 04:00")
