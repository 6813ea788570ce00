"""A refusal is appealed: whoever judged it is kept out, the medical director appoints others, they decide."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.filling import fill
from tests.browser.story_applying import open_from_the_list
from tests.browser.story_people import Cast, press, told

# The invented person of the refused application, and a word of the appeal found nowhere else.
SURNAME = "Fittizia"
SECRETS = (SURNAME, "scarabocchiati")
NEWS = (
    "Dopo il diniego la ciclosporina è stata ripetuta per tre mesi a dose piena, senza risposta: i contorni "
    "restano scarabocchiati, il visus è sceso da 6/10 a 3/10."
)
WHY_THEY = "Nessuno di loro ha avuto parte nella decisione."


def appeal(cast: Cast, author: str, link: str) -> None:
    """From the link in the mail, after an attempt that says nothing."""
    page = cast[author]
    page.goto(link)
    page.get_by_role("link", name="Chiedi il riesame").click()
    press(page, "Chiedi il riesame")
    expect(page.locator(".errors")).to_contain_text("Scegli il motivo del riesame")
    cast.look(page)
    fill(page, {"ground": "new_information", "text": NEWS})
    press(page, "Chiedi il riesame")
    told(page, "riesame chiesto")
    cast.look(page)


def is_kept_out(cast: Cast, username: str, number: str) -> None:
    """While others hear it, whoever judged before reads why not they; nothing waits for their vote."""
    page = cast[username]
    page.goto("/?show=vote")
    expect(page.get_by_role("link", name=number)).to_have_count(0)
    page.goto(f"/richieste/{number}/")
    expect(page.locator("#main")).to_contain_text("Hai partecipato alla decisione da riesaminare")
    expect(page.locator("[name=choice], [name=has_conflict]")).to_have_count(0)
    cast.look(page)


def appoint(cast: Cast, number: str, *names: str, presiding: str) -> None:
    page = open_from_the_list(cast, "director", number)
    page.get_by_role("link", name="Nomina sostituti").click()
    for name in names:
        page.get_by_role("checkbox", name=name).check()
    choices = page.get_by_label("Chi presiede")
    choices.select_option(choices.get_by_role("option", name=presiding).get_attribute("value"))
    fill(page, {"reason": WHY_THEY})
    cast.look(page)
    press(page, "Nomina")
    told(page, "sostituti nominati")
