"""The short form of an emergency as somebody fills it in at night, on a phone; the pages that answer it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from approvals.models import Application
from approvals.workflow import Status
from tests.approvals import emergencies as emg
from tests.approvals.answers import make_catalogue
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def catalogue(people):
    make_catalogue()


def fill_in(page) -> None:
    """Some thirty answers' worth of touches: what a tired person types."""
    today = timezone.localdate()
    page.get_by_label("Indicazione del catalogo").select_option("PED-05")
    page.get_by_label("Cognome", exact=True).fill("Inventata")
    page.get_by_label("Nome", exact=True).fill("Neonata")
    page.get_by_label("Data di nascita").fill(f"{today - timedelta(days=1):%d/%m/%Y}")
    page.get_by_label("Ora di nascita").fill("8:05")
    page.locator("input[name=sex][value=F]").check()
    page.locator("input[name=previous_reactions][value=never_given]").check()
    page.get_by_label("Peso attuale").fill("3,2")
    page.get_by_label("Dose", exact=True).fill("0,5")
    page.get_by_label("Giorni di infusione per ciclo").fill("1")
    page.get_by_label("Perché è urgente").fill(emg.REASON)
    page.locator("#id_no_alternative").fill(
        "La fototerapia intensiva non basta e l'exsanguinotrasfusione " * 2
    )
    page.locator("input[name=off_label_consent][value=not_obtainable]").check()
    page.get_by_label("Perché il consenso non è acquisibile").fill("Madre in anestesia, padre non raggiunto.")
    page.locator("#id_responsibility").check()


@pytest.mark.parametrize(("width", "scripts"), [(390, True), (390, False), (1440, True)])
def test_two_minutes_on_a_phone_call_the_people_on_call(page, sign_in, scripts):
    sign_in(page, "prescriber-nicu")
    page.goto("/richieste/nuova/")
    page.get_by_role("button", name="Urgenza: scheda breve").click()
    fill_in(page)
    if scripts:
        expect(page.locator("#dose")).to_contain_text("In urgenza è assegnato un ciclo: 1,6 g")
        expect(page.locator("#saved")).to_contain_text("Bozza salvata")
    page.get_by_label("La tua password").fill(PASSWORD)
    page.get_by_role("button", name="Firma e chiama i reperibili").click()
    expect(page.get_by_role("heading", name="Urgenza richiesta")).to_be_visible()
    assert Application.objects.get().status == Status.EMERGENCY_REQUESTED


@pytest.mark.parametrize("width", [390, 1440])
def test_the_pages_of_an_emergency_are_accessible(page, sign_in, people, axe, no_sideways_scroll):
    now = timezone.now() - timedelta(minutes=30)
    begun = emg.short_draft(people, at=now, person=1)
    application = emg.requested(people, at=now)
    sign_in(page, "prescriber-nicu")
    page.goto(reverse("emergency", args=[begun.pk]))
    axe(page)
    page.get_by_label("Peso attuale").fill("")
    page.get_by_role("button", name="Firma e chiama i reperibili").click()
    expect(page.locator(".errors")).to_contain_text("Indica il peso")
    axe(page)
    page.goto(reverse("sent", args=[application.number]))
    axe(page)
    sign_in(page, "on-call-pharmacist")
    for address in (
        "/",
        f"/richieste/{application.number}/",
        f"/richieste/{application.number}/assenso-urgenza/",
    ):
        page.goto(address)
        axe(page)
    page.get_by_role("button", name="Dai l’assenso all’urgenza").click()
    expect(page).to_have_url(re.compile(f"/richieste/{application.number}/$"))
    sign_in(page, "on-call-consultant")
    page.goto(f"/richieste/{application.number}/autorizzazione-urgenza/")
    page.get_by_role("button", name="Autorizza in urgenza").click()
    expect(page.locator("main")).to_contain_text("Autorizzata in urgenza")
    axe(page)
    sign_in(page, "prescriber-nicu")
    page.goto(reverse("draft", args=[application.pk]))
    axe(page)
    page.goto(reverse("emergency", args=[begun.pk]))
    no_sideways_scroll(page)
