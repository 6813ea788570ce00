"""Leaving a rule: a dosing weight set by hand, and a dose above the ceiling. Never without a reason."""

import pytest

from catalogue.dosing import DoseError, Request, Severity, Unit, WeightReason, dose

from .dosing_cast import CAPPED, DAILY, D, codes, patient

OBESE = patient("F", 58, "168", "104")  # ideal 59.63, adjusted 77.38
REASON = "Edemi imponenti, circa 12 kg"


def by_hand(kg: str, reason: str = REASON, g_per_kg: str = "0.4") -> Request:
    return Request(D(g_per_kg), 5, override_kg=D(kg), override_reason=reason)


def test_weight_set_by_hand_is_used_beside_the_one_of_the_policy():
    weight = dose(DAILY, OBESE, by_hand("70")).weight
    assert (weight.kg, weight.reason) == (70, WeightReason.OVERRIDDEN)
    assert (weight.policy_kg, weight.policy_reason) == (D("77.38"), WeightReason.ADJUSTED_BY_BMI)


def test_weight_set_by_hand_is_said_aloud():
    finding = next(f for f in dose(DAILY, OBESE, by_hand("70")).findings if f.code == "weight_overridden")
    assert finding.severity is Severity.WARNING
    assert finding.params == {"kg": 70, "policy": D("77.38")}


@pytest.mark.parametrize(
    ("reason", "blocked"),
    [("", True), (" " * 30, True), ("a  " * 9, True), ("x" * 19, True), ("x" * 20, False)],
)
def test_weight_set_by_hand_wants_a_reason_of_20_characters(reason, blocked):
    result = dose(DAILY, OBESE, by_hand("70", reason))
    assert ("override_without_reason" in {f.code for f in result.blocking}) is blocked
    assert result.weight.kg == 70


@pytest.mark.parametrize(
    ("facts", "least", "most"),
    [
        (OBESE, "59.63", "104"),
        (patient("M", 70, "180", "70"), "35", "70"),  # lighter than ideal
        (patient("F", 6, "115", "20"), "10", "20"),  # no ideal weight at this age
        (patient("F", 40, None, "61.001"), "30.501", "61.001"),
    ],
)
def test_weight_set_by_hand_lies_between_the_ideal_and_the_actual_one(facts, least, most):
    for kg in (least, most):
        assert dose(DAILY, facts, by_hand(kg)).weight.kg == D(kg)
    for kg in (D(least) - D("0.001"), D(most) + D("0.001"), D("NaN"), D("Infinity")):
        with pytest.raises(DoseError) as refused:
            dose(DAILY, facts, by_hand(str(kg)))
        assert (refused.value.code, refused.value.field) == ("out_of_range", "override_kg")
        assert refused.value.params == {"least": D(least), "most": D(most)}


def test_ceiling_and_cap_follow_the_weight_set_by_hand():
    result = dose(CAPPED, patient("M", 12, "150", "52"), Request(D(2), 2, override_kg=D(30)))
    assert (result.exact_g, result.ceiling_g, result.cap_applied) == (60, 60, False)


@pytest.mark.parametrize(("reason", "asked"), [("", False), ("x" * 19, False), ("x" * 20, True)])
def test_dose_above_the_ceiling_is_blocked_until_its_override_is_asked_for_with_a_reason(reason, asked):
    result = dose(DAILY, OBESE, Request(D("0.5"), 5, ceiling_reason=reason))
    assert ("ceiling_override_asked" in codes(result)) is asked
    assert ("ceiling_exceeded" in {f.code for f in result.blocking}) is not asked
    assert result.needs_ceiling_override
    assert result.cycle_g > result.ceiling_g  # never clipped, either way


def test_dose_within_the_ceiling_needs_no_override_whatever_is_written():
    result = dose(DAILY, OBESE, Request(D("0.4"), 5, ceiling_reason="x" * 40))
    assert not result.needs_ceiling_override
    assert "ceiling_override_asked" not in codes(result)


def test_override_of_the_ceiling_does_not_lift_the_other_blocks():
    result = dose(DAILY, OBESE, Request(D("0.5"), 5, cycles=4, ceiling_reason="x" * 20))
    assert [f.code for f in result.blocking] == ["period_too_long"]


@pytest.mark.parametrize(
    ("interval", "unit", "cycles", "total"),
    [
        (4, Unit.WEEKS, 3, None),
        (1, Unit.MONTHS, 3, None),
        (27, Unit.DAYS, 3, D("4")),
        (1, Unit.WEEKS, 2, D("4")),
        (1, Unit.WEEKS, 12, D("8")),
        (5, Unit.DAYS, 1, None),
    ],
)
def test_cycles_too_close_do_not_pass_the_ceiling_in_silence(interval, unit, cycles, total):
    """Two courses of 2 g/kg in a week are 4 g/kg, whatever one calls a cycle."""
    asked = Request(D("0.4"), 5, cycles, interval=interval, unit=unit)
    found = {one.code: one for one in dose(DAILY, patient("M", 40, "180", "70"), asked).findings}
    told = found.get("ceiling_in_four_weeks")
    assert (told and told.params["total"]) == total
    assert told is None or told.severity is Severity.WARNING


def test_small_doses_every_week_stay_below_the_ceiling():
    asked = Request(D("0.4"), 1, 12, interval=1, unit=Unit.WEEKS)
    assert "ceiling_in_four_weeks" not in codes(dose(DAILY, patient("M", 40, "180", "70"), asked))
