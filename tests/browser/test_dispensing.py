"""The pharmacy's pages in the browser: a dose found by its code, written down by keyboard, taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.people import day
from approvals.workflow import Status
from catalogue import product_loading
from tests.approvals.answers import make_catalogue
from tests.approvals.walk import walk
from treatments.models import Authorisation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def period(people) -> Authorisation:
    make_catalogue()
    at = timezone.now() - timedelta(days=1)
    product_loading.load(product_loading.DEMO, at=at - timedelta(days=400))
    return Authorisation.objects.get(
        application=walk(people, Status.APPROVED, at=at, dose={"product": "any"})
    )


@pytest.mark.parametrize("width", [1440, 390])
def test_a_dose_is_found_by_its_code_written_down_and_taken_back(
    period, page, sign_in, axe, no_sideways_scroll
):
    sign_in(page, "pharmacist-1")
    page.goto(reverse("dispensings"))
    axe(page)
    search = page.get_by_label("Codice dell’autorizzazione, numero o paziente")
    expect(search).to_be_focused()  # a scanner types where the focus is
    page.keyboard.type(f"{period.code}\n")
    expect(page.locator("h1")).to_contain_text(period.code)
    axe(page)
    page.get_by_label("Prodotto").select_option(label="Provaglobina 10 %")
    page.get_by_label("Lotto", exact=True).fill("pg24k017")
    page.get_by_label("Scadenza del lotto").fill(f"1/1/{day(timezone.now()).year + 2}")
    page.get_by_label("Grammi").fill("4000")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Errore: Autorizzazione " + period.code + " · nullaosta")
    axe(page)
    page.get_by_label("Grammi").fill("40")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("40 g del lotto PG24K017")
    page.goto(reverse("lots"))
    axe(page)
    page.get_by_role("textbox", name="Lotto").fill("pg24k017")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 paziente ne ha ricevuto 40 g")
    axe(page)
    no_sideways_scroll(page)
    page.get_by_role("link", name=period.code).click()
    page.get_by_role("link", name="Storna", exact=True).click()
    page.locator("[name=reason]").fill("Registrata sul paziente sbagliato.")
    axe(page)
    page.get_by_role("button", name="Registra").click()
    expect(page.locator("table s")).to_have_text("Erogato")
    axe(page)
    no_sideways_scroll(page)
    period.refresh_from_db()
    assert (period.given_g, period.dispensings.count()) == (0, 2)
