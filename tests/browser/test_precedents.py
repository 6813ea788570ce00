"""Precedents and identity on request in a browser: clean for axe, no sideways scroll, in both widths."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from approvals import disclosing
from approvals.models import Application
from approvals.workflow import Status
from tests.approvals.earlier import copies, decided
from tests.approvals.walk import vote, walk
from tests.people import people

__all__ = ["people"]
pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Devo confrontarmi con chi ha in cura il paziente."


@pytest.fixture
def catalogue(transactional_db):
    call_command("load_catalogue", verbosity=0)


def case(people) -> Application:
    """Beside it five authorised and one refused; the votes are against."""
    decided(people, 1, approve=False)
    first = decided(people, 0, conditions="Emocromo al giorno 7.")
    copies(Application.objects.get(pk=first.pk), 4)
    application = walk(people, Status.COMMITTEE_REVIEW, person=7)
    vote(people, application.pk, chair="reject", member_1="reject", member_2="reject")
    return application


@pytest.mark.parametrize("width", [1440, 390])
def test_the_panel_and_the_reason_for_departing_are_accessible(
    page, axe, sign_in, people, catalogue, no_sideways_scroll, width
):
    application = case(people)
    sign_in(page, "chair")
    page.goto(f"/richieste/{application.number}/")
    panel = page.get_by_role("region", name="Precedenti")
    expect(panel).to_contain_text("Uso autorizzato in 5 decisioni precedenti su 6.")
    expect(panel.get_by_role("table")).to_be_hidden()
    panel.locator("summary").click()
    expect(panel.get_by_role("row")).to_have_count(7)
    axe(page)
    no_sideways_scroll(page)
    page.goto(reverse("act", args=[application.number, "reject"]))
    expect(page.get_by_text("5 lo hanno autorizzato: questa se ne discosta")).to_be_visible()
    axe(page)
    page.locator("#act button.button").first.click()
    field = page.get_by_label("Perché questa decisione si discosta dalle precedenti")
    expect(field).to_have_attribute("aria-invalid", "true")
    axe(page)
    no_sideways_scroll(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_asking_who_the_patient_is_is_accessible(
    page, axe, sign_in, people, catalogue, no_sideways_scroll, width
):
    application = walk(people, Status.COMMITTEE_REVIEW)
    sign_in(page, "member-1")
    page.goto(f"/richieste/{application.number}/")
    page.get_by_role("link", name="Chiedi chi è il paziente").click()
    axe(page)
    page.get_by_role("button", name="Chiedi chi è il paziente").click()
    expect(page.get_by_label("Perché è necessario saperlo")).to_have_attribute("aria-invalid", "true")
    axe(page)
    page.get_by_label("Perché è necessario saperlo").fill(REASON)
    page.get_by_role("button", name="Chiedi chi è il paziente").click()
    expect(page.locator(".strip")).to_contain_text("Fittizia Prova")
    expect(page.locator(".strip")).to_contain_text("lo vedi fino alle")
    axe(page)
    disclosing.ask(application.pk, reason=REASON, by=people["member-2"], at=timezone.now())
    sign_in(page, "head-w3")
    page.goto(f"/richieste/{application.number}/")
    expect(page.get_by_role("region", name="Chi ha chiesto il nome del paziente")).to_contain_text(REASON)
    axe(page)
    no_sideways_scroll(page)
