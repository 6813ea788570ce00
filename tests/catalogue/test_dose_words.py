"""The words of a dose: every code has its sentence, numbers carry the reader's decimal mark."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from catalogue import dose_phrases as phrases
from catalogue import dose_words as words
from catalogue.dose_sources import SOURCE_OF, Source
from catalogue.dosing import (
    Abo,
    DoseError,
    Family,
    Product,
    Request,
    Risks,
    Schedule,
    Stabiliser,
    ThrombosisRisk,
    Unit,
    WeightReason,
    dose,
)

from .dosing_cast import CAPPED, COURSE, DAILY, NO_SCHEMA, SINGLE, D, ask, newborn, patient

ROOT = Path(__file__).resolve().parents[2]
OBESE = patient("F", 58, "168", "104")


@pytest.fixture(autouse=True, params=["it", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


def test_every_code_of_the_engine_has_a_sentence():
    source = "".join((ROOT / f"catalogue/{name}.py").read_text() for name in ("dose_findings", "dose_risks"))
    codes = set(re.findall(r'_finding\(\s*"(\w+)"', source))
    assert codes == set(words.FINDINGS) == set(SOURCE_OF)
    assert set(words.SOURCES) == set(Source)
    assert set(words.WEIGHTS) == set(WeightReason)


@pytest.mark.parametrize(
    ("schedule", "facts", "request_"),
    [
        (DAILY, OBESE, ask("0.6", 6, 4)),
        (COURSE, patient("F", 40, None, "70"), ask("0.3", 1, 4)),
        (CAPPED, patient("M", 12, "150", "52"), ask("2", 3)),
        (SINGLE, newborn(), ask("0.5")),
        (NO_SCHEMA, patient("M", 1, None, "9"), ask("2")),
    ],
)
def test_sentences_are_filled_in(schedule, facts, request_):
    result = dose(schedule, facts, request_)
    sentences = [words.finding_sentence(f) for f in result.findings] + [words.weight_sentence(result)]
    assert len(sentences) > 1
    for sentence in sentences:
        assert sentence
        assert "%(" not in sentence and "%%" not in sentence


def test_refusal_names_the_limits(language):
    with pytest.raises(DoseError) as refused:
        dose(DAILY, patient("F", 58, "168", "820"), ask("0.4", 5))
    sentence = words.error_sentence(refused.value)
    assert ("0,3" if language == "it" else "0.3") in sentence
    assert "350" in sentence


def test_incoherent_row_gets_a_sentence_too():
    with pytest.raises(DoseError) as refused:
        dose(Schedule(Family.SINGLE), patient("F", 58, "168", "82"), ask("0.4", 5))
    assert words.error_sentence(refused.value)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("154.600", None, "154,6"),
        ("154.76", None, "154,8"),
        ("80.0", None, "80"),
        ("100", None, "100"),
        ("0.45", None, "0,45"),
        ("82.28", 2, "82,28"),
        ("0", None, "0"),
    ],
)
def test_numbers_have_the_decimal_mark_of_the_language_and_no_trailing_zeros(
    value, places, expected, language
):
    shown = words.number(D(value), places)
    assert shown == (expected if language == "it" else expected.replace(",", "."))


def test_newborn_weights_and_grams_keep_their_digits(language):
    mark = "," if language == "it" else "."
    assert words.kilograms(D("3.215")) == f"3{mark}215 kg"
    assert words.kilograms(D("77.38")) == f"77{mark}38 kg"
    assert words.grams(D("1.44675")) == f"1{mark}45 g"


def test_percent_shows_its_sign():
    assert [words.signed_percent(D(v)) for v in ("3", "-3", "0")] == ["+3%", "−3%", "0%"]


def test_day_plan_and_vials_in_words(language):
    result = dose(CAPPED, patient("M", 12, "150", "52"), ask("2", 3))
    mark = "," if language == "it" else "."
    assert words.day_plan_words(result.infusions) == f"1 × 25 g + 2 × 27{mark}5 g"
    assert words.vials_words(result.vials) == f"3 × 20 g + 3 × 5 g + 2 × 2{mark}5 g"
    assert words.vials_words(dose(SINGLE, newborn(), ask("0.5")).vials) == ""


@pytest.mark.parametrize(
    ("schedule", "figures"),
    [(DAILY, "0.4–0.5"), (CAPPED, "80 g"), (SINGLE, "0.5–1"), (COURSE, "2–5")],
)
def test_schedule_in_words_holds_its_figures(schedule, figures, language):
    line = words.schedule_words(schedule)
    assert figures.replace(".", "," if language == "it" else ".") in line


def test_capped_schedule_does_not_print_its_dose_as_a_range():
    assert words.schedule_words(CAPPED).startswith("2 g/kg")


def test_money_has_two_decimals_and_no_ambiguous_separator(language):
    mark = "," if language == "it" else "."
    assert words.euro(D("8226.8")) == f"8\xa0226{mark}80\xa0€"
    assert words.euro(D("0")) == f"0{mark}00\xa0€"


def test_volumes_are_whole_from_a_hundred_millilitres(language):
    mark = "," if language == "it" else "."
    assert words.millilitres(D("3140.0")) == "3140 mL"
    assert words.millilitres(D("16.4")) == f"16{mark}4 mL"


def test_product_interval_and_reading_in_phrases(language):
    product = Product("p", "Prova", (D(5),), D("6"), stabiliser=Stabiliser.MALTOSE)
    assert phrases.product_words(product).startswith("Prova (6 g/100 mL, malto")
    assert phrases.product_words(None)
    assert "4" in phrases.interval_words(Request(D("0.4"), 5, 2, 4, Unit.WEEKS))
    assert phrases.interval_words(ask("0.4", 5, 2)) == phrases.interval_words(Request(D(1), 1, 1, 4)) == ""
    settled = replace(DAILY, settled_by="Commissione", settled_by_en="Committee", settled_on=date(2026, 3, 5))
    told = phrases.reading_sentence(dose(settled, OBESE, ask("0.4", 5)))
    assert ("Commissione" if language == "it" else "Committee") in told
    assert "2026" in told and ("31 g" in told or "30.95" in told)


def test_findings_tell_the_answers_they_rest_on(language):
    facts = replace(OBESE, abo=Abo.A, risks=Risks(thrombosis=(ThrombosisRisk.OESTROGENS,)))
    asked = Request(D("0.4"), 5, starts_on=date(2026, 5, 4), plasma_exchange_on=(date(2026, 5, 6),))
    told = {one.code: words.finding_sentence(one) for one in dose(DAILY, facts, asked).findings}
    assert str(words.RISKS["oestrogens"]) in told["thrombosis_risk"]
    assert "2026" in told["exchange_after_infusion"]
    assert " A " in told["haemolysis_group"]
