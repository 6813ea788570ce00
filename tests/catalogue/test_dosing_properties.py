"""What holds for every patient, every schedule, every request."""

import json
from dataclasses import replace
from decimal import ROUND_CEILING

from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.dosing import (
    Dose,
    DoseError,
    DosePolicy,
    Family,
    PatientFacts,
    Request,
    RoundingPolicy,
    Sex,
    Trigger,
    WeightPolicy,
    WeightReason,
    dose,
)

from .dosing_cast import (
    CAPPED,
    DAILY,
    SCHEDULES,
    SINGLE,
    D,
    ask,
    codes,
    patient,
    patients,
    products,
    requests,
    schedules,
    sensible_requests,
    vial_sizes,
    weights,
)

many = settings(max_examples=250, deadline=None)
policies = vial_sizes.map(lambda sizes: DosePolicy(rounding=RoundingPolicy(sizes)))
adult_weights = st.decimals("30", "250", places=1)


@many
@given(schedules, patients(), requests | sensible_requests, policies, products)
def test_cycle_never_passes_the_cap_nor_unblocked_the_ceiling(schedule, facts, request_, policy, product):
    result = dose(schedule, facts, replace(request_, product=product), policy)
    if schedule.cap_g is not None:
        assert result.cycle_g <= schedule.cap_g
    if result.cycle_g > result.ceiling_g:
        assert "ceiling_exceeded" in {f.code for f in result.blocking}
        assert result.cycle_g <= result.exact_g


@many
@given(schedules, patients(), requests | sensible_requests, policies, products)
def test_days_sum_to_the_cycle_and_are_whole_vials(schedule, facts, request_, policy, product):
    result = dose(schedule, facts, replace(request_, product=product), policy)
    assert [infusion.day for infusion in result.infusions] == list(range(1, request_.days + 1))
    assert sum(infusion.grams for infusion in result.infusions) == result.cycle_g
    if result.rounded:
        for infusion in result.infusions:
            assert sum(v.size_g * v.count for v in infusion.vials) == infusion.grams
            assert {v.size_g for v in infusion.vials} <= set((product or policy.rounding).sizes_g)
    else:
        assert result.cycle_g == result.exact_g
        assert result.vials == ()


@many
@given(schedules, patients(), requests | sensible_requests, policies, products)
def test_rounding_never_moves_a_day_beyond_10_percent(schedule, facts, request_, policy, product):
    result = dose(schedule, facts, replace(request_, product=product), policy)
    if result.rounded:
        for infusion in result.infusions:
            off = abs(infusion.grams * request_.days - result.exact_g)
            assert off * 10 <= result.exact_g


@many
@given(schedules, patients(), sensible_requests)
def test_rounding_is_refused_only_where_it_must_be(schedule, facts, request_):
    """With sizes down to 1 g any day from 10 g has amounts on both sides within 10 %."""
    result = dose(schedule, facts, request_)
    exempt = facts.weight_kg < 10 or facts.is_newborn or schedule.family is Family.SINGLE
    assert not (exempt and result.rounded)
    if not exempt and result.exact_g >= 10 * request_.days:
        assert result.rounded
        assert abs(result.cycle_g - result.exact_g) <= max(D("0.5"), result.exact_g / 100)


@many
@given(st.sampled_from([s for s in SCHEDULES if s is not SINGLE]), weights, weights, requests)
def test_exact_dose_grows_with_the_weight_until_the_cap(schedule, kg_1, kg_2, request_):
    light, heavy = sorted((kg_1, kg_2))
    low = dose(schedule, patient("M", 15, "160", str(light)), request_)
    high = dose(schedule, patient("M", 15, "160", str(heavy)), request_)
    assert low.exact_g <= high.exact_g
    if light < heavy and not high.cap_applied:
        assert low.exact_g < high.exact_g


@many
@given(adult_weights, adult_weights, st.decimals("152", "210", places=1), sensible_requests)
def test_adult_dose_grows_with_the_weight_when_always_adjusted(kg_1, kg_2, cm, request_):
    policy = DosePolicy(weight=WeightPolicy(trigger=Trigger.ALWAYS))
    low, high = (
        dose(DAILY, patient("F", 50, str(cm), str(kg)), request_, policy) for kg in sorted((kg_1, kg_2))
    )
    assert low.exact_g <= high.exact_g


@many
@given(patients(), sensible_requests)
def test_adjusted_weight_lies_between_ideal_and_actual(facts, request_):
    weight = dose(DAILY, facts, request_).weight
    if weight.is_adjusted:
        assert weight.ideal <= weight.kg < facts.weight_kg
    else:
        assert weight.kg == facts.weight_kg


@many
@given(patients(), sensible_requests)
def test_weight_is_adjusted_exactly_from_bmi_30(facts, request_):
    adjusted = dose(DAILY, facts, request_).weight.reason is WeightReason.ADJUSTED_BY_BMI
    able = facts.age_years >= 18 and facts.height_cm is not None and facts.height_cm >= 152
    assert adjusted == (able and not facts.pregnant and facts.weight_kg / (facts.height_cm / 100) ** 2 >= 30)


@many
@given(patients(kg=st.decimals("0.3", "12", places=3), years=st.just(0)), schedules, products)
def test_newborns_are_never_rounded(facts, schedule, product):
    if facts.is_newborn:
        result = dose(schedule, facts, replace(ask("0.5", 2), product=product))
        assert result.cycle_g == result.exact_g
        assert "exact_for_newborn" in codes(result)


@many
@given(schedules, patients(), requests)
def test_dose_comes_back_equal_from_json(schedule, facts, request_):
    result = dose(schedule, facts, request_)
    assert Dose.from_dict(json.loads(json.dumps(result.as_dict()))) == result


@many
@given(schedules, patients(), requests | sensible_requests, products, st.integers(1, 24), st.integers(0, 900))
def test_opened_vials_hold_the_dose_and_supply_is_never_negative(
    schedule, facts, request_, product, cycles, left
):
    asked = replace(request_, product=product, cycles=cycles, carry_over_g=D(left))
    result = dose(schedule, facts, asked)
    supply, smallest = result.supply, min(result.sizes_g)
    assert result.cycle_g <= supply.opened_g
    assert supply.remainder_g < smallest * asked.days
    assert supply.grams + supply.carried_g == result.course_g
    assert 0 <= supply.carried_g <= left
    assert result.infusions == dose(schedule, facts, replace(asked, carry_over_g=D(0))).infusions


@many
@given(schedules, patients(), requests, st.floats(0, 1))
def test_weight_set_by_hand_never_raises_the_dose_above_that_of_the_actual_weight(
    schedule, facts, request_, share
):
    weight = dose(schedule, facts, request_).weight
    lowest = weight.actual / 2 if weight.ideal is None else min(weight.ideal, weight.actual)
    kg = (lowest + (weight.actual - lowest) * D(share)).quantize(D("0.001"), ROUND_CEILING)
    result = dose(schedule, facts, replace(request_, override_kg=min(kg, weight.actual)))
    assert result.exact_g <= result.g_per_kg_cycle * weight.actual
    assert result.weight.policy_kg == weight.kg


@many
@given(patients(), requests)
def test_deviating_dose_is_always_named(facts, request_):
    inside = D("0.4") <= request_.g_per_kg <= D("0.5") and 2 <= request_.days <= 5
    assert (dose(DAILY, facts, request_).deviations == ()) is inside


@many
@given(
    st.decimals(allow_nan=True, allow_infinity=True),
    st.none() | st.decimals(allow_nan=True, allow_infinity=True),
    st.integers(),
    st.none() | st.integers(),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.integers(),
)
def test_nonsense_is_refused_and_nothing_else_happens(kg, cm, age, age_days, g_per_kg, days):
    try:
        dose(CAPPED, PatientFacts(Sex.MALE, age, kg, cm, age_days=age_days), Request(g_per_kg, days))
    except DoseError as refused:
        assert refused.field in {"weight_kg", "height_cm", "age_years", "age_days", "g_per_kg", "days"}
