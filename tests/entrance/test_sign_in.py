import pytest
from django.contrib.auth import get_user
from django.test import Client, override_settings

from tests.people import PASSWORD


def signed_in(client):
    return get_user(client).is_authenticated if client.session.keys() else False


def credentials(**more):
    return {"username": "prescriber-w3", "password": PASSWORD} | more


def test_the_right_password_lands_on_the_page_that_was_asked_for(client, prescriber):
    asked = client.get("/profilo/")
    assert asked.url == "/accedi/?next=/profilo/"
    assert client.post("/accedi/", credentials(next="/profilo/")).url == "/profilo/"
    assert signed_in(client)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(client, prescriber, elsewhere):
    assert "evil" not in client.post("/accedi/", credentials(next=elsewhere)).url
    assert signed_in(client)


def test_a_wrong_password_keeps_the_user_name_and_says_so_at_the_top(client, prescriber):
    answer = client.post("/accedi/", credentials(password="sbagliata"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="prescriber-w3"' in page
    assert "data-focus" in page
    assert "sbagliata" not in page
    assert not signed_in(client)


def test_a_closed_account_does_not_enter(client, prescriber):
    prescriber.is_active = False
    prescriber.save()
    client.post("/accedi/", credentials())
    assert not signed_in(client)


def test_the_sign_in_page_names_the_hospital(client, prescriber):
    assert "Ospedale dimostrativo San Teodoro" in client.get("/accedi/").content.decode()


def test_signing_out_takes_a_post(client, prescriber):
    client.force_login(prescriber)
    assert client.get("/esci/").status_code == 405
    assert signed_in(client)
    client.post("/esci/")
    assert not signed_in(client)


@override_settings(DEMO=True)
def test_in_demo_one_click_becomes_an_account(client, prescriber):
    assert 'action="/accedi/prescriber-w3/"' in client.get("/accedi/").content.decode()
    assert client.get("/accedi/prescriber-w3/").status_code == 405
    assert not signed_in(client)
    assert client.post("/accedi/prescriber-w3/", {"next": "/profilo/"}).url == "/profilo/"
    assert signed_in(client)


@override_settings(DEMO=True)
def test_one_click_is_protected_against_other_sites(prescriber):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/accedi/prescriber-w3/").status_code == 403
    assert not signed_in(strict)


@override_settings(DEMO=False)
def test_outside_demo_there_is_no_one_click_and_no_list(client, prescriber):
    assert client.post("/accedi/prescriber-w3/").status_code == 404
    assert not signed_in(client)
    assert "prescriber-w3" not in client.get("/accedi/").content.decode()


@override_settings(DEMO=False)
def test_outside_demo_an_unknown_account_answers_the_same(client, prescriber):
    assert client.post("/accedi/nobody/").status_code == 404


def test_pages_with_patients_are_never_kept_by_the_browser(client, prescriber):
    client.force_login(prescriber)
    assert "no-store" in client.get("/profilo/").headers["Cache-Control"]


def test_a_visitor_may_read_the_pages_about_the_service(client, db):
    for address in ("/guida/", "/privacy/", "/accessibilita/", "/segnala-un-problema/"):
        assert client.get(address).status_code == 200
