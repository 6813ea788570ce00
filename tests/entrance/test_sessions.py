"""Sessions: listed and ended by their owner; ended by themselves when idle, or at the end of the day."""

import time
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.models import Application
from audit.models import Entry
from outbox.models import Promise
from tests.approvals.answers import make_catalogue, make_draft
from tests.entrance.hands import in_session, is_inside, sign_in
from tests.entrance.test_session_end import form, hidden, post
from tests.people import PASSWORD

NAME = "prescriber-w3"
PAGE = "/profilo/accessi/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"


@pytest.fixture
def two(people):
    """The same person at a ward's computer and on a telephone."""
    ward, telephone = Client(HTTP_USER_AGENT=FIREFOX), Client(HTTP_USER_AGENT=CHROME, REMOTE_ADDR="10.0.0.9")
    for one in (ward, telephone):
        sign_in(one, NAME)
    return ward, telephone


def idle(client, seconds) -> None:
    in_session(client, seen_at=int(time.time()) - seconds)


def test_each_session_is_listed_with_its_device_and_this_one_is_marked(two):
    ward, _telephone = two
    page = ward.get(PAGE).text
    assert "Firefox, Windows" in page and "Chrome, Android" in page and "10.0.0.9" in page
    assert page.count("Questo") == 1 and page.index("Firefox, Windows") < page.index("Chrome, Android")


def test_an_ended_session_is_dead_at_the_next_click(two):
    ward, telephone = two
    other = UserSession.objects.get(ip="10.0.0.9")
    assert ward.post(PAGE, {"end": other.pk}).status_code == 302
    assert telephone.get("/profilo/").url == "/accedi/?next=/profilo/"
    assert ward.get(PAGE).text.count("Chrome") == 0
    assert ward.post(PAGE, {"end": other.pk}, follow=True).text.count("Non c’era più nulla da terminare") == 1


def test_all_others_end_and_this_one_stays(two):
    ward, telephone = two
    ward.post(PAGE, {"end": "others"})
    assert telephone.get("/profilo/").status_code == 302 and ward.get("/profilo/").status_code == 200
    assert Entry.objects.get(action="sessions_ended").data == {"how_many": 1}


@pytest.mark.parametrize("which", ["", "x", "-1", "9" * 30, "theirs", "own"])
def test_nobody_ends_what_is_not_theirs_nor_this_one(two, people, which):
    ward, telephone = two
    stranger = Client()
    sign_in(stranger, "chair")
    own = UserSession.objects.get(session_key=stranger.session.session_key).pk
    theirs = UserSession.objects.get(ip="10.0.0.9").pk
    stranger.post(PAGE, {"end": {"theirs": theirs, "own": own}.get(which, which)})
    assert all(one.get("/profilo/").status_code == 200 for one in (ward, telephone, stranger))


def test_signing_out_leaves_the_list(two):
    ward, telephone = two
    telephone.post("/esci/")
    assert "Chrome" not in ward.get(PAGE).text


def test_a_new_password_ends_the_others_and_is_told(two, people):
    ward, telephone = two
    new = "un'altra frase molto lunga"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert ward.post("/profilo/sicurezza/password/", fields).url == "/profilo/sicurezza/"
    assert ward.get("/profilo/").status_code == 200 and telephone.get("/profilo/").status_code == 302
    assert "Questo" in ward.get(PAGE).text
    assert Promise.objects.filter(job="mail_account", arguments__what="password").count() == 1
    assert Entry.objects.filter(action="password_changed").count() == 1


def test_a_wrong_or_weak_password_changes_nothing(client, people):
    client.force_login(people[NAME])
    for old, new in (("sbagliata", "un'altra frase molto lunga"), (PASSWORD, "corta")):
        fields = {"old_password": old, "new_password1": new, "new_password2": new}
        assert client.post("/profilo/sicurezza/password/", fields).status_code == 422
    people[NAME].refresh_from_db()
    assert people[NAME].check_password(PASSWORD)


def test_the_password_is_not_guessed_where_a_session_was_left_open(client, people, settings, counters):
    settings.SIGN_IN_FAILURES = 2
    client.force_login(people[NAME])
    new = "un'altra frase molto lunga"
    for old in ("uno", "due", PASSWORD):
        fields = {"old_password": old, "new_password1": new, "new_password2": new}
        answer = client.post("/profilo/sicurezza/password/", fields)
    assert answer.url == "/profilo/sicurezza/password/"
    people[NAME].refresh_from_db()
    assert people[NAME].check_password(PASSWORD)


def test_a_session_ends_when_nobody_used_it(client, people, settings):
    client.force_login(people[NAME])
    idle(client, settings.SESSION_IDLE_SECONDS - 30)
    assert client.get("/profilo/").status_code == 200
    idle(client, settings.SESSION_IDLE_SECONDS + 1)
    assert client.get("/profilo/").status_code == 302
    assert not is_inside(client)


def test_use_puts_that_off_and_asking_does_not(client, people, settings):
    client.force_login(people[NAME])
    idle(client, 600)
    peeked = client.get("/sessione/")
    assert int(peeked.headers["X-Session-Left"]) <= settings.SESSION_IDLE_SECONDS - 600
    used = client.get("/profilo/")
    assert int(used.headers["X-Session-Left"]) > settings.SESSION_IDLE_SECONDS - 5
    idle(client, 30)
    assert int(client.post("/sessione/").headers["X-Session-Left"]) > settings.SESSION_IDLE_SECONDS - 5


def test_however_busy_one_is_it_ends_after_the_day(client, people, settings):
    client.force_login(people[NAME])
    in_session(client, ends_at=int(time.time()) + 50)
    assert int(client.post("/sessione/").headers["X-Session-Left"]) <= 50
    assert 'data-session-left-in-all="' in client.get("/profilo/").text
    in_session(client, ends_at=int(time.time()) - 1)
    assert client.get("/profilo/").status_code == 302


def test_a_session_of_unknown_age_is_over(client, people):
    client.force_login(people[NAME])
    session = client.session
    del session["ends_at"], session["seen_at"]
    session.save()
    assert client.get("/profilo/").status_code == 302


@pytest.mark.parametrize("limit", [{"seen_at": 0}, {"ends_at": 0}], ids=["idle", "absolute"])
def test_at_either_limit_the_draft_and_what_was_typed_survive(people, limit):
    make_catalogue()
    draft = make_draft(people[NAME], at=timezone.now())
    client = Client(enforce_csrf_checks=True)
    client.force_login(people[NAME])
    address = reverse("section", args=[draft.pk, "outcome"])
    page = client.get(address).text
    late = hidden(next(part for part in page.split("<form")[1:] if 'id="section"' in part))
    token = late["csrfmiddlewaretoken"]
    saved = client.post(
        reverse("autosave", args=[draft.pk, "outcome"]),
        {**late, "measure": "salvata da sola"},
        headers={"HX-Request": "true", "X-CSRFToken": token},
    )
    assert saved.status_code == 200
    in_session(client, **limit)
    asked = post(client, address, {**late, "measure": "scritta dopo", "then": "stay"})
    assert asked.status_code == 401
    assert Application.objects.get(pk=draft.pk).answers["outcome"]["measure"] == "salvata da sola"
    fields = form(asked.text, reverse("sign-in"))
    carried = post(client, reverse("sign-in"), {**fields, "username": NAME, "password": PASSWORD})
    post(client, address, form(carried.text, address))
    assert Application.objects.get(pk=draft.pk).answers["outcome"]["measure"] == "scritta dopo"


def test_idle_sessions_are_cleared_from_the_list(two, settings):
    ward, telephone = two
    long_ago = timezone.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS + 120)
    UserSession.objects.filter(ip="10.0.0.9").update(last_seen_at=long_ago)
    assert "Chrome" not in ward.get(PAGE).text
    assert telephone.get("/profilo/").status_code == 302
