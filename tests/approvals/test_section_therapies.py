"""Prior therapies: the gate of every row, and what is told about a therapy that was given."""

from datetime import timedelta

import pytest
from django.db import connection

from approvals import snapshots, summaries
from approvals.evidence import evidence
from approvals.letters import blocks
from approvals.sections import Sheet
from catalogue.choices import TherapyRole
from catalogue.dosing import Dose
from catalogue.models import Indication
from tests.approvals.answers import AT, TODAY, make_catalogue, make_draft

pytestmark = pytest.mark.django_db

# The second column of the table, read by hand: by row and use the lines, each with its therapies.
LINES = {
    ("IMM-01", "catastrophic"): [["plasma-exchange", "anticoagulants"]],
    ("IMM-01", "obstetric"): [["plasma-exchange", "anticoagulants"]],
    ("EMA-01", ""): [["prednisone", "immunosuppressants"]],
    ("EMA-02", "failure"): [["prednisone", "rituximab"]],
    ("EMA-02", "emergency"): [["prednisone", "rituximab"]],
    ("EMA-02", "child-epn"): [["prednisone", "rituximab"]],
    ("EMA-03", ""): [["corticosteroids", "corticosteroids-cyclophosphamide"], ["rituximab"]],
    ("EMA-04", ""): [["antibiotics", "antivirals", "antifungals"]],
    ("EMA-05", "igg-mgus"): [["underlying-condition", "desmopressin", "factor-viii-vwf", "plasma-exchange"]],
    ("EMA-06", ""): [["corticosteroids", "etoposide"]],
    ("NEU-01", "adem"): [["corticosteroids", "plasma-exchange"]],
    ("NEU-01", "nmosd"): [["corticosteroids", "plasma-exchange"]],
    ("NEU-02", ""): [["corticosteroids", "plasma-exchange"]],
    ("NEU-03", "anti-aqp4"): [
        ["corticosteroids", "plasma-exchange", "immunosuppressants", "monoclonal-antibodies"]
    ],
    ("NEU-04", ""): [["corticosteroids", "plasma-exchange"]],
    ("NEU-05", ""): [["corticosteroids", "immunosuppressants", "monoclonal-antibodies"]],
    ("DER-01", ""): [["immunosuppressants"]],
    ("PED-01", ""): [["antibiotics", "colectomy"]],
    ("PED-02", "sydenham"): [["corticosteroids"]],
    ("PED-03", ""): [
        [
            *("antiseizure-medicines", "corticosteroids", "immunosuppressants"),
            *("monoclonal-antibodies", "hemispherotomy"),
        ]
    ],
    ("PED-04", ""): [["combined-antiepileptic-therapy"]],
    ("PED-05", ""): [],
    ("PED-06", "pandas"): [],
    ("PED-06", "pans"): [["neuroleptics", "corticosteroids"]],
    ("PED-07", "aicardi-goutieres"): [["corticosteroids", "immunosuppressants"]],
    ("TRA-01", "pneumonia"): [["antivirals"]],
    ("OFT-01", ""): [["corticosteroids", "immunosuppressants"]],
    ("OFT-02", ""): [["antivirals"]],
    ("OFT-03", ""): [["corticosteroids", "immunosuppressants"]],
}


@pytest.fixture
def author(people):
    make_catalogue()
    return people["prescriber-w3"]


def days_ago(days):
    return f"{TODAY - timedelta(days=days):%d/%m/%Y}"


def section(application, *, complete=True, data=None):
    posted = {} if data is None else {"therapies": data}
    return Sheet(application, at=AT, complete=complete, posted=posted)["therapies"]


def told(outcome):
    """Everything the form wants with this outcome."""
    return {"outcome": outcome, "dose": "1 mg/kg", "from": days_ago(90), "details": "Perché sì"}


def errors_with(application, outcomes):
    data = {f"{name}_{code}": value for code, one in outcomes.items() for name, value in told(one).items()}
    return section(application, data=data).errors


def test_every_row_has_its_lines_here(author):
    printed = Indication.objects.current().printed()
    assert {code for code, _use in LINES} == set(printed.values_list("code", flat=True))


@pytest.mark.parametrize(("code", "use"), LINES)
def test_the_questions_are_the_therapies_of_the_row(author, code, use):
    form = section(make_draft(author, code, indication={"sub_criterion": use}))
    asked = [one.code for one in form.therapies if one.role == TherapyRole.REFERENCE]
    assert asked == [code for line in LINES[code, use] for code in line]


@pytest.mark.parametrize(("code", "use"), LINES)
def test_each_therapy_alone_opens_its_line_by_failure_or_contraindication_only(author, code, use):
    application = make_draft(author, code, indication={"sub_criterion": use})
    for line in LINES[code, use]:
        others = {one: "failed" for row in LINES[code, use] for one in row if row is not line}
        for alone in line:
            rest = others | dict.fromkeys(line, "not_tried")
            for outcome in ("failed", "contraindicated"):
                assert errors_with(application, rest | {alone: outcome}) == {}
            for outcome in ("partial", "not_tolerated", "not_available", "not_appropriate", "not_tried"):
                closed = errors_with(application, rest | {alone: outcome})
                assert list(closed) == [f"outcome_{line[0]}"]


def test_a_closed_gate_names_its_line_and_the_answers_that_are_not_enough(author):
    outcomes = {
        "corticosteroids": "failed",
        "corticosteroids-cyclophosphamide": "not_tried",
        "rituximab": "not_tolerated",
    }
    (sentence,) = errors_with(make_draft(author, "EMA-03"), outcomes)["outcome_rituximab"]
    assert "Rituximab" in sentence and "2" in sentence and "non tollerata" in sentence.lower()


def test_eculizumab_is_asked_and_may_stay_unanswered(author):
    form = section(make_draft(author, "IMM-01"))
    assert "outcome_eculizumab" in form.fields and not form.errors


@pytest.mark.parametrize("outcome", ["failed", "partial", "not_tolerated"])
def test_a_therapy_that_was_given_has_a_dose_a_beginning_and_a_result(author, outcome):
    data = {"outcome_prednisone": outcome, "outcome_immunosuppressants": "contraindicated"}
    errors = section(make_draft(author), data={**data, "details_immunosuppressants": "x"}).errors
    assert {"dose_prednisone", "from_prednisone", "details_prednisone"} <= set(errors)
    assert "to_prednisone" not in errors


@pytest.mark.parametrize("outcome", ["contraindicated", "not_available", "not_appropriate", "not_tried"])
def test_a_therapy_that_was_not_given_has_neither_dose_nor_dates(author, outcome):
    data = {"outcome_prednisone": outcome, "dose_prednisone": "Rimasta", "from_prednisone": "domani"}
    form = section(make_draft(author), data=data, complete=False)
    assert not form.errors
    assert form.value("dose_prednisone") is form.value("from_prednisone") is None


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        (days_ago(30), days_ago(30), None),
        (days_ago(30), "", None),
        (days_ago(0), days_ago(0), None),
        (days_ago(30), days_ago(31), "to_prednisone"),
        (days_ago(-1), "", "from_prednisone"),
        (days_ago(3), days_ago(-1), "to_prednisone"),
        ("1/1/1950", days_ago(3), "from_prednisone"),  # before the birth
        ("2026", "", "from_prednisone"),
    ],
)
def test_the_dates_are_possible_even_in_a_draft(author, start, end, wrong):
    data = {"outcome_prednisone": "failed", "from_prednisone": start, "to_prednisone": end}
    assert list(section(make_draft(author), data=data, complete=False).errors) == ([wrong] if wrong else [])


def test_a_former_answer_with_everything_in_one_text_is_read_and_asks_for_what_is_new(author):
    former = {"outcome_prednisone": "failed", "details_prednisone": "1 mg/kg per otto settimane"}
    application = make_draft(author)
    application.answers["therapies"] = former
    assert set(section(application).errors) >= {"dose_prednisone", "from_prednisone"}
    therapy, *_others = snapshots.content(application, at=AT)["therapies"]
    assert (therapy["details"], therapy["dose"]) == ("1 mg/kg per otto settimane", "")


# Rows without therapies


def test_a_use_without_established_therapy_may_say_what_was_tried(author):
    pandas = {"sub_criterion": "pandas"}
    application = make_draft(author, "PED-06", indication=pandas)
    assert list(section(application).fields) == ["tried"] and not section(application).errors
    assert not section(make_draft(author, "PED-06", indication={"sub_criterion": ""})).fields


def outside(author, **therapies):
    """A draft for a row that prints no therapy and is not routinely indicated."""
    application = make_draft(author, "TRA-01", therapies=therapies)
    with connection.cursor() as cursor:  # a published row never changes: its guard looks away
        cursor.execute("SET session_replication_role = replica")
        Indication.objects.current().get(code="TRA-01").reference_therapies.all().delete()
        cursor.execute("SET session_replication_role = origin")
    return application


def test_outside_the_catalogue_it_is_told_what_was_tried(author):
    assert list(section(outside(author)).errors) == ["tried"]
    assert not section(outside(author, tried="Aciclovir 10 mg/kg, gennaio 2026: nessun effetto")).errors


def test_what_was_tried_is_frozen_read_in_words_judged_by_people_and_on_the_letter(author):
    words = "Aciclovir 10 mg/kg, gennaio 2026: nessun effetto"
    frozen = snapshots.content(outside(author, tried=words), at=AT)
    rows = {row.key: row.value for part in summaries.parts(frozen) for row in part.rows}
    assert frozen["tried"] == rows["tried"] == words
    row = Indication.objects.current().with_everything().get(code="TRA-01")
    told = [one for one in evidence(frozen, row, Dose.from_dict(frozen["dose"])) if words in one.facts]
    assert [one.is_met for one in told] == [False]
    assert words in str(blocks.therapies(frozen))


# What is frozen


def test_dose_and_dates_are_frozen_and_told(author):
    data = {
        "dose_prednisone": "1 mg/kg al giorno",
        "from_prednisone": "1/2/2026",
        "to_prednisone": "20/2/2026",
    }
    frozen = snapshots.content(make_draft(author, therapies=data), at=AT)
    therapy = next(one for one in frozen["therapies"] if one["code"] == "prednisone")
    assert (therapy["from_on"], therapy["to_on"]) == ("2026-02-01", "2026-02-20")
    rows = {row.key: row.value for part in summaries.parts(frozen) for row in part.rows}
    for words in (rows["outcome_prednisone"], str(blocks.therapies(frozen))):
        assert "1 mg/kg al giorno" in words and "20 febbraio 2026" in words


def test_a_therapy_that_still_goes_on_says_so(author):
    frozen = snapshots.content(make_draft(author, therapies={"to_prednisone": ""}), at=AT)
    rows = {row.key: row.value for part in summaries.parts(frozen) for row in part.rows}
    assert "in corso" in rows["outcome_prednisone"]
    assert "in corso" not in rows["outcome_immunosuppressants"]
