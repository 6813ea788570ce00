"""A later edition of the catalogue changes nothing that was sent: its page, its letter, its comparisons."""

import re
from copy import deepcopy

import pytest
from django.urls import reverse

from approvals import actions, letters, sections, snapshots
from approvals.models import Application
from approvals.workflow import Status
from catalogue import loading
from catalogue.models import Indication
from documents.filing import reserve
from tests.approvals.answers import CATALOGUE
from tests.approvals.walk import LATER, NOW, UVEITIS, walk

pytestmark = pytest.mark.usefixtures("catalogue")


def publish_another_edition():
    """The row of the uveitis as it has never been: other name, words, dose, therapies, works."""
    content = deepcopy(loading.read(CATALOGUE))
    content["edition"]["code"] = "2099-1"
    row = next(row for row in content["indications"] if row["code"] == UVEITIS)
    row |= {
        "name_it": "Tutt'altra cosa",
        "name_en": "Something else",
        "printed_condition": "Stampato altrimenti",
        "printed_reference_therapies": "Nessuna",
        "printed_schedule": "Uno schema nuovo",
        "suspected_typos": [],
        "reference_therapies": [],
        "references": [],
        "dose_min": "0.1",
        "dose_max": "0.1",
        "days_min": 1,
        "days_max": 1,
        "basis": "per_cycle",
        "basis_source": "printed",
    }
    row.pop("cap_g", None)
    loading.publish(loading.load(content, by=None, at=LATER).edition, by=None, at=LATER)
    assert Indication.objects.current().get(code=UVEITIS).name_it == "Tutt'altra cosa"


def page(client, people, application) -> str:
    client.force_login(people["prescriber-w3"])
    shown = client.get(reverse("application", args=[application.number])).content.decode()
    changing = r'name="csrfmiddlewaretoken" value="\w+"|nonce-\S+|data-session-left[a-z-]*="\d+"'
    return re.sub(changing, "", shown)


def letter(application):
    step = application.steps.get(action="approve")
    draft = letters.of(step)
    document = reserve(
        f"issue_letter:{step.pk}", kind=draft.kind, number=draft.number, at=step.at, by=step.by
    )
    return draft.compose(document)


def test_the_page_says_the_same_afterwards(client, people):
    application = walk(people, Status.APPROVED)
    before = page(client, people, application)
    publish_another_edition()
    assert page(client, people, application) == before


def test_a_letter_drawn_afterwards_says_the_same(people):
    application = walk(people, Status.APPROVED)
    before = letter(application)
    publish_another_edition()
    assert letter(application) == before


def test_a_form_under_questions_keeps_the_row_it_was_sent_with(people):
    application = walk(people, Status.PHARMACY_REVIEW)
    actions.ask(application.pk, questions=["Quale dosaggio?"], by=people["pharmacist-1"], at=LATER)
    publish_another_edition()
    asked = Application.objects.get(pk=application.pk)
    assert snapshots.changes(asked.snapshot.content, snapshots.content(asked, at=LATER)) == []
    assert sections.shortcomings(asked, at=LATER) == []


def test_a_draft_follows_the_edition_in_force(people):
    application = walk(people, Status.DRAFT)
    before = snapshots.content(application, at=NOW)
    publish_another_edition()
    after = snapshots.content(application, at=NOW)
    assert (before["indication"]["edition"], after["indication"]["edition"]) == ("2025-2", "2099-1")
    assert {one.section for one in sections.shortcomings(application, at=NOW)} >= {"justification"}
