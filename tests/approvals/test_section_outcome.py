"""Goals and reassessment: one to three measures, each towards its better side; when it is judged."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from approvals import contents, snapshots, summaries
from approvals.letters import blocks
from approvals.sections import Sheet
from approvals.sections.outcome import OutcomeForm
from tests.approvals.answers import AT, TODAY, make_catalogue, make_draft

FIRST_RELEASE = json.loads((Path(__file__).parent / "data/frozen_first_release.json").read_text())
SECOND = {
    "measure_2": "Emoglobina",
    "unit_2": "g/dL",
    "baseline_2": "8,5",
    "better_2": "up",
    "target_2": "10",
    "target_on_2": f"{TODAY + timedelta(days=60):%d/%m/%Y}",
}


@pytest.fixture
def author(people):
    make_catalogue()
    return people["prescriber-w3"]


def section(application, *, complete=True):
    return Sheet(application, at=AT, complete=complete)["outcome"]


def errors(author, code="EMA-01", *, complete=True, dose=None, **answers):
    application = make_draft(author, code, outcome=answers, dose=dose or {})
    return section(application, complete=complete).errors


def words(day):
    return f"{day:%d/%m/%Y}"


# Direction


@pytest.mark.parametrize(
    ("better", "baseline", "target", "is_wrong"),
    [
        ("down", "18", "9", False),
        ("up", "8,5", "10", False),
        ("up", "18", "9", True),
        ("down", "8,5", "10", True),
        ("down", "8,50", "8.5", True),
        ("up", "-3", "-1", False),
    ],
)
def test_the_target_lies_on_the_better_side_of_today(author, better, baseline, target, is_wrong):
    found = errors(author, better=better, baseline=baseline, target=target, complete=False)
    assert list(found) == (["target"] if is_wrong else [])


def test_the_direction_is_asked(author):
    assert list(errors(author, better="")) == ["better"]


# Further measures


def test_a_second_measure_is_optional_and_whole(author):
    assert not errors(author)
    assert not errors(author, **SECOND)
    for name in SECOND:
        assert list(errors(author, **{**SECOND, name: ""})) == [name]


def test_a_shortcoming_of_a_further_measure_says_which(author):
    (sentence,) = errors(author, measure_3="Dolore")["unit_3"]
    assert "3" in sentence


def test_a_draft_takes_a_measure_that_was_only_begun(author):
    assert not errors(author, complete=False, measure_2="Emoglobina")


def test_a_further_measure_has_a_better_side_too(author):
    assert list(errors(author, **{**SECOND, "better_2": "down"})) == ["target_2"]


def test_all_measures_are_frozen_read_in_words_and_on_the_letter(author):
    frozen = snapshots.content(make_draft(author, outcome=SECOND), at=AT)
    first, second = contents.measures(frozen)
    assert (first.name, second.name) == (frozen["outcome"]["measure"], "Emoglobina")
    assert (second.baseline, second.target, second.better) == ("8.5", "10", "up")
    rows = {row.key: row.value for part in summaries.parts(frozen) for row in part.rows}
    assert (rows["target"], rows["target_2"]) == ("9 punti", "10 g/dL")
    goal = dict(blocks.goal(frozen).rows)
    assert "8,5" in goal["Emoglobina"] and "10 g/dL" in goal["Emoglobina"]


@pytest.mark.parametrize("content", FIRST_RELEASE)
def test_the_one_measure_of_a_former_content_is_read(content):
    (measure,) = contents.measures(content)
    assert (measure.name, measure.target_on) == (content["outcome"]["measure"], None)
    assert measure.name in dict(blocks.goal(content).rows)


# Dates


@pytest.mark.parametrize("name", ["target_on", "reassess_on"])
def test_nothing_is_reached_or_judged_before_the_treatment_begins(author, name):
    start = TODAY + timedelta(days=10)
    assert list(errors(author, **{name: words(start)})) == [name]
    assert not errors(author, **{name: words(start + timedelta(days=1))})
    assert not errors(author, complete=False, **{name: words(TODAY - timedelta(days=1))})


def test_a_target_years_away_is_a_mistyped_year(author):
    assert list(errors(author, complete=False, target_on="1/1/2062")) == ["target_on"]


def test_the_reassessment_is_three_months_after_the_start_and_some_days_at_most(author, settings):
    settings.REASSESSMENT_GRACE_DAYS = 7
    start = {"planned_start": "10/3/2026"}
    assert not errors(author, dose=start, reassess_on="17/6/2026")
    (sentence,) = errors(author, dose=start, reassess_on="18/6/2026")["reassess_on"]
    assert "17 giugno 2026" in sentence


@pytest.mark.parametrize(
    ("code", "proposed"),
    [
        ("EMA-01", date(2026, 6, 10)),  # the hospital's rule
        ("IMM-01", date(2026, 6, 10)),  # printed: 3 months
        ("PED-05", date(2026, 3, 17)),  # newborns: day 7
        ("EMA-03", date(2026, 4, 10)),  # printed: after 1 cycle
    ],
)
def test_a_date_is_proposed_and_is_no_answer_until_it_is_saved(author, code, proposed):
    start, empty = {"planned_start": "10/3/2026"}, {"reassess_on": "", "target_on": ""}
    application = make_draft(author, code, dose=start, outcome=empty)
    for name in empty:
        del application.answers["outcome"][name]
    form = section(application)
    assert form["reassess_on"].value() == form["target_on"].value() == words(proposed)
    assert set(form.errors) == {"reassess_on", "target_on"}
    assert not form["target_on_2"].value()


def test_what_was_typed_is_not_replaced_by_the_proposal(author):
    assert section(make_draft(author, outcome={"reassess_on": "maggio"}))["reassess_on"].value() == "maggio"


def test_without_a_start_nothing_is_proposed(author):
    application = make_draft(author, dose={"planned_start": ""}, outcome={})
    del application.answers["outcome"]["reassess_on"]
    assert section(application)["reassess_on"].value() is None


def test_the_stopping_rule_is_wanted(author):
    assert list(errors(author, stopping_rule=" ")) == ["stopping_rule"]


def test_the_first_measure_keeps_its_field_names():
    assert {"measure", "unit", "baseline", "target"} <= set(OutcomeForm.base_fields)


def test_a_third_measure_without_a_second_keeps_its_fields(author):
    third = {name.replace("_2", "_3"): value for name, value in SECOND.items()}
    frozen = snapshots.content(make_draft(author, outcome=third), at=AT)
    rows = {row.key: row.value for part in summaries.parts(frozen) for row in part.rows}
    assert rows["target_3"] == "10 g/dL" and "target_2" not in rows
    assert [one.name for one in contents.measures(frozen)][1:] == ["Emoglobina"]


def test_after_a_cycle_is_before_the_next_one_begins(author):
    several = {"planned_start": "10/3/2026", "cycles": "2", "interval": "3", "interval_unit": "weeks"}
    application = make_draft(author, "EMA-03", dose=several)
    assert section(application).proposal() == date(2026, 3, 31)
