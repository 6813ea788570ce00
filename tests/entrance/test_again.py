"""Proving again who one is before what binds: by password, app or passkey; nothing is lost by it."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings as all_settings
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from approvals.models import Vote
from approvals.workflow import Status
from entrance import again, factors, proofs
from entrance.again import AgainForm
from tests.approvals.walk import catalogue, declare, heard, walk
from tests.approvals.walk import vote as everybody_votes
from tests.entrance.hands import SECRET, app_code, in_session
from tests.people import PASSWORD

__all__ = ["catalogue"]
pytestmark = pytest.mark.usefixtures("counters")


@pytest.fixture
def ask(client, people):
    """`ask("prescriber-w3", password=…)`: that person's proof, in a session of theirs."""

    def sent(name, **fields):
        user = people[name]
        request = RequestFactory().post("/", fields)
        request.user = user
        request.session = sessions.setdefault(name, client.session)
        return AgainForm(request, request.POST)

    sessions = {}
    client.force_login(people["auditor"])
    return sent


def code_of(form, field="password"):
    return [error.code for error in form.errors.as_data().get(field, [])]


def test_the_password_of_the_same_person(ask):
    assert code_of(ask("prescriber-w3", password="sbagliata")) == ["wrong"]
    assert code_of(ask("prescriber-w3")) == ["required"]
    assert ask("prescriber-w3", password=PASSWORD).is_valid()


def test_or_the_code_of_an_app_but_no_code_on_paper(ask, people):
    on_paper = factors.add_app(people["chair"], SECRET, at=timezone.now())
    assert code_of(ask("chair", password=on_paper[0])) == ["wrong"]
    assert ask("chair", password=app_code()).is_valid()


def test_without_a_password_the_app_is_asked_for(ask, people):
    user = people["chair"]
    user.set_unusable_password()
    user.save()
    assert not ask("chair").is_valid()
    factors.add_app(user, SECRET, at=timezone.now())
    form = ask("chair", password=app_code())
    assert form.fields["password"].label == "Codice della tua app" and form.is_valid()


def test_it_is_remembered_for_a_while(ask, settings):
    settings.REAUTH_MINUTES = 15
    assert ask("prescriber-w3", password=PASSWORD).is_valid()
    second = ask("prescriber-w3")
    assert second.is_valid() and "password" not in second.fields
    second.request.session["proved_at"] = time.time() - 15 * 60 - 1
    assert not ask("prescriber-w3").is_valid()


def test_or_asked_each_time(ask, settings):
    settings.REAUTH_MINUTES = 0
    first = ask("prescriber-w3", password=PASSWORD)
    assert first.is_valid()
    again.used(first.request)
    assert not ask("prescriber-w3").is_valid()


def test_guessing_in_a_session_that_was_left_open_is_slowed(ask, settings):
    settings.SIGN_IN_FAILURES = 3
    assert [code_of(ask("prescriber-w3", password="x")) for _ in range(4)][-1] == ["wait"]
    assert code_of(ask("prescriber-w3", password=PASSWORD)) == ["wait"]


def test_signing_in_is_no_proof(client, people):
    client.post("/accedi/", {"username": "chair", "password": PASSWORD})
    assert "proved_at" not in client.session


def test_a_passkey_proves_without_leaving_the_page(client, people, settings):
    client.force_login(people["chair"])
    assert client.post(reverse("prove-passkey")).status_code == 404
    assert client.post(reverse("prove-passkey"), {"credential": "{}"}).status_code == 422
    assert not proofs.passkey_is_right(people["chair"], "[]")
    assert "proved_at" not in client.session


@pytest.fixture
def voting(client, people, catalogue, settings):
    """A case whose vote is open, as a member sees it."""
    settings.REAUTH_DECISIONS, settings.REAUTH_MINUTES = True, 15
    at = timezone.now()
    case = walk(people, Status.COMMITTEE_REVIEW, at=at)
    heard(people, case.pk, at=at)
    client.force_login(people["member-1"])
    declare(people, case.pk, "member-1", at=at)
    case.refresh_from_db()
    return case


def vote(client, case, **fields):
    address = reverse("act", args=[case.number, "vote"])
    page = client.get(address)
    form = page.context["form"]
    hidden = {field.html_name: field.value() for field in form.hidden_fields()}
    return client.post(address, hidden | {"choice": "approve", "text": "Parole mie"} | fields)


def test_a_vote_wants_the_proof_and_keeps_what_was_typed(client, voting):
    page = client.get(reverse("application", args=[voting.number])).text
    assert "La tua password" in page
    answer = vote(client, voting, confirmed="1")
    assert answer.status_code == 422 and not Vote.objects.exists()
    assert "Parole mie" in answer.text and "Inserisci la password" in answer.text
    assert answer.text.index("<title>Errore:")
    assert vote(client, voting, confirmed="1", password=PASSWORD).status_code == 302
    assert Vote.objects.count() == 1


def test_the_page_that_asks_whether_one_is_sure_needs_no_second_proof(client, voting, settings):
    settings.REAUTH_MINUTES = 0
    sure = vote(client, voting, password=PASSWORD)
    assert sure.status_code == 200 and "password" not in sure.text.split("<form", 3)[2]
    assert vote(client, voting, confirmed="1").status_code == 302
    assert "proved_at" not in client.session
    assert vote(client, voting, confirmed="1", choice="reject").status_code == 422


def test_a_second_click_is_no_second_vote(client, voting):
    for _click in range(2):
        assert vote(client, voting, confirmed="1", password=PASSWORD).status_code == 302
    assert Vote.objects.count() == 1


def test_closing_an_item_wants_it_too(client, people, voting):
    at = timezone.now()
    everybody_votes(people, voting.pk, at=at, member_1="approve", member_2="approve", chair="approve")
    client.force_login(people["chair"])
    address = reverse("act", args=[voting.number, "approve"])
    page = client.get(address)
    assert "La tua password" in page.text
    fields = {field.html_name: field.value() or "" for field in page.context["form"]}
    assert client.post(address, fields).status_code == 422
    assert client.post(address, fields | {"password": PASSWORD}).status_code == 302
    voting.refresh_from_db()
    assert voting.status == Status.APPROVED


def test_a_proof_of_another_session_is_none(client, client_factory, people, voting):
    in_session(client, proved_at=int(time.time()))
    other = client_factory()
    other.force_login(people["member-1"])
    assert vote(other, voting, confirmed="1").status_code == 422


def read(**variables):
    """What a fresh process makes of these variables."""
    names = (
        "SECOND_FACTOR",
        "REAUTH_DECISIONS",
        "REAUTH_MINUTES",
        "DEMO",
        "SESSION_IDLE_SECONDS",
        "SIGN_IN_FAILURES",
    )
    bare = {name: value for name, value in os.environ.items() if name not in names}
    program = (
        "from django.conf import settings as s; "
        "print(s.SECOND_FACTOR, s.REAUTH_DECISIONS, s.REAUTH_MINUTES, s.SESSION_IDLE_SECONDS,"
        " s.SIGN_IN_FAILURES, *s.SECOND_FACTOR_ROLES)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=bare | variables,
        cwd=all_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_by_itself_everything_is_on_outside_a_demonstration():
    found = read()
    assert found[:5] == ["True", "True", "15", "1800", "5"]
    asked = {"pharmacist", "on_call_pharmacist", "committee_member", "chair", "medical_director"}
    assert asked | {"administrator", "auditor"} == set(found[5:])


def test_a_demonstration_stays_easy():
    assert read(DEMO="1")[:2] == ["False", "False"]
