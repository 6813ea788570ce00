"""Which law, which place, who asks."""

from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from approvals import drafts, sections, snapshots
from approvals.letters import blocks
from tests.approvals.answers import AT, make_catalogue, make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(people):
    make_catalogue()
    return people["prescriber-w3"]


def lacks(author, **kind):
    application = make_draft(author, kind=kind)
    return {one.field for one in sections.shortcomings(application, at=AT) if one.section == "kind"}


@pytest.mark.parametrize("name", ["legal_route", "care_setting", "qualification", "registration_number"])
def test_the_submission_wants_law_place_and_prescriber(author, name):
    assert name in lacks(author, **{name: ""})


def test_the_cost_centre_may_stay_empty(author):
    assert lacks(author, cost_centre="") == set()


@pytest.mark.parametrize("route", ["law_94_1998", "law_648_1996", "compassionate", "on_label"])
def test_every_legal_route_can_be_sent(author, route):
    assert lacks(author, legal_route=route) == set()


def test_an_unknown_legal_route_is_refused_even_in_a_draft(author):
    form = sections.bind("kind", make_draft(author), at=AT, data={"legal_route": "law_1"})
    assert "legal_route" in form.errors


def test_a_new_draft_proposes_what_the_account_knows(author):
    application = drafts.start(by=author, unit=author.memberships.get(role="prescriber").unit, at=AT)
    form = sections.bind("kind", application, at=AT)
    assert form["registration_number"].value() == author.registration_number
    assert form["qualification"].value() == author.title


def test_what_was_saved_is_never_overridden_by_the_proposal(author):
    application = drafts.start(by=author, unit=author.memberships.get(role="prescriber").unit, at=AT)
    typed = {"registration_number": "XX-99999"}
    saved = drafts.save_section(application.pk, "kind", typed, by=author, at=AT)
    form = sections.bind("kind", saved, at=AT)
    assert form["registration_number"].value() == "XX-99999"
    assert not form["qualification"].value(), "emptied on purpose: it stays empty"


def test_the_proposal_stands_in_the_page_without_javascript(author):
    client = Client()
    client.force_login(author)
    unit = author.memberships.get(role="prescriber").unit
    application = drafts.start(by=author, unit=unit, at=timezone.now())
    page = client.get(reverse("section", args=[application.pk, "kind"])).content.decode()
    (field,) = html.parse(StringIO(page)).xpath("//input[@name='registration_number']")
    assert field.get("value") == author.registration_number


def test_the_letter_prints_the_legal_route_and_the_register_as_sent(author):
    told = {"legal_route": "law_648_1996", "registration_number": "XX-77777", "qualification": "Primario"}
    application = make_draft(author, kind=told)
    author.registration_number = "XX-00000"
    facts = dict(blocks.request(application, snapshots.content(application, at=AT)).rows)
    assert any("648/1996" in value for value in facts.values())
    assert any("XX-77777" in value and "Primario" in value for value in facts.values())
    assert not any("94/1998" in value or "XX-00000" in value for value in facts.values())


def test_what_was_sent_before_the_question_was_asked_still_makes_a_letter(author):
    application = make_draft(author)
    content = snapshots.content(application, at=AT)
    del content["kind"]
    for name in ("diagnosis_code", "diagnosed_on"):
        del content["indication"][name]
    facts = dict(blocks.request(application, content).rows)
    assert any("94/1998" in value for value in facts.values())
    assert any(author.registration_number in value for value in facts.values())
