"""Warnings that depend on the patient and on the product, each from its edge."""

from dataclasses import replace
from datetime import date

import pytest

from catalogue.dosing import (
    Abo,
    AntiIga,
    Product,
    Reactions,
    RenalRisk,
    Request,
    Risks,
    Severity,
    Stabiliser,
    ThrombosisRisk,
    dose,
)

from .dosing_cast import CAPPED, DAILY, D, ask, codes, patient

ADULT = patient("M", 40, "180", "70")
MEASURED = Risks(iga_measured=True, iga_g_l=D("1.5"))
LOW = Risks(iga_measured=True, iga_g_l=D("0.05"))
FIRST = date(2026, 5, 4)


def with_risks(risks, facts=ADULT, request_=None, **more):
    return dose(DAILY, replace(facts, risks=risks, **more), request_ or ask("0.3", 2))


def severities(result):
    return {finding.code: finding.severity for finding in result.findings}


def product(stabiliser="none", iga="20") -> Product:
    return Product(
        "p", "Prova", (D(5), D(10)), D(10), stabiliser=Stabiliser(stabiliser), iga_ug_ml=iga and D(iga)
    )


def test_nothing_is_said_about_risks_nobody_asked_for():
    assert codes(dose(DAILY, patient("M", 80, "180", "70"), ask("0.4", 4))) == {"haemolysis_risk"}


@pytest.mark.parametrize(
    ("risks", "code", "severity"),
    [
        (replace(LOW, anti_iga=AntiIga.YES), "iga_antibodies", Severity.BLOCKING),
        (Risks(iga_measured=False, anti_iga=AntiIga.YES), "iga_antibodies", Severity.BLOCKING),
        (replace(MEASURED, anti_iga=AntiIga.YES), "iga_antibodies_alone", Severity.WARNING),
        (replace(LOW, anti_iga=AntiIga.NO), "iga_deficient", Severity.WARNING),
        (replace(LOW, anti_iga=AntiIga.NOT_TESTED), "iga_deficient_untested", Severity.WARNING),
        (LOW, "iga_deficient_untested", Severity.WARNING),
        (Risks(iga_measured=False), "iga_not_done", Severity.INFO),
        (MEASURED, None, None),
        (replace(MEASURED, iga_g_l=D("6")), None, None),
        (replace(MEASURED, iga_g_l=D("6.5")), "iga_unit", Severity.WARNING),
        (replace(MEASURED, iga_g_l=D("0.07")), None, None),
        (replace(MEASURED, iga_g_l=D("0.0699")), "iga_deficient_untested", Severity.WARNING),
    ],
)
def test_iga(risks, code, severity):
    found = {c: s for c, s in severities(with_risks(risks)).items() if c.startswith("iga")}
    assert found == ({code: severity} if code else {})


@pytest.mark.parametrize(("age", "told"), [(3, False), (4, True)])
def test_low_iga_is_a_deficiency_from_four_years(age, told):
    assert ("iga_deficient_untested" in codes(with_risks(LOW, patient("M", age, None, "16")))) is told


def test_antibodies_block_a_small_child_too():
    result = with_risks(replace(LOW, anti_iga=AntiIga.YES), patient("M", 1, None, "10"))
    assert "iga_antibodies" in {f.code for f in result.blocking}


@pytest.mark.parametrize(
    ("risks", "iga", "told"),
    [(LOW, "50", False), (LOW, "50.01", True), (LOW, None, True), (MEASURED, "700", False)],
)
def test_product_rich_in_iga_is_named_where_iga_is_deficient(risks, iga, told):
    result = with_risks(risks, request_=Request(D("0.4"), 2, product=product(iga=iga)))
    assert ("product_iga" in codes(result)) is told


def test_thrombosis_risks_are_named():
    told = (ThrombosisRisk.THROMBOPHILIA, ThrombosisRisk.OESTROGENS)
    finding = next(f for f in with_risks(Risks(thrombosis=told)).findings if f.code == "thrombosis_risk")
    assert (finding.severity, finding.about) == (Severity.WARNING, ("thrombophilia", "oestrogens"))


@pytest.mark.parametrize(("age", "about"), [(64, None), (65, ("age_over_65",))])
def test_age_is_a_thrombosis_risk_even_where_nobody_ticked_it(age, about):
    result = with_risks(Risks(), patient("M", age, "180", "70"))
    told = [f.about for f in result.findings if f.code == "thrombosis_risk"]
    assert told == ([about] if about else [])


def test_age_ticked_is_told_once():
    result = with_risks(Risks(thrombosis=(ThrombosisRisk.AGE_OVER_65,)), patient("M", 70, "180", "70"))
    assert [f.about for f in result.findings if f.code == "thrombosis_risk"] == [("age_over_65",)]


@pytest.mark.parametrize(
    ("egfr", "renal", "expected"),
    [
        ("60", (), set()),
        ("59.9", (), {"renal_function"}),
        ("90", (RenalRisk.DIABETES,), {"renal_risk"}),
        (None, (RenalRisk.CKD,), {"renal_risk"}),
        ("30", (RenalRisk.CKD,), {"renal_function"}),
    ],
)
def test_kidneys(egfr, renal, expected):
    found = codes(with_risks(Risks(egfr=egfr and D(egfr), renal=renal)))
    assert {code for code in found if code.startswith("renal")} == expected


def test_kidneys_of_an_infant_are_not_judged_by_the_limit_of_adults():
    facts = patient("M", 0, None, "6", age_days=100)
    assert "renal_function" not in codes(with_risks(Risks(egfr=D("45")), facts))


@pytest.mark.parametrize(
    ("risks", "told"), [(Risks(renal=(RenalRisk.CKD,)), True), (Risks(egfr=D("40")), True), (Risks(), False)]
)
def test_sucrose_warns_again_where_the_kidneys_are_at_risk(risks, told):
    result = with_risks(risks, request_=Request(D("0.4"), 2, product=product("sucrose")))
    assert ("renal_sucrose" in codes(result)) is told


@pytest.mark.parametrize(
    ("group", "code", "severity"),
    [
        (None, "haemolysis_risk", Severity.INFO),
        (Abo.A, "haemolysis_group", Severity.WARNING),
        (Abo.AB, "haemolysis_group", Severity.WARNING),
        (Abo.O, None, None),
    ],
)
def test_haemolysis_depends_on_the_blood_group(group, code, severity):
    for g_per_kg, days in (("0.3", 5), ("0.299", 5)):
        result = dose(DAILY, replace(ADULT, abo=group), ask(g_per_kg, days))
        found = {c: s for c, s in severities(result).items() if c.startswith("haemolysis")}
        assert found == ({code: severity} if code and g_per_kg == "0.3" else {})


@pytest.mark.parametrize(
    ("reactions", "code"),
    [
        (Reactions.YES, "previous_reactions"),
        (Reactions.NEVER_GIVEN, "first_immunoglobulin"),
        (Reactions.NONE, None),
    ],
)
def test_earlier_immunoglobulin(reactions, code):
    found = codes(with_risks(Risks(reactions=reactions))) & {"previous_reactions", "first_immunoglobulin"}
    assert found == ({code} if code else set())


@pytest.mark.parametrize(
    ("exchanges", "about"),
    [
        ((date(2026, 5, 3),), None),
        ((FIRST,), ("2026-05-04",)),
        ((date(2026, 5, 9), date(2026, 5, 1), date(2026, 5, 6)), ("2026-05-06", "2026-05-09")),
    ],
)
def test_plasma_exchange_comes_before_the_infusion(exchanges, about):
    result = dose(DAILY, ADULT, Request(D("0.4"), 5, starts_on=FIRST, plasma_exchange_on=exchanges))
    told = [f.about for f in result.findings if f.code == "exchange_after_infusion"]
    assert told == ([about] if about else [])


@pytest.mark.parametrize(
    ("g_per_kg", "expected"),
    [("0.399", set()), ("0.4", {"ceiling_reached"}), ("0.401", {"aseptic_meningitis"})],
)
def test_aseptic_meningitis_from_2_g_per_kg(g_per_kg, expected):
    result = dose(DAILY, ADULT, ask(g_per_kg, 5))
    assert codes(result) & {"ceiling_reached", "aseptic_meningitis"} == expected


def test_cap_that_lowers_a_dose_below_the_ceiling_lowers_its_warnings_too():
    result = dose(CAPPED, patient("M", 15, "170", "80"), ask("2", 2))
    assert not codes(result) & {"ceiling_reached", "aseptic_meningitis", "haemolysis_risk"}


@pytest.mark.parametrize(
    ("stabiliser", "age", "risks", "code", "severity"),
    [
        ("maltose", 40, Risks(), "maltose_glucose", Severity.INFO),
        ("maltose", 40, Risks(renal=(RenalRisk.DIABETES,)), "maltose_glucose", Severity.WARNING),
        ("proline", 40, Risks(), "proline", Severity.INFO),
        ("sorbitol", 40, Risks(), "sorbitol", Severity.INFO),
        ("sorbitol", 1, Risks(), "sorbitol", Severity.WARNING),
        ("sorbitol", 1, Risks(fructose_intolerance=False), "sorbitol", Severity.WARNING),
        ("sorbitol", 40, Risks(fructose_intolerance=False), None, None),
        ("sorbitol", 40, Risks(fructose_intolerance=True), "sorbitol_fructose", Severity.BLOCKING),
        ("glycine", 40, Risks(fructose_intolerance=True), None, None),
    ],
)
def test_stabiliser(stabiliser, age, risks, code, severity):
    facts = patient("M", age, None, "14")
    result = with_risks(risks, facts, Request(D("0.4"), 2, product=product(stabiliser)))
    told = {"maltose_glucose", "proline", "sorbitol", "sorbitol_fructose"}
    found = {c: s for c, s in severities(result).items() if c in told}
    assert found == ({code: severity} if code else {})
