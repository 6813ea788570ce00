"""First part of the story: written and signed, endorsed, questioned by the pharmacy, judged, referred."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from approvals.demo_answers import complete_answers, tax_code
from approvals.policies import CHECKS
from approvals.sections import SECTIONS
from tests.browser.filling import attach_consent, fill
from tests.browser.story_people import Cast, press, told
from tests.people import PASSWORD

ROW = "EMA-03"
BORN_ON = date(1971, 3, 12)
# Words found nowhere else: wherever one turns up, this patient was named.
SURNAME, NAME, TAX_CODE = "Quondamatteo", "Zefirina", tax_code("QNDZRN", BORN_ON, "F")
DIAGNOSIS = "Emorragie sparpagliate da inibitore, caso inventato."
BORN = ("12/03/1971", "1971-03-12", "12 marzo 1971")
SECRETS = (SURNAME, NAME, TAX_CODE, *BORN, "sparpagliate", "Bethesda")
QUESTIONS = ("Qual è il titolo dell’inibitore?", "Quando si sospende il trattamento?")
ANSWERS = ("12 unità Bethesda.", "La regola di sospensione è ora più stretta.")
RULE = "Nessuna riduzione dell’inibitore dopo il primo ciclo."


def answers_of_the_patient(on: date) -> dict[str, dict[str, Any]]:
    return complete_answers(
        ROW,
        on=on,
        patient={
            "tax_code": TAX_CODE,
            "surname": SURNAME,
            "name": NAME,
            "born_on": f"{BORN_ON:%d/%m/%Y}",
            "sex": "F",
        },
        indication={"diagnosis": DIAGNOSIS},
        dose={"weight_kg": "60", "pregnant": "no", "planned_start": f"{on + timedelta(days=10):%d/%m/%Y}"},
    )


def write_and_sign(cast: Cast, *, on: date, scripts: bool) -> str:
    """From the list of what is to be done to the number of the application."""
    page, answers = cast["prescriber-w3"], answers_of_the_patient(on)
    cast.look(page)
    page.get_by_role("link", name="Nuova richiesta").click()
    cast.look(page)
    press(page, "Inizia")
    for slug, section in SECTIONS.items():
        expect(page.locator("#main")).to_contain_text(str(section.title))
        if slug == "indication" and scripts:
            find_in_the_catalogue(page)
        if slug == "therapies":
            see_what_is_missing(cast, page)
        if slug == "consent":
            attach_consent(page)
        fill(page, answers[slug])
        if slug == "dose" and scripts:
            # 0.4 g/kg of 60 kg on each of five days.
            expect(page.locator("#dose .amount")).to_contain_text("120 g")
        cast.look(page)
        press(page, "Salva e continua")
    return sign(cast, page)


def find_in_the_catalogue(page: Page) -> None:
    page.locator("#find").fill("emofilia autoimmune")
    expect(page.locator("#found")).to_have_text("1 indicazione trovata")
    page.locator(f"#row-{ROW}").check()
    expect(page.locator("#row")).to_contain_text("Seconda linea Rituximab")


def see_what_is_missing(cast: Cast, page: Page) -> None:
    """Half-way: the page to sign on says what is missing and leads there."""
    section = page.url
    page.goto(re.sub("[^/]+/$", "verifica/", section))
    expect(page.get_by_role("heading", name="Che cosa manca")).to_be_visible()
    expect(page.get_by_role("button", name="Firma e invia")).to_have_count(0)
    cast.look(page)
    page.locator('a[href*="terapie/?missing"]').first.click()
    expect(page.locator(".errors")).to_be_visible()
    cast.look(page)
    page.goto(section)


def sign(cast: Cast, page: Page) -> str:
    expect(page.locator("#main")).to_contain_text(TAX_CODE)
    press(page, "Firma e invia al direttore UOC")
    expect(page).to_have_title(re.compile("^Errore:"))  # nothing is sent without the password
    cast.look(page)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Firma e invia al direttore UOC")
    expect(page.get_by_role("heading", name="Richiesta inviata")).to_be_visible()
    cast.look(page)
    return page.locator(".confirmation strong").inner_text()


def open_from_the_list(cast: Cast, username: str, number: str) -> Page:
    """That person's window on the application, reached from what waits for them."""
    page = cast[username]
    page.goto("/")
    cast.look(page)
    page.get_by_role("link", name=number).first.click()
    expect(page.locator("h1")).to_contain_text(number)
    cast.look(page)
    return page


def endorse(cast: Cast, number: str, head: str = "head-w3") -> None:
    page = open_from_the_list(cast, head, number)
    press(page, "Apponi il visto")
    told(page, "visto apposto")


def take_charge(cast: Cast, number: str) -> Page:
    page = open_from_the_list(cast, "pharmacist-1", number)
    press(page, "Prendi in carico")
    told(page, "presa in carico")
    return page


def take_charge_and_ask(cast: Cast, number: str) -> None:
    page = take_charge(cast, number)
    page.get_by_role("link", name="Chiedi integrazioni").click()
    cast.look(page)
    for position, question in enumerate(QUESTIONS, 1):
        page.locator(f"[name=question_{position}]").fill(question)
    press(page, "Invia le domande")
    told(page, "domande inviate")


def answer(cast: Cast, link: str) -> None:
    """From the link in the mail: a field is changed, then both questions are answered."""
    page = cast["prescriber-w3"]
    page.goto(link)
    cast.look(page)
    page.get_by_role("link", name="Rispondi alle domande").click()
    page.get_by_role("link", name=str(SECTIONS["outcome"].title)).click()
    page.locator("[name=stopping_rule]").fill(RULE)
    cast.look(page)
    press(page, "Salva e continua")
    page.goto(link)
    page.get_by_role("link", name="Rispondi alle domande").click()
    expect(page.locator("ins")).to_have_text(RULE)
    expect(page.locator("del")).to_contain_text("tre cicli")
    for position, words in enumerate(ANSWERS, 1):
        page.locator(f"[name=answer_{position}]").fill(words)
    cast.look(page)
    press(page, "Invia le risposte")
    told(page, "risposte inviate")


def judge_and_refer(cast: Cast, number: str) -> None:
    page = open_from_the_list(cast, "pharmacist-1", number)
    for words in (*QUESTIONS, *ANSWERS):
        expect(page.locator("#main")).to_contain_text(words)
    expect(page.locator("ins").first).to_have_text(RULE)
    give_opinion(cast, page, "120 g")


def give_opinion(cast: Cast, page: Page, cycle: str) -> None:
    """In favour, on a page that shows how much a cycle is; from there to the committee."""
    page.get_by_role("link", name="Esprimi il parere").click()
    expect(page.locator("#main")).to_contain_text(cycle)
    fill(page, dict.fromkeys(CHECKS, "Verificato.") | {"conclusion": "favourable", "text": "Favorevole."})
    cast.look(page)
    press(page, "Esprimi il parere e invia alla commissione")
    told(page, "parere espresso")
