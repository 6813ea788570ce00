"""A night in neonatology: the short form on a phone, two people on call, a provisional letter; then day."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals.demo_answers import complete_answers
from approvals.sections import SECTIONS
from approvals.urls.drafts import SLUGS
from tests.browser.filling import attach_consent, fill
from tests.browser.story_applying import open_from_the_list
from tests.browser.story_people import Cast, press, told
from tests.people import PASSWORD

AUTHOR = "prescriber-nicu"
ROW = "PED-05"
# Words found nowhere else: wherever one turns up, this patient was named.
SURNAME, NAME = "Sbrindellona", "Eufrasilla"
SECRETS = (SURNAME, NAME, "sbrilluccicanti")
REASON = "Bilirubina in rapido aumento nonostante la fototerapia intensiva, occhi sbrilluccicanti."
NO_ALTERNATIVE = "La fototerapia intensiva non basta, l’exsanguinotrasfusione è più rischiosa. " * 2
# The ceiling of a cycle in an emergency: half a gram for each of 3.2 kg, once.
CYCLE = "1,6 g"


def short_answers() -> dict[str, str]:
    today = timezone.localdate()
    return {
        "indication": ROW,
        "surname": SURNAME,
        "name": NAME,
        "born_on": f"{today - timedelta(days=1):%d/%m/%Y}",
        "birth_time": "8:05",
        "sex": "F",
        "previous_reactions": "never_given",
        "weight_kg": "3,2",
        "g_per_kg": "0,5",
        "days": "1",
        "urgency_reason": REASON,
        "no_alternative": NO_ALTERNATIVE,
        "off_label_consent": "not_obtainable",
        "not_obtainable_reason": "Madre in anestesia, padre non raggiunto.",
        "responsibility": "yes",
    }


def ask_at_night(cast: Cast) -> str:
    """Signed on the phone; the number of the application."""
    page = cast[AUTHOR]
    page.goto("/")
    page.get_by_role("link", name="Nuova richiesta").click()
    press(page, "Urgenza: scheda breve")
    expect(page.locator("#main")).to_contain_text("Dott.ssa Chiara Fabbri")
    cast.look(page)
    fill(page, short_answers())
    expect(page.locator("#dose")).to_contain_text(f"In urgenza è assegnato un ciclo: {CYCLE}")
    cast.look(page)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Firma e chiama i reperibili")
    expect(page.get_by_role("heading", name="Urgenza richiesta")).to_be_visible()
    cast.look(page)
    return page.locator(".confirmation strong").inner_text()


def agree(cast: Cast, number: str) -> None:
    answer_the_call(cast, "on-call-pharmacist", number, "Dai l’assenso all’urgenza")


def authorise(cast: Cast, number: str) -> None:
    page = answer_the_call(cast, "on-call-consultant", number, "Autorizza in urgenza")
    expect(page.locator("h1 ~ * .tag").first).to_have_text("Autorizzata in urgenza")


def answer_the_call(cast: Cast, username: str, number: str, button: str) -> Page:
    """From the list of what is to be done; nothing is left on it afterwards."""
    page = open_from_the_list(cast, username, number)
    page.get_by_role("link", name=button, exact=True).click()
    expect(page.locator("#main")).to_contain_text(CYCLE)
    expect(page.locator("#main")).to_contain_text(REASON)
    cast.look(page)
    press(page, button)
    told(page, number)
    page.goto("/")
    expect(page.get_by_role("link", name=number)).to_have_count(0)
    page.go_back()
    return page


def complete_the_form(cast: Cast, number: str, link: str) -> None:
    """By day: what the short form said stands there already; the mother has signed meanwhile."""
    page = cast[AUTHOR]
    page.goto(link)
    page.get_by_role("link", name="Completa la scheda").click()
    expect(page.locator("#main")).to_contain_text("Autorizzata in urgenza")
    cast.look(page)
    page.get_by_role("link", name=str(SECTIONS["kind"].title), exact=True).click()
    for slug, answers in missing_answers().items():
        expect(page).to_have_url(re.compile(f"/{SLUGS[slug]}/"))
        if slug == "dose":
            expect(page.locator("[name=weight_kg]")).to_have_value("3,2")
        if slug == "consent":
            attach_consent(page)
        fill(page, answers)
        press(page, "Salva e continua")
    expect(page.locator("#main")).to_contain_text(SURNAME)
    expect(page.locator("#main .notice-warning")).to_have_text([])  # nothing is missing
    cast.look(page)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Firma e invia al direttore UOC")
    expect(page.get_by_role("heading", name="Richiesta inviata")).to_be_visible()
    expect(page.locator(".confirmation strong")).to_have_text(number)


def missing_answers() -> dict[str, dict[str, str | list[str]]]:
    """What the whole form asks and the short one did not, the justification at length, the consent."""
    whole = complete_answers(ROW, on=timezone.localdate())
    said = short_answers().keys() | {"is_urgent", "weighed_on", "planned_start", "cycles"}
    given = {"off_label_consent", "responsibility", "no_alternative"}
    return {
        slug: {name: value for name, value in whole[slug].items() if name not in said - given}
        for slug in SECTIONS
    }
