"""What the values say of the plan: change, target, benefit."""

from decimal import Decimal

import pytest

from treatments.outcomes import Measurement, shows_benefit


def one(baseline, target, now) -> Measurement:
    return Measurement(
        "Indice", "punti", Decimal(baseline), Decimal(target), None if now is None else Decimal(now)
    )


@pytest.mark.parametrize(
    ("baseline", "target", "now", "change", "percent", "met", "benefit", "worse"),
    [
        (18, 9, 9, -9, "-50.0", True, True, False),
        (18, 9, 14, -4, "-22.2", False, True, False),
        (18, 9, 18, 0, "0.0", False, False, False),
        (18, 9, "18.9", "0.9", "5.0", False, False, False),
        (18, 9, 19, 1, "5.6", False, False, True),
        (8, 10, 11, 3, "37.5", True, True, False),
        (-8, -4, -6, 2, "25.0", False, True, False),
        (0, 4, 1, 1, None, False, True, False),
        (8, 10, None, None, None, None, None, False),
    ],
)
def test_a_measure_is_judged_in_its_direction(baseline, target, now, change, percent, met, benefit, worse):
    told = one(baseline, target, now)
    assert told.change == (None if change is None else Decimal(change))
    assert told.percent == (None if percent is None else Decimal(percent))
    assert (told.is_met, told.has_benefit, told.is_worse) == (met, benefit, worse)


@pytest.mark.parametrize(
    ("values", "benefit"),
    [
        ((14, 8), True),  # one better, the other as it was
        ((14, 9), True),  # both better
        ((14, "7.9"), True),  # a little worse is noise
        ((14, 7), False),  # one better, the other clearly worse
        ((18, 8), False),  # nothing moved
        ((20, 7), False),
        ((14, None), True),
        ((None, None), None),
        ((), None),
    ],
)
def test_a_benefit_is_one_measure_better_and_none_clearly_worse(values, benefit):
    plan = ((18, 9), (8, 10))
    assert shows_benefit(one(*goal, now) for goal, now in zip(plan, values, strict=False)) is benefit
