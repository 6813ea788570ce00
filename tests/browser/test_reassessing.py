"""The page of the reassessment as its prescriber fills it in: measures, an adverse event, a lower dose."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from approvals.models import Application
from approvals.workflow import Status
from tests.approvals.answers import make_catalogue
from tests.approvals.walk import walk
from tests.browser.filling import fill
from treatments.models import AdverseEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("width", "scripts"), [(1440, True), (390, True), (390, False)])
def test_less_of_it_after_an_adverse_event(page, sign_in, people, axe, no_sideways_scroll, scripts):
    def look() -> None:
        if scripts:  # both ask the page by its own scripts
            axe(page)
            no_sideways_scroll(page)

    make_catalogue()
    at = timezone.now() - timedelta(days=60)
    second = {
        "measure_2": "Emoglobina",
        "unit_2": "g/dL",
        "baseline_2": "8,5",
        "better_2": "up",
        "target_2": "10",
        "target_on_2": f"{at + timedelta(days=60):%d/%m/%Y}",
    }
    application = walk(people, Status.APPROVED, at=at, outcome=second, dose={"product": "any"})
    sign_in(page, "prescriber-w3")
    page.goto(f"/richieste/{application.number}/rivalutazione/")
    if scripts:
        expect(page.locator("#id_plan")).to_be_hidden()
    answers = {
        "value_now": "14",
        "value_now_2": "9,1",
        "weight_kg": "60,5",
        "pregnant": "no",
        "adverse": "some",
        "what_1": "Cefalea lieve dopo la prima infusione.",
        "severity_1": "mild",
        "happened_on_1": f"{timezone.localdate():%d/%m/%Y}",
        "judgement": "Miglioramento costante: si prova con un giorno in meno.",
        "verdict": "reduce",
        "days": "4",
        "plan": "Dal secondo ciclo tre giorni, se il valore tiene.",
    }
    fill(page, answers)
    look()
    page.get_by_role("button", name="Verifica e registra").click()
    expect(page.locator("main")).to_contain_text("Dose del prossimo periodo")
    expect(page.locator("main")).to_contain_text("da 8,5 a 9,1 g/dL (+0,6, +7,1 %)")
    look()
    page.get_by_role("button", name="Registra la rivalutazione").click()
    expect(page.get_by_role("status").first).to_contain_text("rivalutazione registrata")
    expect(page.locator("main")).to_contain_text("Da segnalare")
    look()
    assert Application.objects.get().status == Status.REASSESSED
    assert AdverseEvent.objects.get().severity == "mild"
