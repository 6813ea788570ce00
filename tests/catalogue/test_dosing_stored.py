"""Doses that were stored: those of the first engine stay readable, two doses can be compared."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from catalogue.dose_change_words import FIGURES, difference_words
from catalogue.dose_changes import COMPARED, differences
from catalogue.dose_words import finding_sentence, source_words, weight_sentence
from catalogue.dosing import (
    Abo,
    Dose,
    Product,
    Reactions,
    Reading,
    RenalRisk,
    Request,
    Risks,
    Schedule,
    Stabiliser,
    ThrombosisRisk,
    Unit,
    dose,
)

from .dosing_cast import COURSE, DAILY, D, ask, patient

FROZEN = Path(__file__).resolve().parents[1] / "approvals" / "data" / "frozen_first_release.json"
STORED = [content["dose"] for content in json.loads(FROZEN.read_text())]
ADULT = patient("M", 40, "180", "70")
FULL = Request(
    D("0.5"),
    5,
    3,
    4,
    Unit.WEEKS,
    Product(
        "prova-6", "Prova 6 %", (D("3"), D("6")), D("6"), "Nessuno", stabiliser=Stabiliser.SUCROSE,
        iga_ug_ml=D("720"), price_per_g=D("49.9"), priced_on=date(2026, 1, 1),
    ),
    D("66.5"),
    "Edemi imponenti, circa 4 kg",
    "Recidiva sotto dose piena, tre volte",
    D("12.5"),
    date(2026, 5, 4),
    (date(2026, 5, 1), date(2026, 5, 6)),
)  # fmt: skip
AT_RISK = replace(
    ADULT,
    abo=Abo.A,
    risks=Risks(
        iga_measured=True,
        iga_g_l=D("0.05"),
        egfr=D("41.5"),
        thrombosis=(ThrombosisRisk.OESTROGENS,),
        renal=(RenalRisk.CKD,),
        reactions=Reactions.YES,
        fructose_intolerance=False,
    ),
)
SETTLED = Schedule(
    *(COURSE.family, COURSE.dose_min, COURSE.dose_max, 2, 5), cycles=3, cadence_months=1,
    settled_by="Commissione", settled_by_en="Committee", settled_on=date(2025, 3, 1),
)  # fmt: skip


def test_there_are_doses_of_the_first_engine():
    assert len(STORED) >= 4
    assert {stored["engine"] for stored in STORED} == {1}


@pytest.mark.parametrize("stored", STORED)
def test_dose_of_the_first_engine_keeps_every_figure_it_was_stored_with(stored):
    read = Dose.from_dict(stored).as_dict()
    assert {name: read["figures"][name] for name in stored["figures"]} == stored["figures"]
    for part in ("infusions", "exact_g", "asked_g", "g_per_kg_cycle", "other", "rounded"):
        assert read[part] == stored[part]


@pytest.mark.parametrize("stored", STORED)
def test_dose_of_the_first_engine_still_speaks(stored):
    read = Dose.from_dict(stored)
    assert weight_sentence(read)
    for finding in read.findings:
        assert "%(" not in finding_sentence(finding)
        assert source_words(finding)


@pytest.mark.parametrize("stored", STORED)
def test_dose_of_the_first_engine_computed_again_is_the_same(stored):
    read = Dose.from_dict(stored)
    again = dose(read.schedule, read.facts, read.request, read.policy)
    assert again == read
    assert differences(read, again) == ()


def test_everything_new_survives_json():
    result = dose(SETTLED, AT_RISK, FULL)
    assert result.blocking == ()
    stored = json.loads(json.dumps(result.as_dict()))
    assert stored["engine"] == 2
    assert Dose.from_dict(stored) == result
    assert stored["figures"]["supply"]["priced_on"] == "2026-01-01"
    assert stored["schedule"]["settled_on"] == "2025-03-01"


def test_every_figure_compared_has_words():
    assert list(COMPARED) == list(FIGURES)


def test_equal_doses_do_not_differ():
    assert differences(dose(SETTLED, AT_RISK, FULL), dose(SETTLED, AT_RISK, FULL)) == ()


def test_new_price_is_no_difference():
    before = dose(SETTLED, AT_RISK, FULL)
    dearer = replace(FULL, product=replace(FULL.product, price_per_g=D("60"), priced_on=date(2026, 6, 1)))
    assert differences(before, dose(SETTLED, AT_RISK, dearer)) == ()


@pytest.mark.parametrize(
    ("changed", "keys"),
    [
        (ask("0.4", 4), ["days", "exact_g", "cycle_g", "plan", "course_g", "supply_g"]),
        (ask("0.4", 5, 2), ["cycles", "course_g", "supply_g"]),
        (Request(D("0.4"), 5, carry_over_g=D(10)), ["supply_g"]),
        (
            Request(D("0.5"), 5),
            ["g_per_kg", "exact_g", "cycle_g", "plan", "course_g", "supply_g", "blocking"],
        ),
    ],
)
def test_differences_are_named_in_reading_order(changed, keys):
    found = differences(dose(DAILY, ADULT, ask("0.4", 5)), dose(DAILY, ADULT, changed))
    assert [one.key for one in found] == keys


def test_reading_in_force_is_compared():
    per_cycle = replace(DAILY, reading=Reading.PER_CYCLE)
    found = differences(dose(DAILY, ADULT, ask("0.4", 5)), dose(per_cycle, ADULT, ask("0.4", 5)))
    assert "reading" in {one.key for one in found}


@pytest.mark.parametrize("language", ["it", "en"])
def test_differences_in_words_hold_both_values(language):
    before, after = dose(DAILY, ADULT, ask("0.4", 5, 2)), dose(SETTLED, AT_RISK, FULL)
    with translation.override(language):
        told = [difference_words(one) for one in differences(before, after)]
    assert len(told) == 11
    for label, was, now in told:
        assert label
        assert was != now


def test_weight_set_by_hand_tells_the_rule_too():
    with translation.override("en"):
        sentence = weight_sentence(dose(SETTLED, AT_RISK, FULL))
    assert "70 kg" in sentence and "BMI" in sentence
