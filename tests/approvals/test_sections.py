"""Which answers a draft takes, and which the submission wants."""

from datetime import timedelta

import pytest

from approvals import sections, snapshots
from approvals.models import Application
from catalogue.models import Indication
from tests.approvals.answers import AT, complete_answers, make_catalogue, make_draft
from tests.people import people  # noqa: F401

pytestmark = pytest.mark.django_db

ROWS = [
    *("IMM-01", "EMA-01", "EMA-02", "EMA-03", "EMA-04", "EMA-05", "EMA-06"),
    *("NEU-01", "NEU-02", "NEU-03", "NEU-04", "NEU-05", "DER-01"),
    *("PED-01", "PED-02", "PED-03", "PED-04", "PED-05", "PED-06", "PED-07"),
    *("TRA-01", "OFT-01", "OFT-02", "OFT-03", "EXT-01"),
]
TODAY = AT.date()


@pytest.fixture
def author(people):  # noqa: F811
    make_catalogue()
    return people["prescriber-w3"]


def days_ago(days):
    return f"{TODAY - timedelta(days=days):%d/%m/%Y}"


def lacks(application):
    return {(one.section, one.field): one.sentence for one in sections.shortcomings(application, at=AT)}


def lacks_of(author, code="EMA-01", **overrides):
    return lacks(make_draft(author, code, **overrides))


def test_the_rows_here_are_those_of_the_catalogue(author):
    assert [row.code for row in Indication.objects.current().order_by("position")] == ROWS


@pytest.mark.parametrize("code", ROWS)
def test_complete_answers_lack_nothing_for_every_row(author, code):
    for person in range(4):
        application = make_draft(author, code, person=person)
        assert lacks(application) == {}
        content = snapshots.content(application, at=AT)
        assert content["dose"]["figures"]["cycle_g"]
        assert all(one["outcome"] for one in content["therapies"] if one["role"] != "investigational")


def test_an_empty_draft_lacks_something_in_every_section(author):
    application = make_draft(author)
    Application.objects.filter(pk=application.pk).update(answers={})
    application.refresh_from_db()
    assert {section for section, _field in lacks(application)} == set(sections.SECTIONS)


def test_an_empty_draft_has_no_errors_as_a_draft(author):
    application = make_draft(author)
    for slug in sections.SECTIONS:
        assert not sections.bind(slug, application, at=AT, data={}).errors


def test_each_shortcoming_names_a_field_of_its_section_or_the_whole_section(author):
    application = make_draft(author)
    application.answers = {}
    for one in sections.shortcomings(application, at=AT):
        form = sections.bind(one.section, application, at=AT)
        assert one.field in (*form.fields, "__all__")
        assert one.sentence


# Patient


def test_a_tax_code_with_a_wrong_last_letter_is_an_error_even_in_a_draft(author):
    application = make_draft(author)
    code = application.answers["patient"]["tax_code"]
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    form = sections.bind("patient", application, at=AT, data={"tax_code": wrong})
    assert "tax_code" in form.errors


def test_a_tax_code_that_contradicts_the_birth_date_is_passed_with_a_reason(author):
    other_day = {"born_on": "3/4/1975"}
    assert ("patient", "mismatch_reason") in lacks_of(author, patient=other_day)
    assert (
        lacks_of(author, patient={**other_day, "mismatch_reason": "Errore dell'anagrafe, documentato"}) == {}
    )


def test_a_tax_code_that_contradicts_the_sex_is_passed_with_a_reason(author):
    assert ("patient", "mismatch_reason") in lacks_of(author, patient={"sex": "M"})


def test_a_newborn_may_lack_the_tax_code_until_the_sixtieth_day(author):
    born = {"born_on": days_ago(59), "tax_code": "", "no_tax_code": "yes"}
    assert ("patient", "no_tax_code") not in lacks_of(author, patient=born)
    assert ("patient", "no_tax_code") in lacks_of(author, patient={**born, "born_on": days_ago(60)})


def test_a_tax_code_and_its_absence_exclude_each_other(author):
    assert ("patient", "no_tax_code") in lacks_of(author, patient={"no_tax_code": "yes"})


@pytest.mark.parametrize("born_on", ["31/2/2000", "1/1/26", "2/3/3026", "4/3/2026", "1/1/1850", "ieri"])
def test_impossible_birth_dates_are_errors_even_in_a_draft(author, born_on):
    form = sections.bind("patient", make_draft(author), at=AT, data={"born_on": born_on})
    assert "born_on" in form.errors


# Indication


def test_a_paediatric_row_refuses_an_adult_in_words(author):
    adult = complete_answers("EMA-01", on=TODAY)["patient"]
    grown = {"dose": {"height_cm": "170", "pregnant": "no"}}
    (place, sentence), *others = lacks_of(author, "PED-03", patient=adult, **grown).items()
    assert place == ("indication", "indication") and "18" in sentence and not others


def test_the_row_of_newborns_refuses_a_child_of_a_month(author):
    assert ("indication", "indication") in lacks_of(author, "PED-05", patient={"born_on": days_ago(28)})


def test_a_row_with_several_uses_wants_one_chosen(author):
    assert ("indication", "sub_criterion") in lacks_of(author, "IMM-01", indication={"sub_criterion": ""})


def test_an_open_list_wants_the_disease_named(author):
    answers = {"sub_criterion": "other", "which": ""}
    assert ("indication", "which") in lacks_of(author, "PED-02", indication=answers)


def test_urgency_wants_a_reason(author):
    assert ("kind", "urgency_reason") in lacks_of(author, kind={"is_urgent": "yes"})


def test_a_code_outside_the_edition_is_refused(author):
    assert ("indication", "indication") in lacks_of(author, indication={"indication": "XXX-99"})


# Weight and dose


def test_a_weight_may_be_thirty_days_old(author):
    assert lacks_of(author, dose={"weighed_on": days_ago(30)}) == {}
    assert ("dose", "weighed_on") in lacks_of(author, dose={"weighed_on": days_ago(31)})


def test_an_infants_weight_may_be_seven_days_old(author):
    infant = {"patient": {"born_on": days_ago(100), "mismatch_reason": "Prova"}}
    seven, eight = ({"weighed_on": days_ago(days), "g_per_kg": "2"} for days in (7, 8))
    assert ("dose", "weighed_on") not in lacks_of(author, "PED-03", dose=seven, **infant)
    assert ("dose", "weighed_on") in lacks_of(author, "PED-03", dose=eight, **infant)


def test_a_newborns_weight_may_be_one_day_old(author):
    assert lacks_of(author, "PED-05", dose={"weighed_on": days_ago(1)}) == {}
    assert ("dose", "weighed_on") in lacks_of(author, "PED-05", dose={"weighed_on": days_ago(2)})


def test_the_height_is_wanted_from_eighteen_years(author):
    assert ("dose", "height_cm") in lacks_of(author, dose={"height_cm": ""})
    assert ("dose", "height_cm") not in lacks_of(author, "PED-03", dose={"height_cm": ""})


def test_pregnancy_is_asked_where_it_is_possible(author):
    woman, man = make_draft(author), make_draft(author, person=1)
    assert "pregnant" in sections.bind("dose", woman, at=AT).fields
    assert "pregnant" not in sections.bind("dose", man, at=AT).fields


def test_a_dose_above_the_ceiling_blocks(author):
    sentence = lacks_of(author, dose={"g_per_kg": "0,5", "days": "5", "deviation_reason": "x"})
    assert ("dose", "g_per_kg") in sentence


def test_a_dose_outside_the_row_wants_a_reason(author):
    assert ("dose", "deviation_reason") in lacks_of(author, dose={"g_per_kg": "0,3"})
    assert lacks_of(author, dose={"g_per_kg": "0,3", "deviation_reason": "Insufficienza renale"}) == {}


def test_a_reason_is_forgotten_where_nothing_deviates(author):
    application = make_draft(author, dose={"deviation_reason": "Rimasta da prima"})
    assert snapshots.content(application, at=AT)["treatment"]["deviation_reason"] is None


def test_more_than_three_months_of_cycles_block(author):
    assert ("dose", "cycles") in lacks_of(author, dose={"cycles": "4"})


def test_a_start_in_the_past_is_refused(author):
    assert ("dose", "planned_start") in lacks_of(author, dose={"planned_start": days_ago(1)})


# Prior therapies: the gate


def outcomes(**answers):
    return {f"outcome_{name.replace('_', '-')}": answer for name, answer in answers.items()}


@pytest.mark.parametrize(
    "answer", ["partial", "not_tolerated", "not_available", "not_appropriate", "not_tried"]
)
def test_only_failure_or_contraindication_open_the_gate(author, answer):
    closed = lacks_of(author, therapies=outcomes(prednisone=answer, immunosuppressants=answer))
    assert list(closed) == [("therapies", "outcome_prednisone")]


@pytest.mark.parametrize("answer", ["failed", "contraindicated"])
def test_one_failed_or_contraindicated_therapy_opens_the_gate(author, answer):
    assert lacks_of(author, therapies=outcomes(prednisone="not_tried", immunosuppressants=answer)) == {}


def test_not_tried_alone_says_why_it_is_not_enough(author):
    closed = lacks_of(author, therapies=outcomes(prednisone="not_tried", immunosuppressants="not_tried"))
    partial = lacks_of(author, therapies=outcomes(prednisone="partial", immunosuppressants="partial"))
    place = ("therapies", "outcome_prednisone")
    assert "Non tentata" in closed[place] and "Non tentata" not in partial[place]


def test_every_reference_therapy_is_answered(author):
    assert ("therapies", "outcome_prednisone") in lacks_of(author, therapies=outcomes(prednisone=""))


def test_an_investigational_therapy_is_never_required(author):
    assert "outcome_eculizumab" not in make_draft(author, "IMM-01").answers["therapies"]
    assert lacks_of(author, "IMM-01") == {}


def test_an_investigational_therapy_does_not_open_the_gate(author):
    answers = outcomes(plasma_exchange="partial", anticoagulants="partial", eculizumab="failed")
    answers |= {"details_eculizumab": "Prova", "dose_eculizumab": "Prova", "from_eculizumab": "1/2/2026"}
    assert ("therapies", "outcome_plasma-exchange") in lacks_of(author, "IMM-01", therapies=answers)


def test_each_line_of_a_ladder_must_open(author):
    second = outcomes(rituximab="not_tried")
    assert list(lacks_of(author, "EMA-03", therapies=second)) == [("therapies", "outcome_rituximab")]
    first = outcomes(corticosteroids="partial", corticosteroids_cyclophosphamide="partial")
    assert list(lacks_of(author, "EMA-03", therapies=first)) == [("therapies", "outcome_corticosteroids")]


def test_one_alternative_of_a_line_is_enough(author):
    assert lacks_of(author, "EMA-03", therapies=outcomes(corticosteroids="")) == {}
    neither = outcomes(corticosteroids="", corticosteroids_cyclophosphamide="")
    assert ("therapies", "outcome_corticosteroids") in lacks_of(author, "EMA-03", therapies=neither)


@pytest.mark.parametrize("criterion", ["phototherapy-failure", "no-timely-exchange-transfusion"])
def test_every_criterion_of_the_newborn_row_must_hold(author, criterion):
    answers = {f"outcome_{criterion}": "not_met"}
    assert list(lacks_of(author, "PED-05", therapies=answers)) == [("therapies", f"outcome_{criterion}")]


def test_a_use_without_established_therapy_asks_for_none(author):
    application = make_draft(author, "PED-06", indication={"sub_criterion": "pandas"})
    assert list(sections.bind("therapies", application, at=AT).fields) == ["tried"]
    assert lacks(application) == {}


def test_a_tried_therapy_wants_details(author):
    assert ("therapies", "details_prednisone") in lacks_of(author, therapies={"details_prednisone": " "})


# Justification, outcome, consent


def test_the_justification_has_at_least_two_hundred_characters(author):
    short, enough = {"no_alternative": "x" * 199}, {"no_alternative": "x" * 200}
    assert ("justification", "no_alternative") in lacks_of(author, justification=short)
    assert lacks_of(author, justification=enough) == {}


def test_some_literature_is_named(author):
    assert ("justification", "references") in lacks_of(author, justification={"references": []})
    named = {"references": [], "citation_1": "Un lavoro"}
    assert lacks_of(author, justification=named) == {}


@pytest.mark.parametrize("code", ["EMA-06", "TRA-01", "OFT-02"])
def test_rows_without_real_evidence_want_a_work_of_ones_own(author, code):
    none = {"doi_1": "", "citation_1": ""}
    assert ("justification", "doi_1") in lacks_of(author, code, justification=none)


def test_references_of_a_row_left_behind_are_dropped(author):
    application = make_draft(author, justification={"references": ["IMM-01/1", "EMA-01/2"]})
    assert len(snapshots.content(application, at=AT)["justification"]["references"]) == 1


def test_the_target_differs_from_the_baseline(author):
    assert ("outcome", "target") in lacks_of(author, outcome={"baseline": "8,50", "target": "8.5"})


@pytest.mark.parametrize("consent", ["off_label_consent", "plasma_consent"])
def test_a_refused_consent_blocks(author, consent):
    assert ("consent", consent) in lacks_of(author, consent={consent: "refused"})


def test_somebody_consents_for_a_minor(author):
    assert ("consent", "guardian") in lacks_of(author, "PED-03", consent={"guardian": ""})
    assert "guardian" not in sections.bind("consent", make_draft(author), at=AT).fields


def test_the_responsibility_is_taken(author):
    assert ("consent", "responsibility") in lacks_of(author, consent={"responsibility": ""})


def test_a_declared_conflict_is_described(author):
    declared = {"conflict_of_interest": "declared"}
    assert ("consent", "conflict_details") in lacks_of(author, consent=declared)


def test_a_consent_in_the_future_is_an_error_even_in_a_draft(author):
    form = sections.bind("consent", make_draft(author), at=AT, data={"consent_on": days_ago(-1)})
    assert "consent_on" in form.errors
