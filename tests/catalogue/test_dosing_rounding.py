"""Whole vials: which plan is chosen, and when the exact dose is given instead."""

from dataclasses import replace

import pytest

from catalogue.dosing import DosePolicy, RoundingPolicy, dose

from .dosing_cast import CAPPED, DAILY, NO_SCHEMA, PER_CYCLE, D, ask, codes, newborn, patient


def days(result):
    return [infusion.grams for infusion in result.infusions]


# No indifference: always the closest cycle, however many vials.
CLOSEST = DosePolicy(rounding=RoundingPolicy(indifference=D(0)))


def with_sizes(*sizes):
    return replace(DosePolicy(), rounding=RoundingPolicy(sizes_g=tuple(map(D, sizes))))


def test_80_g_over_3_days_is_reached_exactly_with_uneven_days():
    result = dose(CAPPED, patient("M", 12, "150", "52"), ask("2", 3))
    assert days(result) == [D("25"), D("27.5"), D("27.5")]


def test_even_days_are_preferred_where_they_need_as_few_vials():
    result = dose(CAPPED, patient("M", 12, "150", "52"), ask("2", 2))
    assert days(result) == [40, 40]
    assert [(v.size_g, v.count) for v in result.vials] == [(20, 4)]


def test_rounding_never_goes_above_the_ceiling():
    # 2 g/kg × 77.38 kg = 154.76 g: 155 g would be closer, and too much.
    result = dose(DAILY, patient("F", 58, "168", "104"), ask("0.4", 5))
    assert result.exact_g == D("154.76")
    assert days(result) == [30, 30, 30, 30, D("33.5")]


def test_rounding_goes_up_where_that_is_closest():
    # 0.4 × 2 × 61 = 48.8 g
    assert dose(DAILY, patient("M", 40, "180", "61"), ask("0.4", 2), CLOSEST).cycle_g == D("49")


def test_within_1_percent_fewer_vials_are_preferred():
    close, simple = (
        dose(DAILY, patient("F", 58, "168", "104"), ask("0.4", 5), policy)
        for policy in (CLOSEST, DosePolicy())
    )
    assert (close.cycle_g, sum(v.count for v in close.vials)) == (D("154.5"), 14)
    assert (simple.cycle_g, sum(v.count for v in simple.vials)) == (D("153.5"), 7)


def test_of_two_cycles_as_close_the_lower_is_chosen():
    # 0.5 × 2 × 61.25 = 61.25 g lies midway between 61 and 61.5
    assert dose(DAILY, patient("M", 40, "180", "61.25"), ask("0.5", 2), CLOSEST).cycle_g == 61


def test_dose_above_the_ceiling_is_rounded_down_only():
    # 0.5 × 5 × 61.12 = 152.8 g: 153 g would be closer
    result = dose(DAILY, patient("M", 40, "180", "61.12"), ask("0.5", 5), CLOSEST)
    assert result.exact_g == D("152.8")
    assert result.cycle_g == D("152.5")


@pytest.mark.parametrize(("kg", "rounded"), [("9.999", False), ("10", True)])
def test_below_10_kg_the_exact_dose_is_given(kg, rounded):
    result = dose(DAILY, patient("F", 1, "75", kg), ask("0.4", 2))
    assert result.rounded is rounded
    assert ("exact_for_small" in codes(result)) is not rounded


def test_heavy_newborn_is_not_rounded():
    result = dose(NO_SCHEMA, newborn("10.5"), ask("0.5", 1))
    assert days(result) == [D("5.25")]
    assert "exact_for_newborn" in codes(result)


def test_days_smaller_than_any_vial_get_the_exact_dose_and_say_so():
    # 0.4 g/kg per cycle over 5 days in a child of 11 kg: 0.88 g a day, 1 g would be 14 % too much.
    result = dose(PER_CYCLE, patient("F", 2, None, "11"), ask("0.4", 5))
    assert days(result) == [D("0.88")] * 5
    assert result.vials == ()
    assert "rounding_rejected" in codes(result)


def test_product_with_large_vials_is_refused_rather_than_rounded_beyond_10_percent():
    # 0.4 × 36 = 14.4 g a day: neither 10 nor 20 g
    result = dose(DAILY, patient("F", 12, None, "36"), ask("0.4", 5), with_sizes("10", "20"))
    assert not result.rounded
    assert result.cycle_g == 72
    assert "rounding_rejected" in codes(result)


def test_cap_and_large_vials_together_never_exceed_the_cap():
    # 80 g over 3 days in vials of 10 g: 26.67 g a day, 30 g is 12.5 % too much and 20 g too little.
    result = dose(CAPPED, patient("M", 12, "150", "52"), ask("2", 3), with_sizes("10"))
    assert days(result) == [D("26.66"), D("26.66"), D("26.68")]


def test_whole_vials_just_above_the_cap_are_refused():
    # 80 g over 9 days is 8.89 g a day; vials of 9 g would be 1.2 % too much, and 81 g.
    result = dose(CAPPED, patient("M", 12, "150", "52"), ask("2", 9), with_sizes("9"))
    assert result.cycle_g == 80
    assert "rounding_rejected" in codes(result)


def test_product_chosen_decides_the_vials():
    result = dose(DAILY, patient("F", 58, "168", "104"), ask("0.4", 5), with_sizes("5", "10", "20"))
    assert days(result) == [30] * 5
    assert [(v.size_g, v.count) for v in result.vials] == [(20, 5), (10, 5)]


def test_rounding_percent_has_a_sign_and_no_negative_zero():
    down = dose(DAILY, patient("F", 58, "168", "104"), ask("0.4", 5), with_sizes("5", "10", "20"))
    assert str(down.rounding_percent) == "-3.1"
    hardly = dose(DAILY, patient("M", 45, "175", "100"), ask("0.4", 5), CLOSEST)
    assert hardly.cycle_g < hardly.exact_g
    assert str(hardly.rounding_percent) == "0.0"
