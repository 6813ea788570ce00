"""Which cycle a dispensing belongs to: pure, by the calendar."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta

from treatments.cycles import Complete, Cycle, Place, Plan, TooEarly, place

D = Decimal
MONTHLY = Plan(3, D(80), relativedelta(months=1), timedelta(days=3))
FIRST = Cycle(1, date(2027, 1, 30), date(2027, 1, 31), D(80))
HALF = Cycle(1, date(2027, 1, 30), date(2027, 1, 30), D(40))
SECOND = Cycle(2, date(2027, 2, 28), date(2027, 2, 28), D(80))


@pytest.mark.parametrize(
    ("cycles", "on", "expected"),
    [
        ([], date(2027, 1, 30), Place(1, D(80))),
        ([HALF], date(2027, 1, 31), Place(1, D(40))),
        # 30 January and a month is 28 February, three days earlier at the most.
        ([FIRST], date(2027, 2, 24), TooEarly(1, date(2027, 2, 25))),
        ([FIRST], date(2027, 2, 25), Place(2, D(80))),
        # What was left of a cycle is not given any more once the next one may begin.
        ([HALF], date(2027, 2, 24), Place(1, D(40))),
        ([HALF], date(2027, 2, 25), Place(2, D(80))),
        ([FIRST, SECOND], date(2027, 3, 26), Place(3, D(80))),
        (
            [FIRST, SECOND, Cycle(3, date(2027, 3, 28), date(2027, 3, 28), D(80))],
            date(2027, 5, 1),
            Complete(3),
        ),
        # A mistaken entry of the first cycle, reversed and written again.
        ([HALF, SECOND], date(2027, 1, 31), Place(1, D(40))),
        ([FIRST, SECOND], date(2027, 1, 31), Complete(1)),
        ([HALF, SECOND], date(2027, 1, 29), Place(1, D(40))),
    ],
)
def test_where_it_belongs(cycles, on, expected):
    assert place(cycles, MONTHLY, on) == expected


def test_without_an_interval_a_cycle_goes_on_until_its_grams_are_given():
    plan = Plan(2, D(80), None, timedelta(days=3))
    assert place([HALF], plan, date(2027, 6, 1)) == Place(1, D(40))
    assert place([FIRST], plan, date(2027, 1, 31)) == Place(2, D(80))
