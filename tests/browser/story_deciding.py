"""Second part of the story: the decision, the letter and its check, the treatment and its reassessment."""

from __future__ import annotations

import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path

from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.filling import fill
from tests.browser.story_applying import SECRETS
from tests.browser.story_people import Cast, press, told

CONDITION = "Emoglobina al giorno 7 di ogni ciclo."


def authorise(cast: Cast, number: str) -> None:
    """The chair closes the round; the condition of a vote is already in the text of the letter."""
    page = cast["chair"]
    page.get_by_role("link", name="Autorizza", exact=True).click()
    expect(page.locator("[name=conditions]")).to_have_value(CONDITION)
    cast.look(page)
    press(page, "Autorizza")
    told(page, "autorizzata")
    expect(page.locator("h1")).to_contain_text(number)


def download_letter(cast: Cast, link: str, reader: str = "prescriber-w3") -> bytes:
    """From the link in the mail, the newest letter."""
    page = cast[reader]
    page.goto(link)
    cast.look(page)
    expect(page.get_by_role("region", name="Lettere").locator(".tag").first).to_have_text("Valida")
    return download(page)


def download(page: Page) -> bytes:
    """The first PDF that the page offers."""
    with page.expect_download() as started:
        page.get_by_role("link", name="Scarica il PDF").first.click()
    return Path(started.value.path()).read_bytes()


def printed_on(letter: bytes) -> str:
    """The words on the paper."""
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=letter, capture_output=True, check=True, text=False
    ).stdout.decode()


def check_by_code(cast: Cast, number: str, code: str) -> None:
    page = cast["anyone"]
    page.goto("/verifica/")
    cast.look(page)
    answer_to_code(page, number, "AAAAA-AAAAA", "Lettera inesistente")
    answer_to_code(page, number, code, "Lettera presente nel nostro registro")
    cast.look(page)


def answer_to_code(page: Page, number: str, code: str, title: str) -> None:
    page.get_by_label("Numero della lettera").fill(number)
    page.get_by_label("Codice", exact=True).fill(code)
    press(page, "Verifica il codice")
    expect(page.locator("#answer-heading")).to_contain_text(title)


def check_by_file(cast: Cast, letter: bytes, title: str, standing: str = "") -> None:
    page = cast["anyone"]
    page.goto("/verifica/")
    page.locator("[name=file]").set_input_files(
        FilePayload(name="lettera.pdf", mimeType="application/pdf", buffer=letter)
    )
    press(page, "Verifica il file")
    expect(page.locator("#answer-heading")).to_contain_text(title)
    if standing:
        expect(page.locator("#main .summary .tag")).to_contain_text(standing)
    cast.look(page)


def record_infusion(cast: Cast, number: str, *, on: date) -> None:
    page = cast["prescriber-w3"]
    page.goto(f"/richieste/{number}/")
    page.get_by_role("link", name="Registra la prima infusione").click()
    page.get_by_label("Giorno della prima infusione").fill(f"{on:%d/%m/%Y}")
    cast.look(page)
    press(page, "Registra la prima infusione")
    told(page, "prima infusione registrata")


def reassess(cast: Cast, number: str) -> None:
    """Better, not yet there, and goes on: the next period opens."""
    page = cast["prescriber-w3"]
    page.get_by_role("link", name="Rivaluta", exact=True).click()
    judged = {
        "value_now": "14",
        "weight_kg": "61",
        "pregnant": "no",
        "adverse": "some",
        "what_1": "Cefalea dopo la prima infusione.",
        "severity_1": "mild",
        "happened_on_1": f"{timezone.localdate():%d/%m/%Y}",
        "judgement": "Miglioramento costante, ancora parziale.",
        "verdict": "continue",
    }
    fill(page, judged)
    cast.look(page)
    press(page, "Verifica e registra")
    expect(page.locator("#main")).to_contain_text("Non raggiunto")
    cast.look(page)
    press(page, "Registra la rivalutazione")
    told(page, "rivalutazione registrata")
    expect(page.get_by_role("heading", name=f"Autorizzazione {number}/2")).to_be_visible()
    cast.look(page)


def see_the_deadline(cast: Cast, number: str) -> None:
    """The administrator finds the period on the page and in the file, and no patient."""
    page = cast["administrator"]
    page.goto("/scadenze/")
    expect(page.locator("#main")).to_contain_text(number)
    cast.look(page)
    with page.expect_download() as started:
        page.get_by_role("link", name="Esporta XLSX").click()
    sheet = load_workbook(BytesIO(Path(started.value.path()).read_bytes())).active
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert number in cells
    assert not [word for word in SECRETS if any(word in cell for cell in cells)]


def read_the_trail(cast: Cast, number: str) -> None:
    page = cast["auditor"]
    page.goto("/registro/")
    cast.look(page)
    page.get_by_role("link", name=number).click()
    expect(page.locator("#main")).to_contain_text("Catena integra.")
    cast.look(page)
    told = page.locator("#main").inner_text()
    while (older := page.get_by_role("link", name="Successiva", exact=True)).is_visible():
        seen = page.url
        older.click()
        expect(page).not_to_have_url(seen)
        page.wait_for_load_state()
        told += page.locator("#main").inner_text()
    for word in ("prescriber-w3", "head-w3", "pharmacist-1", "chair", "member-1", "member-2"):
        assert word in told
    for word in SECRETS:
        assert word not in told
