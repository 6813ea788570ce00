"""Signing in with the browser: by hand, with one click in the demo, after a mistake, at the session's end."""

import pytest
from playwright.sync_api import expect

from tests.people import PASSWORD

pytestmark = pytest.mark.parametrize("width", [1440, 390])


@pytest.fixture
def demo(settings, people):
    settings.DEMO = True


def test_a_mistake_takes_the_focus_and_leads_to_the_field(people, page, axe):
    page.goto("/accedi/")
    axe(page)
    page.get_by_role("button", name="Accedi").click()
    expect(page).to_have_title("Errore: Accedi · nullaosta")
    expect(page.locator(".errors")).to_be_focused()
    axe(page)
    page.get_by_role("link", name="Inserisci la password").click()
    expect(page.get_by_label("Password")).to_be_focused()


def test_by_hand_one_comes_back_to_the_page_one_wanted(people, page):
    page.goto("/profilo/")
    page.get_by_label("Nome utente").fill("prescriber-w3")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Accedi").click()
    expect(page).to_have_url("/profilo/")
    page.get_by_role("button", name="Esci").click()
    expect(page).to_have_title("Accedi · nullaosta")


def test_in_the_demo_one_click_is_enough(demo, page, axe):
    page.goto("/accedi/?next=/profilo/")
    axe(page)
    page.get_by_role("button", name="head-w3").click()
    roles = page.locator("#act-as option")
    expect(roles).to_have_text(["Tutti i ruoli", "Direttore di unità operativa", "Prescrittore"])
    axe(page)


def test_the_end_of_the_session_is_announced_and_can_be_put_off(demo, page, axe, settings):
    settings.SESSION_IDLE_SECONDS = 100
    page.goto("/accedi/?next=/profilo/")
    page.get_by_role("button", name="prescriber-w3").click()
    dialog = page.get_by_role("dialog", name="La sessione sta per scadere")
    expect(dialog).to_be_visible()
    axe(page)
    settings.SESSION_IDLE_SECONDS = 1000
    dialog.get_by_role("button", name="Resta collegato").click()
    expect(dialog).to_be_hidden()


def test_the_end_of_the_day_is_announced_and_cannot_be_put_off(demo, page, axe, settings):
    settings.SESSION_COOKIE_AGE = 100
    page.goto("/accedi/?next=/profilo/")
    page.get_by_role("button", name="prescriber-w3").click()
    dialog = page.get_by_role("dialog", name="La sessione sta per scadere")
    expect(dialog.get_by_text("Il collegamento dura da un’intera giornata")).to_be_visible()
    expect(dialog.get_by_role("button", name="Resta collegato")).to_be_hidden()
    axe(page)
    dialog.get_by_role("button", name="Ho capito").click()
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("address", ["/guida/", "/privacy/", "/accessibilita/", "/segnala-un-problema/"])
def test_pages_about_the_service_are_accessible_in_both_languages(people, page, axe, address):
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("lang", "it")
    axe(page)
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(address)
    axe(page)


def test_the_profile_and_a_page_that_is_not_there_are_accessible(
    people, page, sign_in, axe, no_sideways_scroll
):
    sign_in(page, "prescriber-w3")
    page.goto("/profilo/")
    axe(page)
    no_sideways_scroll(page)
    page.goto("/nowhere/")
    axe(page)
