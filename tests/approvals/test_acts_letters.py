"""The letter as a download: the very bytes, to whoever may read the patient's name."""

import hashlib

import pytest
from django.urls import reverse

from approvals.models import Letter
from approvals.workflow import Status
from audit.models import Entry
from documents.filing import file, reserve
from documents.models import Kind
from tests.approvals.walk import NOW, walk

BYTES = b"%PDF-1.7\n\x00\xff not a real letter, but these bytes"


@pytest.fixture
def letter(people, catalogue) -> Letter:
    application = walk(people, Status.APPROVED)
    step = application.steps.get(action="approve")
    number = f"{application.number}/A"
    document = reserve("test", kind=Kind.APPROVAL, number=number, at=NOW, by=step.by)
    return Letter.objects.create(application=application, step=step, document=file(document, BYTES))


def fetch(client, user, letter):
    client.force_login(user)
    return client.get(reverse("letter", args=[letter.application.number, letter.pk]))


def test_the_bytes_come_as_filed_and_stay_out_of_caches(client, people, letter):
    answer = fetch(client, people["prescriber-w3"], letter)
    assert answer.content == BYTES
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert "no-store" in answer["Cache-Control"]
    entry = Entry.objects.filter(chain=letter.application.chain).latest("sequence")
    assert (entry.action, entry.actor, entry.data["letter"], entry.data["why"]) == (
        "letter_downloaded",
        people["prescriber-w3"],
        letter.pk,
        "care",
    )


@pytest.mark.parametrize("name", ["prescriber-w5", "auditor", "administrator", "chair", "member-1"])
def test_whoever_may_not_read_the_name_gets_no_letter(client, people, letter, name):
    before = Entry.objects.count()
    assert fetch(client, people[name], letter).status_code == 404
    assert Entry.objects.count() == before


def test_a_letter_is_found_under_its_own_application_only(client, people, letter):
    other = walk(people, Status.SUBMITTED, person=1)
    client.force_login(people["prescriber-w3"])
    assert client.get(reverse("letter", args=[other.number, letter.pk])).status_code == 404


def test_the_page_shows_hash_and_where_to_check_it(client, people, letter):
    client.force_login(people["pharmacist-1"])
    page = client.get(reverse("application", args=[letter.application.number])).content.decode()
    assert hashlib.sha256(BYTES).hexdigest() in page
    assert letter.document.printed_code in page
    client.force_login(people["chair"])
    assert (
        reverse("letter", args=[letter.application.number, letter.pk])
        not in client.get(reverse("application", args=[letter.application.number])).content.decode()
    )
