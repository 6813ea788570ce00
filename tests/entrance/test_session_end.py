"""The session ends while somebody types: nothing they wrote is lost, and nothing is kept on the server."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.models import Application
from approvals.workflow import Status
from tests.approvals.answers import make_catalogue, make_draft
from tests.people import PASSWORD, people

__all__ = ["people"]
pytestmark = pytest.mark.django_db
TYPED = 'Emoglobina <stabile> & "salita"\nseconda riga'


@pytest.fixture
def draft(people):
    make_catalogue()
    return make_draft(people["prescriber-w3"], at=timezone.now())


@pytest.fixture
def browser(people) -> Client:
    """One that checks the hidden tokens, as real ones do."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["prescriber-w3"])
    return client


def hidden(page) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


def form(page, action) -> dict[str, str]:
    """The hidden fields of the form that goes there."""
    return hidden(next(part for part in page.split("<form")[1:] if f'action="{action}"' in part))


def post(browser, address, fields):
    """As a browser sends a form without files."""
    kind = "application/x-www-form-urlencoded"
    return browser.post(address, urlencode(fields, doseq=True), content_type=kind)


def end_session(browser) -> None:
    Session.objects.all().delete()


def section_of(draft) -> str:
    return reverse("section", args=[draft.pk, "outcome"])


def sign_in(browser, page, username="prescriber-w3", password=PASSWORD):
    fields = form(page, reverse("sign-in"))
    return post(browser, reverse("sign-in"), {**fields, "username": username, "password": password})


def type_after_the_end(browser, draft):
    address = section_of(draft)
    page = browser.get(address).content.decode()
    part = next(part for part in page.split("<form")[1:] if 'id="section"' in part)
    end_session(browser)
    fields = {**hidden(part), "measure": TYPED, "then": "stay"}
    return post(browser, address, fields)


def test_what_was_sent_after_the_end_is_saved_after_signing_in_again(browser, draft):
    asked = type_after_the_end(browser, draft)
    assert asked.status_code == 401
    carried = sign_in(browser, asked.content.decode())
    fields = form(carried.content.decode(), section_of(draft))
    saved = post(browser, section_of(draft), fields)
    assert saved.url == section_of(draft)
    assert Application.objects.get(pk=draft.pk).answers["outcome"]["measure"] == TYPED


def test_a_mistyped_password_loses_nothing_either(browser, draft):
    asked = type_after_the_end(browser, draft)
    again = sign_in(browser, asked.content.decode(), password="sbagliata")
    assert again.status_code == 422
    carried = sign_in(browser, again.content.decode())
    assert form(carried.content.decode(), section_of(draft))["measure"] == TYPED.replace("\n", "\n")


def test_signed_in_meanwhile_in_another_window_loses_nothing(browser, draft, people):
    asked = type_after_the_end(browser, draft)
    browser.force_login(people["prescriber-w3"])
    carried = sign_in(browser, asked.content.decode())
    assert form(carried.content.decode(), section_of(draft))["measure"] == TYPED


def test_somebody_else_who_signs_in_there_saves_nothing(browser, draft):
    before = draft.answers
    asked = type_after_the_end(browser, draft)
    carried = sign_in(browser, asked.content.decode(), "prescriber-w5")
    fields = form(carried.content.decode(), section_of(draft))
    assert post(browser, section_of(draft), fields).status_code == 404
    assert Application.objects.get(pk=draft.pk).answers == before


def test_the_password_of_a_signature_is_never_kept(browser, draft):
    address = reverse("check", args=[draft.pk])
    page = browser.get(address).content.decode()
    fields = next(hidden(part) for part in page.split("<form")[1:] if 'name="password"' in part)
    end_session(browser)
    asked = post(browser, address, {**fields, "password": PASSWORD})
    assert asked.status_code == 401 and PASSWORD not in asked.content.decode()
    carried = sign_in(browser, asked.content.decode())
    answer = post(browser, address, form(carried.content.decode(), address))
    assert answer.status_code == 422
    assert Application.objects.get(pk=draft.pk).status == Status.DRAFT


def test_a_fragment_is_sent_to_the_sign_in_page_and_not_drawn_into_this_one(browser, draft):
    page = browser.get(section_of(draft)).content.decode()
    token = hidden(page)["csrfmiddlewaretoken"]
    end_session(browser)
    answer = browser.post(
        reverse("autosave", args=[draft.pk, "outcome"]),
        {"measure": "x"},
        headers={"HX-Request": "true", "X-CSRFToken": token},
    )
    assert answer.status_code == 302 and answer.url.startswith(reverse("sign-in"))


def test_a_bare_button_is_pressed_again_and_not_opened_as_a_page(browser, draft, people):
    """ "Ready for the signature" has no words, and its address shows nothing."""
    browser.force_login(people["delegate-w3"])
    address = reverse("ready", args=[draft.pk])
    fields = form(browser.get(reverse("draft", args=[draft.pk])).content.decode(), address)
    end_session(browser)
    asked = post(browser, address, fields)
    carried = sign_in(browser, asked.content.decode(), "delegate-w3")
    assert post(browser, address, form(carried.content.decode(), address)).status_code == 302
    assert Application.objects.get(pk=draft.pk).ready_by == people["delegate-w3"]


def test_what_is_kept_stays_out_of_the_browsers_cache(browser, draft):
    assert "no-store" in type_after_the_end(browser, draft).headers["Cache-Control"]


@pytest.mark.parametrize("kept", ["", "x", "[1]", '{"a": 1}', "[" * 2000])
def test_a_tampered_text_is_ignored(client, people, kept):
    data = {"username": "prescriber-w3", "password": PASSWORD, "kept": kept, "next": "//elsewhere.example"}
    answer = client.post(reverse("sign-in"), data)
    assert answer.url == reverse("worklist")
