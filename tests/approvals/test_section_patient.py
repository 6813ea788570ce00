"""Who the patient is, and the risks of the infusion."""

from datetime import date, timedelta

import pytest
from stdnum.it import codicefiscale

from approvals import pseudonyms, sections, snapshots, summaries
from approvals.sections.patient import PatientForm
from approvals.sections.risks import NO_RISK, RenalRisk, ThrombosisRisk
from patients.tax_code import TaxCodeError, read
from tests.approvals.answers import AT, make_catalogue, make_draft

pytestmark = pytest.mark.django_db
TODAY = AT.date()


@pytest.fixture
def author(people):
    make_catalogue()
    return people["prescriber-w3"]


def days_ago(days):
    return f"{TODAY - timedelta(days=days):%d/%m/%Y}"


def lacks(author, code="EMA-01", **patient):
    application = make_draft(author, code, patient=patient)
    return {
        one.field: one.sentence
        for one in sections.shortcomings(application, at=AT)
        if one.section == "patient"
    }


def errors(author, **patient):
    """What even a draft refuses."""
    application = make_draft(author)
    data = {**application.answers["patient"], **patient}
    return sections.bind("patient", application, at=AT, data=data).errors


# Tax code


OMOCODIA = "LMNPQRSTUV"
# The digits of a code, from the last: the registry replaces them by letters from the right.
DIGITS = (14, 13, 12, 10, 9, 7, 6)


def with_omocodia(code: str, letters: int) -> str:
    stem = list(code[:15])
    for place in DIGITS[:letters]:
        stem[place] = OMOCODIA[int(stem[place])]
    return "".join(stem) + codicefiscale.calc_check_digit("".join(stem))


@pytest.mark.parametrize("letters", range(8))
@pytest.mark.parametrize(("sex", "code"), [("F", "FTTPRV91T71X000"), ("M", "NVNCSA84B09X000")])
def test_omocodia_letters_say_the_same_date_and_sex(sex, code, letters):
    plain = code + codicefiscale.calc_check_digit(code)
    told, changed = read(plain, today=TODAY), read(with_omocodia(plain, letters), today=TODAY)
    assert (changed.born_on, changed.sex) == (told.born_on, sex)
    assert told.born_on in (date(1991, 12, 31), date(1984, 2, 9))


@pytest.mark.parametrize("letters", range(1, 8))
def test_omocodia_with_the_former_last_letter_is_a_typing_mistake(letters):
    plain = "FTTPRV91T71X000" + codicefiscale.calc_check_digit("FTTPRV91T71X000")
    changed = with_omocodia(plain, letters)
    if changed[-1] == plain[-1]:
        pytest.fail("choose another code: this one hides the check")
    with pytest.raises(TaxCodeError):
        read(changed[:-1] + plain[-1], today=TODAY)


@pytest.mark.parametrize("code", ["STP0309012345678", "ENI0309012345678", " stp 0309012345678 "])
def test_a_temporary_code_carries_no_date_and_no_sex(author, code):
    told = read(code, today=TODAY)
    assert (told.born_on, told.sex) == (None, None)
    assert lacks(author, tax_code=code) == {}


@pytest.mark.parametrize(
    "code", ["STP030901234567", "STP03090123456789", "XYZ0309012345678", "STP030901234567A"]
)
def test_what_only_looks_like_a_temporary_code_is_refused(author, code):
    assert "tax_code" in errors(author, tax_code=code)


# Newborns


@pytest.mark.parametrize(("typed", "read_as"), [("8:05", "08:05"), ("08.05", "08:05"), ("23:59", "23:59")])
def test_the_time_of_birth_is_kept_as_hours_and_minutes(author, typed, read_as):
    application = make_draft(author, "PED-05", patient={"birth_time": typed})
    assert snapshots.content(application, at=AT)["patient"]["birth_time"] == read_as


@pytest.mark.parametrize("typed", ["24:00", "8", "8:60", "alle otto", "8:5", "１2:00"])
def test_what_is_no_time_is_refused(author, typed):
    assert "birth_time" in errors(author, birth_time=typed, born_on=days_ago(1))


def test_the_time_of_birth_is_wanted_of_newborns_only(author):
    assert "birth_time" in lacks(author, "PED-05", birth_time="")
    assert lacks(author, birth_time="") == {}


def test_the_time_of_birth_of_somebody_older_is_forgotten(author):
    application = make_draft(author, patient={"birth_time": "08:05"})
    assert snapshots.content(application, at=AT)["patient"]["birth_time"] is None


# Risks


@pytest.mark.parametrize("name", ["iga", "previous_reactions", "thrombosis_risks", "renal_risks", "renal_on"])
def test_the_submission_wants_every_risk_answered(author, name):
    assert name in lacks(author, **{name: [] if name.endswith("risks") else ""})


def test_iga_measured_wants_its_value(author):
    assert "iga_g_l" in lacks(author, iga_g_l="")
    assert lacks(author, iga="not_done", iga_g_l="") == {}


def test_a_value_of_iga_that_was_not_measured_is_forgotten(author):
    application = make_draft(author, patient={"iga": "not_done", "iga_g_l": "0,05"})
    assert snapshots.content(application, at=AT)["patient"]["iga_g_l"] is None


@pytest.mark.parametrize(("value", "is_asked"), [("0,069", True), ("0,07", False), ("0", True)])
def test_lacking_iga_wants_the_antibodies(author, value, is_asked):
    assert ("anti_iga" in lacks(author, iga_g_l=value)) is is_asked
    assert lacks(author, iga_g_l=value, anti_iga="not_tested") == {}


def test_known_antibodies_are_kept_where_iga_was_not_measured(author):
    application = make_draft(author, patient={"iga": "not_done", "iga_g_l": "", "anti_iga": "yes"})
    assert snapshots.content(application, at=AT)["patient"]["anti_iga"] == "yes"


def test_creatinine_or_egfr_is_enough(author):
    assert list(lacks(author, creatinine_mg_dl="", egfr="")) == ["creatinine_mg_dl"]
    assert lacks(author, creatinine_mg_dl="", egfr="90") == {}


@pytest.mark.parametrize("on", [days_ago(-1), "1/1/1970"])
def test_a_renal_function_in_the_future_or_before_the_birth_is_refused(author, on):
    assert "renal_on" in errors(author, renal_on=on)


@pytest.mark.parametrize("name", ["thrombosis_risks", "renal_risks"])
def test_none_excludes_the_other_risks(author, name):
    assert name in errors(author, **{name: ["none", "sepsis" if name == "renal_risks" else "oestrogens"]})


def test_every_risk_can_be_ticked(author):
    for name, kinds in (("thrombosis_risks", ThrombosisRisk), ("renal_risks", RenalRisk)):
        risks = [risk for risk in kinds.values if risk != NO_RISK]
        assert lacks(author, **{name: risks}) == {}


def test_a_reaction_is_described(author):
    assert "previous_reactions_details" in lacks(author, previous_reactions="yes")
    told = {"previous_reactions": "yes", "previous_reactions_details": "Cefalea"}
    assert lacks(author, **told) == {}
    forgotten = make_draft(author, patient={**told, "previous_reactions": "none"})
    assert snapshots.content(forgotten, at=AT)["patient"]["previous_reactions_details"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("iga_g_l", "180"), ("creatinine_mg_dl", "70"), ("egfr", ">90"), ("igg_g_l", "-1"), ("egfr", "0")],
)
def test_a_value_in_another_unit_is_refused(author, name, value):
    assert name in errors(author, **{name: value})


# What the committee reads


IDENTITY = {
    "episode_number": "SDO-2026-4711",
    "local_health_authority": "ASL Inventata 9",
    "birth_time": "04:44",
    "born_on": days_ago(1),
    "no_tax_code": "yes",
    "tax_code": "",
}


def test_the_committee_reads_no_answer_that_identifies(author):
    application = make_draft(author, "PED-05", patient=IDENTITY)
    content = snapshots.content(application, at=AT)
    content["justification"]["no_alternative"] += " Ricovero SDO-2026-4711."
    assert content["patient"]["episode_number"]
    hidden = pseudonyms.hide(content, pseudonyms.eraser(content))
    for text in ("SDO-2026-4711", "ASL Inventata 9", "04:44"):
        assert text in str(content) and text not in str(hidden)
    rows = [row for part in summaries.parts(hidden) if part.slug == "patient" for row in part.rows]
    assert {row.key for row in rows if row.value} >= {"sex", "iga", "thrombosis_risks", "renal_on"}


def test_every_question_about_the_person_is_hidden_or_clinical():
    """A new question is identifying until somebody says that it is not."""
    clinical = {
        *("no_tax_code", "sex", "previous_reactions", "previous_reactions_details", "iga", "iga_g_l"),
        *("anti_iga", "igg_g_l", "creatinine_mg_dl", "egfr", "renal_on", "thrombosis_risks", "renal_risks"),
        *("live_vaccines", "other_drugs"),
    }
    assert set(PatientForm.base_fields) == clinical | set(pseudonyms.IDENTIFYING["patient"])
