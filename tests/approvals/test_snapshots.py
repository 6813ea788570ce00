"""What is frozen: JSON, complete, and deaf to later changes of the catalogue."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from approvals import snapshots, summaries
from catalogue.dosing import Dose
from tests.approvals.answers import AT, make_catalogue, make_draft

pytestmark = pytest.mark.django_db

FIRST_RELEASE = json.loads((Path(__file__).parent / "data/frozen_first_release.json").read_text())


@pytest.fixture
def author(people):
    make_catalogue()
    return people["prescriber-w3"]


def content(author, code="EMA-01", **about):
    return snapshots.content(make_draft(author, code, **about), at=AT)


def test_the_content_survives_json(author):
    frozen = content(author)
    assert json.loads(json.dumps(frozen)) == frozen


def test_numbers_are_decimals_as_text_and_dates_are_iso(author):
    frozen = content(author, person=1)
    assert frozen["treatment"]["weight_kg"] == "78.5"
    assert frozen["treatment"]["weighed_on"] == AT.date().isoformat()
    assert date.fromisoformat(frozen["patient"]["born_on"]).year < 2000


def test_the_printed_row_is_frozen_with_its_edition(author):
    indication = content(author, "IMM-01")["indication"]
    assert indication["edition"] == "2025-2"
    assert indication["printed_schedule"].startswith("In aggiunta ad anticoagulanti")
    assert indication["sub_criterion"]["code"] == "catastrophic"


def test_the_dose_is_the_engines(author):
    frozen = content(author, "PED-03", person=2)
    dose = Dose.from_dict(frozen["dose"])
    assert dose.cap_applied and dose.exact_g == Decimal(80)
    assert frozen["dose"]["figures"]["cycle_g"] == "80"


def test_the_references_ticked_are_frozen_as_printed(author):
    references = content(author)["justification"]["references"]
    assert len(references) == 2 and references[0].startswith("Crabot Y")


def test_answers_to_questions_that_do_not_apply_are_left_out(author):
    frozen = content(author, kind={"is_urgent": "no", "urgency_reason": "Rimasta"})
    assert frozen["kind"]["urgency_reason"] is None


def test_an_empty_draft_has_a_content_too(author):
    application = make_draft(author)
    application.answers = {}
    assert snapshots.content(application, at=AT)["dose"] is None
    assert summaries.parts(snapshots.content(application, at=AT))


def test_the_age_is_that_of_the_submission(author):
    application = make_draft(author)
    before = snapshots.content(application, at=AT)["patient"]["age"]
    application.submitted_at = AT
    later = AT.replace(year=AT.year + 1)
    assert snapshots.content(application, at=later)["patient"]["age"] == before


def test_a_change_is_told_once_with_both_values(author):
    before, after = content(author), content(author, outcome={"target": "8"})
    (change,) = snapshots.changes(before, after)
    assert (change.section, change.before, change.after) == ("outcome", "9 punti", "8 punti")


def test_a_therapy_that_was_added_or_left_is_a_change(author):
    before = content(author, "PED-06", indication={"sub_criterion": "pandas"})
    answered = {"outcome_neuroleptics": "failed", "details_neuroleptics": "Otto settimane"}
    after = content(author, "PED-06", indication={"sub_criterion": "pans"}, therapies=answered)
    assert {"indication", "therapies"} == {change.section for change in snapshots.changes(before, after)}


@pytest.mark.parametrize("frozen", FIRST_RELEASE)
def test_what_the_first_release_froze_is_read_in_words(frozen):
    told = {part.slug: {row.key: row.value for row in part.rows} for part in summaries.parts(frozen)}
    assert told["kind"]["is_urgent"] == "No"
    assert told["dose"]["cycle_g"] and told["consent"]["responsibility"] == "Sì"
    assert all(any(rows.values()) for rows in told.values())


def test_the_summary_speaks_the_readers_language(author):
    rows = {row.key: row.value for part in summaries.parts(content(author)) for row in part.rows}
    assert rows["g_per_kg"] == "0,4 g/kg"
    assert rows["cycle_g"].startswith("123,5 g")
