"""A delegate drafts for the prescribers of the unit, sees nothing else, and never signs."""

import re
from contextlib import suppress

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from approvals import actions, drafts, jobs
from approvals.models import Application
from approvals.permissions import why_not
from approvals.refusals import Refused
from approvals.waiting import Task
from approvals.workflow import Action, Status
from approvals.worklist import items
from outbox.jobs import Superseded
from outbox.models import Promise
from tests.approvals.test_matrix import ALLOWED, make
from tests.approvals.walk import NOW, draft, walk
from tests.people import PASSWORD

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def delegate(people):
    return people["delegate-w3"]


@pytest.fixture
def theirs(people):
    """A draft of the unit, begun by its author."""
    return draft(people)


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send_mails() -> None:
    """Keep what was promised about drafts."""
    for one in Promise.objects.filter(job="mail_draft"):
        with suppress(Superseded):
            jobs.mail_draft(key=one.key, at=NOW, **one.arguments)


def seat(unit, author) -> dict[str, str]:
    return {"seat": f"{unit.pk}-{author.pk}"}


def test_a_delegate_begins_a_draft_for_a_prescriber_of_the_unit(people, delegate):
    author = people["prescriber-w3"]
    unit = author.memberships.get().unit
    answer = browser_of(delegate).post(reverse("new"), seat(unit, author))
    made = Application.objects.get()
    assert answer.url == reverse("section", args=[made.pk, "kind"])
    assert (made.author, made.saved_by, made.prepared_by) == (author, delegate, delegate)


def test_a_delegate_has_to_say_for_whom(delegate):
    answer = browser_of(delegate).post(reverse("new"))
    assert answer.status_code == 422
    assert not Application.objects.exists()


@pytest.mark.parametrize("name", ["prescriber-w5", "pharmacist-1"])
def test_a_delegate_begins_nothing_for_anybody_else(people, delegate, name):
    unit = delegate.memberships.get().unit
    with pytest.raises(Refused):
        drafts.start(by=delegate, unit=unit, author=people[name], at=NOW)


def test_a_prescriber_begins_nothing_for_a_colleague(people):
    unit = people["prescriber-w3"].memberships.get().unit
    with pytest.raises(Refused):
        drafts.start(by=people["head-w3"], unit=unit, author=people["prescriber-w3"], at=NOW)


def test_a_delegate_writes_in_every_draft_of_the_unit(delegate, theirs):
    drafts.save_section(theirs.pk, "outcome", {"measure": "Hb"}, by=delegate, at=NOW)
    theirs.refresh_from_db()
    assert theirs.answers["outcome"] == {"measure": "Hb"}
    assert (theirs.author.username, theirs.saved_by, theirs.prepared_by) == (
        "prescriber-w3",
        delegate,
        delegate,
    )


def test_a_delegate_of_the_unit_sees_no_draft_of_another(people, delegate):
    other = draft(people, author="prescriber-w5")
    assert browser_of(delegate).get(reverse("draft", args=[other.pk])).status_code == 404


def test_the_authors_own_statements_are_not_a_delegates_to_make(delegate, theirs):
    before = theirs.answers["consent"]
    typed = {**before, "conflict_of_interest": "declared", "responsibility": "", "consent_on": "1/11/2026"}
    drafts.save_section(theirs.pk, "consent", typed, by=delegate, at=NOW)
    theirs.refresh_from_db()
    after = theirs.answers["consent"]
    assert after["consent_on"] == "1/11/2026"
    assert all(after.get(name) == before.get(name) for name in drafts.STATED["consent"])


@pytest.mark.parametrize("place", ALLOWED)
def test_a_delegate_takes_no_action_in_any_status(people, delegate, place):
    application = make(people, place)
    assert all(why_not(delegate, action, application, at=NOW) for action in Action)


def test_a_delegate_cannot_sign(delegate, theirs):
    with pytest.raises(Refused):
        actions.submit(theirs.pk, by=delegate, at=NOW)
    browser = browser_of(delegate)
    address = reverse("check", args=[theirs.pk])
    page = browser.get(address).content.decode()
    assert 'name="password"' not in page and reverse("ready", args=[theirs.pk]) in page
    known = dict(re.findall(r'type="hidden" name="(answers)" value="([^"]*)"', page))
    assert browser.post(address, {**known, "password": PASSWORD}).status_code == 422
    assert Application.objects.get(pk=theirs.pk).status == Status.DRAFT


def test_a_delegate_does_not_delete_a_draft(delegate, theirs):
    with pytest.raises(Refused):
        drafts.discard(theirs.pk, by=delegate, at=NOW)
    assert Application.objects.filter(pk=theirs.pk).exists()


def test_what_was_sent_is_no_longer_seen(people, delegate):
    for status in (Status.SUBMITTED, Status.APPROVED):
        sent = walk(people, status, person=len(status))
        assert browser_of(delegate).get(reverse("application", args=[sent.number])).status_code == 404


def test_while_questions_are_open_a_delegate_sees_and_writes_what_they_prepared_and_nothing_else(
    people, delegate
):
    prepared, other = (make_asked(people, person) for person in (1, 2))
    Application.objects.filter(pk=prepared.pk).update(prepared_by=delegate)
    browser = browser_of(delegate)
    assert browser.get(reverse("section", args=[prepared.pk, "outcome"])).status_code == 200
    assert (
        prepared.answers["patient"]["surname"]
        in browser.get(reverse("application", args=[prepared.number])).content.decode()
    )
    assert browser.get(reverse("section", args=[other.pk, "outcome"])).status_code == 404
    assert browser.get(reverse("application", args=[other.number])).status_code == 404
    with pytest.raises(Refused):
        actions.answer(prepared.pk, answers={1: "Così."}, by=delegate, at=NOW)


def make_asked(people, person):
    application = walk(people, Status.PHARMACY_REVIEW, person=person)
    return actions.ask(application.pk, questions=["Quale dose?"], by=people["pharmacist-1"], at=NOW)


def test_the_delegates_list_holds_the_drafts_of_the_unit(people, delegate, theirs):
    draft(people, author="prescriber-w5")
    assert {(item.task, item.pk) for item in items(delegate, at=NOW)} == {(Task.PREPARE, theirs.pk)}


def test_what_is_ready_waits_for_the_authors_signature(delegate, theirs):
    drafts.make_ready(theirs.pk, by=delegate, at=NOW)
    waiting = {(item.task, item.pk) for item in items(theirs.author, at=NOW)}
    assert waiting == {(Task.SIGN, theirs.pk)}


def test_the_author_learns_by_mail_without_a_word_about_the_patient(delegate, theirs):
    browser_of(delegate).post(reverse("ready", args=[theirs.pk]))
    send_mails()
    (sent,) = mail.outbox
    assert sent.to == [theirs.author.email]
    assert reverse("draft", args=[theirs.pk]) in sent.body
    patient = theirs.answers["patient"]
    for word in (patient["surname"], patient["name"], patient["tax_code"], "uveit"):
        assert word.lower() not in (sent.subject + sent.body).lower()


def test_nobody_is_told_of_a_draft_sent_meanwhile(delegate, theirs):
    drafts.make_ready(theirs.pk, by=delegate, at=NOW)
    actions.submit(theirs.pk, by=theirs.author, at=NOW)
    send_mails()
    assert mail.outbox == []


def test_the_author_signs_what_the_delegate_prepared(delegate, theirs):
    drafts.save_section(theirs.pk, "outcome", theirs.answers["outcome"], by=delegate, at=NOW)
    drafts.make_ready(theirs.pk, by=delegate, at=NOW)
    sent = actions.submit(theirs.pk, by=theirs.author, at=NOW)
    assert (sent.submitted_by.username, sent.prepared_by) == ("prescriber-w3", delegate)


def test_a_delegate_who_leaves_sees_nothing_more(delegate, theirs):
    delegate.memberships.filter(role=Role.DELEGATE).update(to_on=NOW.date().replace(day=1))
    assert browser_of(delegate).get(reverse("draft", args=[theirs.pk])).status_code == 404


def test_author_and_delegate_at_once_see_both_values_and_whose_they_are(delegate, theirs):
    """Two people, one section: the second to save is shown what the first wrote, by whom and when."""
    address = reverse("section", args=[theirs.pk, "outcome"])
    author, other = browser_of(theirs.author), browser_of(delegate)
    pages = [hidden(browser.get(address).content.decode()) for browser in (author, other)]
    author.post(address, {**pages[0], "measure": "Emoglobina", "then": "next"})
    answer = other.post(address, {**pages[1], "measure": "Reticolociti", "then": "next"})
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Emoglobina", "Reticolociti", theirs.author.signature):
        assert words in page
    theirs.refresh_from_db()
    assert theirs.answers["outcome"]["measure"] == "Emoglobina"


def hidden(page) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(page|fingerprint)" value="([^"]*)"', page))
