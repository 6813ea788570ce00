"""What a dose means for the pharmacy: vials of the product, volume, cost, carry-over, what is spared."""

from dataclasses import replace
from datetime import date

import pytest

from catalogue.dosing import DoseError, Product, Request, Unit, dose

from .dosing_cast import CAPPED, COURSE, DAILY, SINGLE, D, ask, codes, newborn, patient

PRODUCT = Product(
    "prova-10",
    "Prova 10 %",
    (D("2.5"), D("5"), D("10"), D("20")),
    D("10"),
    price_per_g=D("58.00"),
    priced_on=date(2026, 1, 1),
)
COARSE = replace(PRODUCT, sizes_g=(D("5"), D("10"), D("20")))
ADULT = patient("M", 40, "180", "70")


def with_product(g_per_kg="0.4", days=5, product=PRODUCT, **more) -> Request:
    return Request(D(g_per_kg), days, product=product, **more)


def test_vials_are_those_of_the_product_chosen():
    result = dose(DAILY, patient("F", 58, "168", "104"), with_product(product=COARSE))
    assert [i.grams for i in result.infusions] == [30] * 5
    assert [(v.size_g, v.count) for v in result.vials] == [(20, 5), (10, 5)]
    assert result.sizes_g == COARSE.sizes_g


def test_volume_is_told_per_day_per_cycle_and_for_the_course():
    supply = dose(COURSE, ADULT, with_product(cycles=3)).supply
    assert supply.day_ml == (275, 275, 275, 275, 300)
    assert (supply.cycle_ml, supply.course_ml) == (1400, 4200)


def test_volume_follows_the_concentration():
    thin = replace(PRODUCT, g_per_100_ml=D("5"))
    assert dose(COURSE, ADULT, with_product(product=thin)).supply.cycle_ml == 2800


def test_cost_bears_the_date_of_its_price():
    supply = dose(COURSE, ADULT, with_product(cycles=3)).supply
    assert (supply.cycle_cost, supply.course_cost) == (D("8120.00"), D("24360.00"))
    assert supply.priced_on == date(2026, 1, 1)


def test_without_a_product_there_is_neither_volume_nor_cost():
    supply = dose(COURSE, ADULT, ask("0.4", 5)).supply
    assert (supply.day_ml, supply.cycle_ml, supply.cycle_cost, supply.priced_on) == (None,) * 4


def test_without_a_price_there_is_a_volume_and_no_cost():
    supply = dose(
        COURSE, ADULT, with_product(product=replace(PRODUCT, price_per_g=None, priced_on=None))
    ).supply
    assert supply.cycle_ml == 1400
    assert supply.cycle_cost is None


def test_what_stays_in_the_vial_of_a_newborn_is_told_and_paid_for():
    # 0.5 × 3.2 = 1.6 g out of a vial of 5 g
    result = dose(SINGLE, newborn("3.200"), with_product("0.5", 1, COARSE))
    assert (result.cycle_g, result.supply.opened_g, result.supply.remainder_g) == (D("1.6"), 5, D("3.4"))
    assert result.supply.cycle_cost == D("290.00")
    assert result.supply.day_ml == (D("16.0"),)


@pytest.mark.parametrize("days", range(1, 6))
def test_whole_vials_leave_nothing_behind(days):
    assert dose(DAILY, ADULT, with_product("0.4", days)).supply.remainder_g == 0


@pytest.mark.parametrize(
    ("carry", "carried", "to_supply"), [("0", 0, 420), ("35.5", D("35.5"), D("384.5")), ("500", 420, 0)]
)
def test_grams_left_over_lower_what_is_supplied_and_never_the_dose(carry, carried, to_supply):
    result = dose(COURSE, ADULT, Request(D("0.4"), 5, 3, carry_over_g=D(carry)))
    assert (result.course_g, result.supply.course_g) == (420, 420)
    assert (result.supply.carried_g, result.supply.grams) == (carried, to_supply)
    assert result.infusions == dose(COURSE, ADULT, ask("0.4", 5, 3)).infusions


def test_grams_spared_by_the_weight_and_by_rounding_are_told():
    result = dose(DAILY, patient("F", 58, "168", "104"), with_product(product=COARSE))
    assert result.saved_by_weight_g == D("208") - D("154.76")
    assert result.saved_by_rounding_g == D("4.76")


def test_product_too_coarse_for_the_day_leaves_a_remainder():
    # 28 g a day: 25 g would be 10.7 % too little, 30 g on all five days beyond the ceiling.
    result = dose(DAILY, ADULT, with_product(product=COARSE))
    assert "rounding_rejected" in codes(result)
    assert (result.cycle_g, result.supply.opened_g, result.supply.remainder_g) == (140, 150, 10)


def test_rounding_up_spares_less_than_nothing():
    # 0.4 × 72 = 28.8 g a day, 30 g in whole vials
    assert dose(DAILY, patient("M", 40, "180", "72"), with_product("0.4", 1)).saved_by_rounding_g == D("-1.2")


def test_cap_is_not_counted_as_spared_by_the_weight():
    result = dose(CAPPED, patient("F", 58, "168", "104"), ask("2", 2))
    assert (result.exact_g, result.saved_by_weight_g) == (80, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"sizes_g": ()},
        {"sizes_g": (D(10), D(5))},
        {"sizes_g": (D(5), D(5))},
        {"sizes_g": (D("0.05"),)},
        {"g_per_100_ml": D(0)},
        {"price_per_g": None},
        {"price_per_g": D(-1)},
    ],
)
def test_product_nobody_can_dispense_is_refused(change):
    with pytest.raises(DoseError) as refused:
        dose(DAILY, ADULT, with_product(product=replace(PRODUCT, **change)))
    assert refused.value.field == "product"


@pytest.mark.parametrize(
    ("interval", "unit", "cycles", "blocked"),
    [
        (1, Unit.MONTHS, 3, False),
        (1, Unit.MONTHS, 4, True),
        (4, Unit.WEEKS, 3, False),
        (3, Unit.WEEKS, 4, False),
        (13, Unit.WEEKS, 1, False),
        (4, Unit.WEEKS, 4, True),
        (7, Unit.DAYS, 13, False),
        (7, Unit.DAYS, 14, True),
        (2, Unit.MONTHS, 2, True),
    ],
)
def test_period_is_counted_from_cycles_and_interval(interval, unit, cycles, blocked):
    result = dose(DAILY, ADULT, Request(D("0.2"), 5, cycles, interval, unit))
    assert ("period_too_long" in {f.code for f in result.blocking}) is blocked


@pytest.mark.parametrize(
    ("interval", "unit", "code"),
    [
        (1, Unit.MONTHS, None),
        (4, Unit.WEEKS, None),
        (31, Unit.DAYS, None),
        (3, Unit.WEEKS, "row_interval_shorter"),
        (5, Unit.WEEKS, "row_interval_longer"),
        (2, Unit.MONTHS, "row_interval_longer"),
    ],
)
def test_interval_other_than_the_row_is_a_deviation(interval, unit, code):
    result = dose(DAILY, ADULT, Request(D("0.4"), 5, 2, interval, unit))
    assert {f.code for f in result.deviations} == ({code} if code else set())


def test_interval_of_a_single_cycle_says_nothing():
    assert "row_interval_longer" not in codes(dose(DAILY, ADULT, Request(D("0.4"), 5, 1, 3)))


def test_cycles_that_overlap_are_refused():
    with pytest.raises(DoseError) as refused:
        dose(DAILY, ADULT, Request(D("0.1"), 8, 2, 7, Unit.DAYS))
    assert (refused.value.code, refused.value.field) == ("cycles_overlap", "interval")


@pytest.mark.parametrize("carry", ["-1", "NaN", "5000.01", "0.001"])
def test_impossible_carry_over_is_refused(carry):
    with pytest.raises(DoseError) as refused:
        dose(DAILY, ADULT, Request(D("0.4"), 5, carry_over_g=D(carry)))
    assert refused.value.field == "carry_over_g"
