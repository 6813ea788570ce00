"""The row, its uses, the diagnosis behind it, and what choosing the row brings about."""

from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from lxml.html import parse

from approvals import routes, sections, snapshots
from approvals.evidence import evidence
from approvals.letters import blocks
from approvals.models import Application
from catalogue.doses import Dose
from catalogue.models import Indication
from tests.approvals.answers import AT, make_catalogue, make_draft

pytestmark = pytest.mark.django_db
TODAY = AT.date()


@pytest.fixture
def author(people):
    make_catalogue()
    return people["prescriber-w3"]


def row(code) -> Indication:
    return Indication.objects.current().with_everything().get(code=code)


def lacks(author, code="EMA-01", **indication):
    application = make_draft(author, code, indication=indication)
    return {
        one.field: one.sentence
        for one in sections.shortcomings(application, at=AT)
        if one.section == "indication"
    }


def errors(author, **indication):
    application = make_draft(author)
    data = {**application.answers["indication"], **indication}
    return sections.bind("indication", application, at=AT, data=data).errors


# The table's uses


def test_von_willebrand_is_admitted_with_an_igg_mgus_only(author):
    refused = lacks(author, "EMA-05", sub_criterion="")
    assert list(refused) == ["sub_criterion"]
    assert "IgG" in refused["sub_criterion"] and "MGUS" in refused["sub_criterion"]
    assert lacks(author, "EMA-05", sub_criterion="igg-mgus") == {}


def test_the_antiphospholipid_row_names_both_its_uses(author):
    refused = lacks(author, "IMM-01", sub_criterion="")
    assert "catastrofica" in refused["sub_criterion"] and "ostetrica" in refused["sub_criterion"]


def test_a_use_of_another_row_is_none(author):
    assert "sub_criterion" in lacks(author, "EMA-05", sub_criterion="obstetric")


def test_the_refusal_of_a_use_stands_beside_its_question(author):
    draft = make_draft(author, "EMA-05", at=timezone.now(), indication={"sub_criterion": ""})
    client = Client()
    client.force_login(author)
    page = client.get(reverse("section", args=[draft.pk, "indication"]) + "?missing").content.decode()
    question = page[page.index('id="id_sub_criterion"') :]
    assert "MGUS" in question[: question.index("</fieldset>")].split('class="error"')[1]


# The diagnosis


@pytest.mark.parametrize("name", ["diagnosis_code", "diagnosed_on", "certainty", "severity"])
def test_the_submission_wants_code_date_certainty_and_severity(author, name):
    assert name in lacks(author, **{name: ""})


@pytest.mark.parametrize("name", ["supporting_tests", "diagnosed_by", "confirmed_by"])
def test_who_and_how_may_stay_empty(author, name):
    assert lacks(author, **{name: ""}) == {}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("283.0", "283.0"),
        ("2830", "2830"),
        ("283", "283"),
        ("v58.69", "V58.69"),
        ("E879.8", "E879.8"),
        ("d59.1", "D59.1"),
        ("D59,1", "D59.1"),
        (" G35 ", "G35"),
        ("M32.1A", "M32.1A"),
    ],
)
def test_icd_codes_are_read_in_both_versions(author, typed, read):
    application = make_draft(author, indication={"diagnosis_code": typed})
    assert snapshots.content(application, at=AT)["indication"]["diagnosis_code"] == read


@pytest.mark.parametrize("typed", ["APS", "28", "283.", "283.012", "D", "D5", "59.1D", "D59.1.1", "٢٨٣"])
def test_what_has_the_shape_of_no_code_is_refused(author, typed):
    assert "diagnosis_code" in errors(author, diagnosis_code=typed)


@pytest.mark.parametrize("on", [f"{TODAY + timedelta(days=1):%d/%m/%Y}", "1/1/1970"])
def test_a_diagnosis_in_the_future_or_before_the_birth_is_refused(author, on):
    assert "diagnosed_on" in errors(author, diagnosed_on=on)


@pytest.mark.parametrize(
    ("certainty", "is_met"), [("certain", True), ("very_probable", True), ("possible", False)]
)
def test_a_diagnosis_that_is_only_possible_is_for_people_to_judge(author, certainty, is_met):
    content = snapshots.content(make_draft(author, indication={"certainty": certainty}), at=AT)
    found = evidence(content, row("EMA-01"), Dose.from_dict(content["dose"]))
    (diagnosis,) = [one for one in found if one.title == gettext("Diagnosis established")]
    assert diagnosis.is_met is is_met


def test_a_risk_is_for_people_to_judge(author):
    application = make_draft(author, patient={"thrombosis_risks": ["oestrogens", "immobility"]})
    content = snapshots.content(application, at=AT)
    found = evidence(content, row("EMA-01"), Dose.from_dict(content["dose"]))
    assert len([one for one in found if not one.is_met]) == 1


# The route


def test_a_row_not_routinely_indicated_needs_two_thirds_and_literature(author):
    ordinary, special = row("EMA-01"), row("TRA-01")
    differing = set(routes.steps(special)) ^ set(routes.steps(ordinary))
    assert {label for label, _sentence in differing} == {gettext("Majority")}
    assert len(routes.documents(special)) == len(routes.documents(ordinary)) + 1


def test_a_row_that_cites_no_work_needs_one_of_ones_own(author):
    literature = routes.documents(row("TRA-01"))[-1]
    codes = Indication.objects.current().values_list("code", flat=True)
    wanting = {code for code in codes if literature in routes.documents(row(code))}
    assert wanting == {code for code in codes if row(code).not_routinely_indicated or code == "EMA-06"}


def test_the_emergency_is_told_where_the_row_foresees_it(author):
    foreseen = {
        code
        for code in Indication.objects.current().values_list("code", flat=True)
        if routes.steps(row(code))[2] == routes.steps(row("EMA-02"))[2]
    }
    assert foreseen == {"EMA-02", "PED-05"}  # the newborn's: no edition says so, its patients cannot wait


def test_each_trigger_of_the_reassessment_has_its_sentence(author):
    codes = ("IMM-01", "EMA-03", "PED-05", "EMA-01")
    sentences = [routes.steps(row(code))[3][1] for code in codes]
    assert len(set(sentences)) == 4
    assert "3" in sentences[0] and "1" in sentences[1] and "7" in sentences[2]


def test_a_minor_needs_the_consent_of_the_parents(author):
    assert routes.documents(row("PED-03"), is_minor=True)[0] != routes.documents(row("PED-03"))[0]


def test_choosing_a_row_shows_its_route_at_once(author):
    draft = make_draft(author, at=timezone.now())
    Application.objects.filter(pk=draft.pk).update(answers={})
    client = Client()
    client.force_login(author)
    address = reverse("row-panel", args=[draft.pk])
    page = unescape(client.post(address, {"indication": "TRA-01"}).content.decode())
    for label, sentence in routes.steps(row("TRA-01")):
        assert label in page and sentence in page
    for document in routes.documents(row("TRA-01")):
        assert document in page


# Outside the catalogue


def test_outside_the_catalogue_the_disease_is_named(author):
    assert list(lacks(author, "EXT-01", which="")) == ["which"]
    assert lacks(author, "EXT-01", which="Malattia di Prova") == {}


def test_outside_the_catalogue_wants_two_thirds_literature_and_what_was_tried(author):
    application = make_draft(author, "EXT-01", justification={"citation_1": "", "doi_1": ""})
    application.answers["therapies"] = {}
    missing = {one.section for one in sections.shortcomings(application, at=AT)}
    assert missing == {"therapies", "justification"}
    assert row("EXT-01").not_routinely_indicated and not row("EXT-01").reference_therapies.all()


def test_the_name_frozen_outside_the_catalogue_says_the_disease(author):
    content = snapshots.content(
        make_draft(author, "EXT-01", indication={"which": "Malattia di Prova"}), at=AT
    )
    assert content["indication"]["name"].endswith(": Malattia di Prova")
    told = blocks.indication(content)
    assert "Malattia di Prova" in told.paragraphs[0] and not told.quoted


def picker_of(author, **answers):
    draft = make_draft(author, at=timezone.now(), **answers)
    client = Client()
    client.force_login(author)
    page = client.get(reverse("section", args=[draft.pk, "indication"])).content.decode()
    return parse(StringIO(page))


def test_outside_the_catalogue_is_the_last_of_the_picker_and_in_no_group(author):
    page = picker_of(author)
    radios = page.xpath("//input[@name='indication']")
    assert radios[-1].get("value") == "EXT-01"
    assert not radios[-1].xpath("ancestor::details") and len(radios) == 25
    (block,) = page.xpath("//*[@name='which']/ancestor::*[@data-when]")
    assert "indication=EXT-01" in block.get("data-when")


def test_an_edition_without_such_a_row_says_whom_to_call(author):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalogue_indication DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM catalogue_indication WHERE code = 'EXT-01'")
    page = picker_of(author)
    assert len(page.xpath("//input[@name='indication']")) == 24
    (sentence,) = page.xpath("//p[@class='hint'][contains(., 'armacia')]")
    assert sentence.text
