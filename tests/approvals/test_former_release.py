"""What the first release sent and asked about is read, judged and answered by this one.

Its contents lack the keys of later questions, its forms their answers, its applications the files.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from approvals import actions, demo_consent, drafts
from approvals.demo_answers import complete_answers
from approvals.models import Application
from approvals.sections import SECTIONS
from approvals.workflow import Status
from catalogue import loading
from catalogue.models import Indication
from tests.approvals.answers import CATALOGUE
from tests.approvals.walk import NOW, UVEITIS, walk

HERE = Path(__file__).parent
FROZEN = json.loads((HERE / "data" / "frozen_first_release.json").read_text())
CONTENT = next(one for one in FROZEN if one["indication"]["code"] == UVEITIS)
# The questions of the first release; of a therapy it asked outcome and details.
ASKED = {
    "kind": ("is_urgent",),
    "patient": ("tax_code", "surname", "name", "born_on", "sex"),
    "indication": ("indication", "diagnosis"),
    "dose": (
        *("weight_kg", "weighed_on", "height_cm", "pregnant"),
        *("g_per_kg", "days", "cycles", "planned_start"),
    ),
    "therapies": (
        *("outcome_corticosteroids", "details_corticosteroids"),
        *("outcome_immunosuppressants", "details_immunosuppressants"),
    ),
    "justification": ("no_alternative",),
    "outcome": ("measure", "unit", "baseline", "target", "stopping_rule"),
    "consent": (
        *("off_label_consent", "plasma_consent", "consent_on"),
        *("responsibility", "conflict_of_interest"),
    ),
}
ACTS = {
    Status.SUBMITTED: [("prescriber-w3", "withdraw")],
    Status.PHARMACY_REVIEW: [("pharmacist-1", "refer"), ("pharmacist-1", "ask")],
    Status.COMMITTEE_REVIEW: [("member-1", "vote"), ("chair", "approve"), ("chair", "reject")],
    Status.APPROVED: [("prescriber-w3", "reassess"), ("prescriber-w3", "record_infusion")],
}


@pytest.fixture
def editions(db):
    """The edition in force then, followed by today's."""
    for file in (HERE.parent / "catalogue" / "data" / "2025-1.json", CATALOGUE):
        loading.load(loading.read(file), by=None, at=NOW)


def as_of_then(application) -> None:
    """Take away what the first release did not know, past every guard of ours."""
    answers = {
        slug: {name: value for name, value in application.answers[slug].items() if name in names}
        for slug, names in ASKED.items()
    }
    row = Indication.objects.get(edition__code="2025-1", code=UVEITIS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM approvals_attachmentcontent")
        cursor.execute("DELETE FROM approvals_attachment")
        application.snapshots.update(content=CONTENT)
        Application.objects.filter(pk=application.pk).update(answers=answers, indication=row)
        application.authorisations.update(dose=CONTENT["dose"], edition_code="2025-1")
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize("status", ACTS)
def test_its_applications_are_read_and_judged(people, editions, client, status):
    application = walk(people, status)
    as_of_then(application)
    readers = [(one, reverse("application", args=[application.number])) for one in ("head-w3", "director")]
    acts = [(one, reverse("act", args=[application.number, action])) for one, action in ACTS[status]]
    for reader, address in readers + acts:
        client.force_login(people[reader])
        assert client.get(address).status_code == 200, (reader, address)


def test_its_questions_are_answered_once_the_new_ones_of_the_form_are_too(people, editions, client):
    application = walk(people, Status.PHARMACY_REVIEW, at=timezone.now() - timedelta(days=3))
    as_of_then(application)
    author, now = application.author, timezone.now()
    actions.ask(application.pk, questions=["Quale prodotto?"], by=people["pharmacist-1"], at=now)
    demo_consent.attach(application, by=author, at=now)
    client.force_login(author)
    for slug in SECTIONS:
        stored = Application.objects.get(pk=application.pk)
        typed = complete_answers(UVEITIS, on=timezone.localdate())[slug] | stored.answers[slug]
        typed["fingerprint"] = drafts.fingerprint(stored, slug)
        page = reverse("section", args=[application.pk, slug]) + "?missing"
        assert client.get(page).status_code == 200
        assert client.post(page, typed).status_code == 302, slug
    actions.answer(application.pk, answers={1: "Qualsiasi."}, by=author, at=now)
    assert Application.objects.get(pk=application.pk).status == Status.PHARMACY_REVIEW
    assert client.get(reverse("application", args=[application.number])).status_code == 200
