"""Not admissible, appeals, substitutes in a browser: clean for axe, no sideways scroll, also with errors."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from tests.approvals.walk import appealed, inadmissible, proposed, rejected
from tests.people import people

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def catalogue(transactional_db):
    call_command("load_catalogue", verbosity=0)


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible_also_with_errors(
    page, axe, sign_in, people, catalogue, no_sideways_scroll, width
):
    page.set_viewport_size({"width": width, "height": 900})
    at = timezone.now() - timedelta(days=1)
    suggested, refused = proposed(people, at=at, person=1), rejected(people, at=at, person=2)
    ended = inadmissible(people, at=at, person=3)
    contested = appealed(people, rejected(people, at=at, person=4), at=timezone.now())
    for name, application, slug in (
        ("pharmacist-2", suggested, "obiezione"),
        ("pharmacist-2", suggested, "controfirma"),
        ("prescriber-w3", refused, "riesame"),
        ("prescriber-w3", ended, "riesame"),
        ("director", contested, "sostituti"),
    ):
        sign_in(page, name)
        page.goto(f"/richieste/{application.number}/{slug}/")
        expect(page.locator("h1")).to_contain_text(application.number)
        axe(page)
        no_sideways_scroll(page)
        if slug != "controfirma":
            page.locator("form#act .buttons button").first.click()
            expect(page.locator(".errors").first).to_be_visible()
            axe(page)
    for name, application in (
        ("prescriber-w3", ended),
        ("member-3", contested),
        ("director", contested),
        ("pharmacist-1", suggested),
    ):
        sign_in(page, name)
        page.goto(f"/richieste/{application.number}/")
        expect(page.locator("h1")).to_contain_text(application.number)
        axe(page)
        no_sideways_scroll(page)


def test_the_director_finds_by_searching_and_appoints(page, sign_in, people, catalogue):
    at = timezone.now() - timedelta(days=1)
    contested = appealed(people, rejected(people, at=at), at=timezone.now())
    sign_in(page, "director")
    page.goto("/")
    page.get_by_role("link", name=contested.number).first.click()
    page.get_by_role("link", name="Nomina sostituti").click()
    for name in ("Longo", "Fabbri"):
        page.get_by_label("Cerca per nome").fill(name)
        page.get_by_label("Cerca per nome").press("Enter")
        page.get_by_label(name).check()
    page.get_by_label("Cerca per nome").fill("neonatale")
    page.get_by_role("button", name="Cerca").click()
    expect(page.get_by_label("Longo")).to_be_checked()
    page.get_by_label("Serra").check()
    page.get_by_label("Chi presiede").select_option(str(people["head-nicu"].pk))
    page.get_by_label("Perché queste persone").fill("Gli altri componenti hanno già giudicato la richiesta.")
    page.get_by_role("button", name="Nomina", exact=True).click()
    expect(page.locator("main")).to_contain_text("sostituti nominati")
    assert contested.appointments.count() == 3
