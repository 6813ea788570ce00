"""The committee of a story: a sitting is convened and opened, members declare and vote; its minutes."""

from __future__ import annotations

import re
from datetime import datetime

from playwright.sync_api import Page, expect

from tests.browser.filling import fill
from tests.browser.story_applying import open_from_the_list
from tests.browser.story_deciding import download
from tests.browser.story_people import Cast, press, told
from tests.people import PASSWORD


def convene(cast: Cast, chair: str = "chair", **answers: str) -> str:
    """With all that waits, from the list of the sittings; the number of the sitting."""
    page = cast[chair]
    page.goto("/")
    page.get_by_role("link", name="Sedute", exact=True).click()
    cast.look(page)
    page.get_by_role("link", name="Convoca una seduta").click()
    fill(page, answers)
    cast.look(page)
    press(page, "Convoca")
    told(page, "è convocata")
    return re.search(r"/sedute/(S-\d{4}-\d{4})/$", page.url)[1]


def convene_round(cast: Cast, *, until: datetime, chair: str = "chair") -> str:
    """A virtual round: the members vote in their own time, until then."""
    typed = {"mode": "virtual", "until_on": f"{until:%d/%m/%Y}", "until_time": f"{until:%H:%M}"}
    return convene(cast, chair, **typed)


def convene_meeting(cast: Cast, *, begins: datetime, place: str = "", chair: str = "chair") -> str:
    typed = {"mode": "meeting", "begins_on": f"{begins:%d/%m/%Y}", "begins_time": f"{begins:%H:%M}"}
    return convene(cast, chair, **typed, place=place)


def open_round(cast: Cast, sitting: str, number: str, *, chair: str = "chair") -> None:
    page = at_the_sitting(cast, chair, sitting)
    expect(page.locator("#main")).to_contain_text(number)
    cast.look(page)
    press(page, "Apri la votazione")
    told(page, "La votazione è aperta")
    cast.look(page)


def at_the_sitting(cast: Cast, username: str, sitting: str) -> Page:
    page = cast[username]
    page.goto(f"/sedute/{sitting}/")
    expect(page.locator("h1")).to_contain_text(sitting)
    return page


def declare_from_the_mail(cast: Cast, username: str, link: str, number: str) -> None:
    """From the link in the mail: no conflict, on everything that stands on the agenda."""
    page = cast[username]
    page.goto(link)
    page.get_by_role("group", name=number).get_by_label("Nessun conflitto").check()
    cast.look(page)
    press(page, "Dichiara")
    expect(page.locator("#main")).to_contain_text("Hai dichiarato di non avere conflitti d’interessi")
    page.get_by_role("link", name="Vota").click()


def declare(page: Page, *, conflict: str = "") -> None:
    """On the page of the application, before the vote; without that there is no form to vote with."""
    expect(page.get_by_role("button", name="Vota", exact=True)).to_have_count(0)
    fill(page, {"has_conflict": "yes" if conflict else "no", "text": conflict})
    press(page, "Dichiara")
    told(page, "dichiarazione registrata")


def vote(
    cast: Cast, number: str, username: str, choice: str, text: str = "", *, unseen: str = "", secret: str = ""
) -> None:
    """One vote, declared before and confirmed; `unseen` is what an earlier one says: hidden before, shown
    after. `secret` is what the committee never reads: the patient's name.
    """
    page = open_from_the_list(cast, username, number)
    declare(page)
    cast_vote(cast, page, choice, text, unseen=unseen, secret=secret)


def cast_vote(cast: Cast, page: Page, choice: str, text: str, *, unseen: str = "", secret: str = "") -> None:
    for words in filter(None, (unseen, secret)):
        expect(page.locator("#main")).not_to_contain_text(words)
    fill(page, {"choice": choice, "text": text})
    press(page, "Vota")
    confirm = page.get_by_role("button", name="Conferma il voto")
    expect(confirm).to_be_visible()
    cast.look(page)
    confirm.click()
    told(page, "voto registrato")
    if unseen:
        expect(page.locator("#main")).to_contain_text(unseen)


def declare_conflict(cast: Cast, username: str, link: str, number: str, conflict: str) -> None:
    """Before the sitting, from the link in the invitation."""
    page = cast[username]
    page.goto(link)
    page.get_by_role("group", name=number).get_by_label("Ho un conflitto").check()
    page.locator("textarea:visible").fill(conflict)
    cast.look(page)
    press(page, "Dichiara")
    expect(page.locator("#main")).to_contain_text("Hai dichiarato un conflitto")


def open_meeting(cast: Cast, sitting: str, *present: str, chair: str = "chair") -> Page:
    """With those in the room, by the names on the page."""
    page = at_the_sitting(cast, chair, sitting)
    for name in present:
        page.get_by_role("checkbox", name=name).check()
    cast.look(page)
    press(page, "Apri la seduta")
    told(page, "La seduta è aperta")
    return page


def hear(cast: Cast, page: Page, number: str) -> None:
    press(page, f"Metti in discussione {number}")
    told(page, f"{number} è in discussione")
    cast.look(page)


def cannot_hear(page: Page, number: str) -> None:
    """Whoever has no part in it does not open it either."""
    expect(page.get_by_role("region", name="Ordine del giorno")).to_contain_text(number)
    expect(page.get_by_role("button", name="Metti in discussione", disabled=False)).to_have_count(0)


def comes_in(page: Page, name: str) -> None:
    press(page, f"Entra {name}")
    told(page, f"{name} è in sala")


def is_recused(cast: Cast, username: str, sitting: str, number: str) -> None:
    """Reads the file and finds nothing to vote with."""
    page = at_the_sitting(cast, username, sitting)
    expect(page.get_by_role("link", name="Dichiara e vota")).to_have_count(0)
    page.get_by_role("link", name=number).click()
    expect(page.locator("#main")).to_contain_text("Hai dichiarato un conflitto di interessi")
    expect(page.locator("[name=choice]")).to_have_count(0)
    cast.look(page)


def close_with(cast: Cast, sitting: str, result: str, *, chair: str = "chair") -> Page:
    """The item, with what the votes say; the page on which that is written out."""
    page = at_the_sitting(cast, chair, sitting)
    cast.look(page)
    page.get_by_role("link", name=f"Chiudi con l’esito: {result}").click()
    return page


def close(cast: Cast, sitting: str, *, chair: str = "chair") -> None:
    page = at_the_sitting(cast, chair, sitting)
    press(page, "Chiudi la seduta")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Chiudere la seduta?")
    cast.look(page)
    dialog.get_by_role("button", name="Chiudi la seduta").click()
    expect(page.locator("h1")).to_contain_text("Verbale")


def sign_minutes(cast: Cast, *, note: str, remarks: str, chair: str = "chair") -> None:
    """The chair, on the draft that closing led to: completed, read again, signed with the password."""
    page = cast[chair]
    cast.look(page)
    page.locator("textarea[name^=note_]").first.fill(note)
    page.locator("[name=remarks]").fill(remarks)
    press(page, "Salva e vai alla firma")
    expect(page.locator("h1")).to_contain_text("Firma il verbale")
    cast.look(page)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Firma il verbale")
    told(page, "Il verbale è firmato")


def download_minutes(cast: Cast, username: str, link: str) -> bytes:
    """From the link in the mail to the members."""
    page = cast[username]
    page.goto(link)
    page.get_by_role("link", name="Verbale").click()
    expect(page.get_by_role("region", name="Verbale firmato")).to_contain_text("Scarica il PDF")
    cast.look(page)
    return download(page)
