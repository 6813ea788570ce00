"""The dose of single patients: the vectors of the design (domain, section 4) and the edges of each rule."""

import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from catalogue.dosing import (
    Dose,
    DoseError,
    DosePolicy,
    Family,
    PatientFacts,
    Reading,
    Schedule,
    Severity,
    Sex,
    Trigger,
    WeightPolicy,
    WeightReason,
    dose,
)

from .dosing_cast import (
    CAPPED,
    COURSE,
    DAILY,
    DOUBTFUL,
    NO_SCHEMA,
    PER_CYCLE,
    REPEATED,
    SINGLE,
    D,
    ask,
    codes,
    newborn,
    patient,
)

ALWAYS = DosePolicy(weight=WeightPolicy(trigger=Trigger.ALWAYS))
# sex, age, cm, kg, pregnant, BMI, ideal, adjusted, kg with `always`, kg with `bmi_ge_30`, grams, capped
VECTORS = [
    ("M", 45, "175", "100", False, "32.65", "70.46", "82.28", "82.28", "82.28", "164.6", "80"),
    ("F", 60, "160", "95", False, "37.11", "52.38", "69.43", "69.43", "69.43", "138.9", "80"),
    ("F", 60, "160", "58", False, "22.66", "52.38", "54.63", "54.63", "58.00", "109.3", "80"),
    ("F", 30, "165", "90", True, "33.06", "56.91", "70.15", "90", "90", "180.0", "80"),
    ("M", 50, "150", "80", False, "35.56", None, None, "80", "80", "160.0", "80"),
    ("M", 70, "180", "70", False, "21.60", "74.99", "73.00", "70", "70", "140.0", "80"),
    ("M", 12, "150", "52", False, "23.11", None, None, "52", "52", "104.0", "80"),
    ("F", 6, "115", "20", False, "15.12", None, None, "20", "20", "40.0", "40"),
]


def number(text):
    return None if text is None else Decimal(text)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: " ".join(str(part) for part in v[:4]))
def test_vector_of_the_design(vector):
    sex, age, cm, kg, pregnant, bmi, ideal, adjusted, always, by_bmi, total, capped = vector
    facts = patient(sex, age, cm, kg, pregnant=pregnant)
    wide = dose(DAILY, facts, ask("0.4", 5), ALWAYS)
    assert (wide.weight.bmi, wide.weight.ideal, wide.weight.adjusted) == tuple(
        map(number, (bmi, ideal, adjusted))
    )
    assert wide.weight.kg == D(always)
    assert wide.exact_g.quantize(D("0.1"), ROUND_HALF_UP) == D(total)
    assert dose(DAILY, facts, ask("0.4", 5)).weight.kg == D(by_bmi)
    assert dose(CAPPED, facts, ask("2", 2)).exact_g == D(capped)


@pytest.mark.parametrize(("g_per_kg", "grams"), [("0.5", "1.6"), ("1", "3.2")])
def test_newborn_gets_the_exact_dose_by_grams_of_weight(g_per_kg, grams):
    result = dose(SINGLE, newborn("3.200"), ask(g_per_kg))
    assert result.cycle_g == D(grams)
    assert not result.rounded
    assert result.vials == ()
    assert codes(result) == {"exact_for_newborn"}


def test_cap_lowers_104_to_80_and_says_so():
    result = dose(CAPPED, patient("M", 12, "150", "52"), ask("2", 3))
    assert (result.asked_g, result.exact_g, result.cap_applied) == (104, 80, True)
    finding = next(f for f in result.findings if f.code == "cap_applied")
    assert finding.params == {"asked": 104, "cap": 80}


@pytest.mark.parametrize(("kg", "capped"), [("39.999", False), ("40", False), ("40.001", True)])
def test_cap_of_80_g_binds_above_40_kg(kg, capped):
    assert dose(CAPPED, patient("M", 12, None, kg), ask("2", 2)).cap_applied is capped


@pytest.mark.parametrize(
    ("kg", "reason"),
    [("86.7", WeightReason.ADJUSTED_BY_BMI), ("86.699", WeightReason.BMI_BELOW)],
)
def test_bmi_of_exactly_30_triggers_the_adjusted_weight(kg, reason):
    # 170 cm: 30 × 1.70² = 86.7 kg
    weight = dose(DAILY, patient("M", 40, "170", kg), ask("0.4", 5)).weight
    assert weight.reason is reason


def test_bmi_just_below_30_is_never_shown_as_30():
    weight = dose(DAILY, patient("M", 40, "170", "86.699"), ask("0.4", 5)).weight
    assert weight.bmi == D("29.99")


@pytest.mark.parametrize(
    ("cm", "reason"), [("152", WeightReason.ADJUSTED_BY_BMI), ("151.9", WeightReason.UNDER_HEIGHT)]
)
def test_height_of_exactly_152_cm_is_inside_the_formula(cm, reason):
    assert dose(DAILY, patient("F", 40, cm, "95"), ask("0.4", 5)).weight.reason is reason


@pytest.mark.parametrize(
    ("age", "reason"), [(18, WeightReason.ADJUSTED_BY_BMI), (17, WeightReason.UNDER_AGE)]
)
def test_weight_is_adjusted_from_18_years(age, reason):
    assert dose(DAILY, patient("M", age, "175", "120"), ask("0.4", 5)).weight.reason is reason


def test_adult_without_height_is_dosed_on_the_actual_weight_with_a_warning():
    result = dose(DAILY, patient("M", 40, None, "120"), ask("0.4", 5))
    assert result.weight.kg == 120
    assert "height_missing" in codes(result)


def test_adjusted_weight_reports_the_grams_it_saves():
    result = dose(DAILY, patient("F", 58, "168", "104"), ask("0.4", 5))
    finding = next(f for f in result.findings if f.code == "weight_adjusted")
    assert finding.params == {"saved": D("208") - result.exact_g}


@pytest.mark.parametrize(
    ("g_per_kg", "days", "code", "severity"),
    [
        ("0.4", 5, "ceiling_reached", Severity.WARNING),
        ("0.401", 5, "ceiling_exceeded", Severity.BLOCKING),
        ("0.5", 5, "ceiling_exceeded", Severity.BLOCKING),
        ("0.399", 5, None, None),
    ],
)
def test_ceiling_of_2_g_per_kg_warns_at_2_and_blocks_above(g_per_kg, days, code, severity):
    result = dose(DAILY, patient("M", 40, "180", "80"), ask(g_per_kg, days))
    found = {f.code: f.severity for f in result.findings if f.code.startswith("ceiling")}
    assert found == ({code: severity} if code else {})


def test_dose_above_the_ceiling_is_computed_and_not_clipped():
    result = dose(DAILY, patient("M", 40, "180", "80"), ask("0.5", 5))
    assert result.exact_g == 200
    assert result.blocking


def test_ceiling_holds_without_a_schema_too():
    result = dose(NO_SCHEMA, patient("M", 40, "180", "80"), ask("1", 3))
    assert [f.code for f in result.blocking] == ["ceiling_exceeded"]
    assert "no_schema" in codes(result)
    assert result.deviations == ()


def test_request_above_the_ceiling_is_blocked_even_where_the_cap_lowers_it():
    result = dose(CAPPED, patient("M", 12, "150", "52"), ask("2.5", 2))
    assert result.exact_g == 80
    assert [f.code for f in result.blocking] == ["ceiling_exceeded"]


@pytest.mark.parametrize(
    ("schedule", "request_", "expected"),
    [
        (DAILY, ask("0.3", 5), {"row_dose_below"}),
        (DAILY, ask("0.6", 3), {"row_dose_above"}),
        (DAILY, ask("0.4", 1), {"row_days_below"}),
        (DAILY, ask("0.4", 6), {"row_days_above"}),
        (DAILY, ask("0.4", 2), set()),
        (DAILY, ask("0.5", 2, 3), set()),
        (COURSE, ask("0.4", 5, 4), {"row_cycles_above"}),
        (REPEATED, ask("0.4", 5, 3), set()),
        (CAPPED, ask("1", 2), {"row_dose_below"}),
        (CAPPED, ask("2", 7), set()),
        (SINGLE, ask("0.5", 2), {"row_days_above"}),
        (SINGLE, ask("0.5", 1, 4), set()),
        (NO_SCHEMA, ask("0.05", 9), set()),
    ],
)
def test_deviations_from_the_row_are_named(schedule, request_, expected):
    result = dose(schedule, patient("F", 10, "120", "25"), request_)
    assert {f.code for f in result.deviations} == expected


@pytest.mark.parametrize(
    ("schedule", "cycles", "blocked"),
    [(DAILY, 3, False), (DAILY, 4, True), (CAPPED, 4, True), (SINGLE, 4, False), (NO_SCHEMA, 4, True)],
)
def test_request_longer_than_3_months_is_blocked(schedule, cycles, blocked):
    result = dose(schedule, patient("F", 10, "120", "25"), ask("0.5", 1, cycles))
    assert ("period_too_long" in {f.code for f in result.blocking}) is blocked


def test_both_readings_of_the_daily_family_are_computed():
    result = dose(DAILY, patient("M", 40, "180", "70"), ask("0.4", 5))
    assert (result.exact_g, result.exact_day_g) == (140, 28)
    assert (result.other.reading, result.other.cycle_g, result.other.day_g) == (
        Reading.PER_CYCLE,
        28,
        D("5.6"),
    )


def test_reading_per_cycle_in_force_divides_the_dose_over_the_days():
    result = dose(PER_CYCLE, patient("M", 40, "180", "70"), ask("0.4", 5))
    assert (result.exact_g, result.exact_day_g) == (28, D("5.6"))
    assert (result.other.reading, result.other.cycle_g) == (Reading.PER_DAY, 140)


def test_other_families_have_one_reading():
    assert dose(CAPPED, patient("M", 12, "150", "52"), ask("2", 2)).other is None


def test_doubtful_reading_warns():
    assert "reading_doubtful" in codes(dose(DOUBTFUL, patient("M", 40, "180", "70"), ask("0.4", 5)))


@pytest.mark.parametrize(("g_per_kg", "warned"), [("0.3", True), ("0.299", False)])
def test_haemolysis_is_mentioned_from_1_5_g_per_kg(g_per_kg, warned):
    result = dose(DAILY, patient("M", 40, "180", "70"), ask(g_per_kg, 5))
    assert ("haemolysis_risk" in codes(result)) is warned


def test_findings_come_with_the_gravest_first():
    result = dose(DAILY, patient("F", 58, "168", "104"), ask("0.6", 5, 4))
    ranks = [list(Severity).index(f.severity) for f in result.findings]
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == 3


def test_course_is_the_cycle_times_the_cycles():
    result = dose(COURSE, patient("M", 40, "180", "70"), ask("0.4", 5, 3))
    assert result.course_g == 420


@pytest.mark.parametrize(
    ("facts", "request_", "code", "field"),
    [
        (patient("M", 40, "180", "0"), ask("0.4"), "out_of_range", "weight_kg"),
        (patient("M", 40, "180", "820"), ask("0.4"), "out_of_range", "weight_kg"),
        (patient("M", 40, "180", "NaN"), ask("0.4"), "out_of_range", "weight_kg"),
        (patient("M", 40, "180", "Infinity"), ask("0.4"), "out_of_range", "weight_kg"),
        (patient("M", 40, "180", "70.0001"), ask("0.4"), "too_precise", "weight_kg"),
        (patient("M", 40, "1.80", "70"), ask("0.4"), "out_of_range", "height_cm"),
        (patient("M", 140, "180", "70"), ask("0.4"), "out_of_range", "age_years"),
        (patient("M", 40, "180", "70", age_days=3), ask("0.4"), "age_inconsistent", "age_days"),
        (patient("M", 40, "180", "70", age_days=-1), ask("0.4"), "out_of_range", "age_days"),
        (patient("M", 40, "180", "70"), ask("0"), "out_of_range", "g_per_kg"),
        (patient("M", 40, "180", "70"), ask("400"), "out_of_range", "g_per_kg"),
        (patient("M", 40, "180", "70"), ask("1.001", 5), "cycle_out_of_range", "g_per_kg"),
        (patient("M", 40, "180", "70"), ask("0.4", 0), "out_of_range", "days"),
        (patient("M", 40, "180", "70"), ask("0.4", 2, 0), "out_of_range", "cycles"),
    ],
)
def test_impossible_input_is_refused_naming_the_field(facts, request_, code, field):
    with pytest.raises(DoseError) as refused:
        dose(DAILY, facts, request_)
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(Family.DAILY, D("0.5"), D("0.4"), 2, 5),
        Schedule(Family.DAILY, D("0.4"), D("0.5")),
        Schedule(Family.DAILY, D("0.4"), D("0.5"), 5, 2),
        Schedule(Family.CYCLE_CAPPED, D("2"), D("2")),
        Schedule(Family.SINGLE),
        Schedule(Family.NONE, D("0.4"), D("0.5")),
    ],
)
def test_schedule_that_contradicts_its_family_is_refused(schedule):
    with pytest.raises(DoseError, match="schedule_incoherent"):
        dose(schedule, patient("M", 40, "180", "70"), ask("0.4", 2))


@pytest.mark.parametrize("day", [date(2024, 2, 28), date(2024, 3, 1), date(2024, 12, 31)])
def test_facts_on_a_day_are_accepted_for_someone_born_on_29_february(day):
    facts = PatientFacts.on(day, born_on=date(2000, 2, 29), sex=Sex.MALE, weight_kg=D("70"))
    assert facts.age_years == (24 if day.month > 2 else 23)
    dose(DAILY, facts, ask("0.4", 5))


@pytest.mark.parametrize(("day", "is_newborn"), [(date(2026, 1, 28), True), (date(2026, 1, 29), False)])
def test_newborn_until_the_28th_day(day, is_newborn):
    facts = PatientFacts.on(day, born_on=date(2026, 1, 1), sex=Sex.MALE, weight_kg=D("3.5"))
    assert facts.is_newborn is is_newborn


def test_dose_survives_json_and_equal_decimals_are_spelt_alike():
    facts = patient("F", 58, "168.0", "104.00")
    stored = json.loads(json.dumps(dose(DAILY, facts, ask("0.40", 5)).as_dict()))
    assert Dose.from_dict(stored) == dose(DAILY, patient("F", 58, "168", "104"), ask("0.4", 5))
    assert stored == dose(DAILY, patient("F", 58, "168", "104"), ask("0.4", 5)).as_dict()
    assert stored["figures"]["cycle_g"] == "153.5"


def test_dose_of_a_later_engine_is_not_misread():
    stored = dose(DAILY, patient("F", 58, "168", "104"), ask("0.4", 5)).as_dict() | {"engine": 99}
    with pytest.raises(DoseError, match="unknown_engine"):
        Dose.from_dict(stored)


def test_policy_is_data():
    assert DosePolicy.from_dict(ALWAYS_AS_DATA) == ALWAYS


ALWAYS_AS_DATA = {
    "weight": {
        "formula": "devine",
        "factor": "0.4",
        "trigger": "always",
        "min_age_years": 18,
        "min_height_cm": "152",
    },
    "rounding": {
        "sizes_g": ["1", "2.5", "5", "10", "20", "30"],
        "tolerance": "0.1",
        "indifference": "0.01",
        "min_weight_kg": "10",
    },
    "ceiling": "2",
    "haemolysis_from": "1.5",
    "max_period_months": 3,
}
