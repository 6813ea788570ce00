"""Editions of the catalogue in a browser: accessible, also refused; from a row to its publication."""

import json

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from catalogue import drafting
from catalogue.management.commands.load_catalogue import PATH
from catalogue.models import Edition, Indication
from tests.people import people

__all__ = ["people"]
EDITION = "/catalogo/edizioni/2027-1/"
PAGES = [
    ("prescriber-w3", "/catalogo/"),
    ("pharmacist-1", "/catalogo/edizioni/"),
    ("pharmacist-1", "/catalogo/edizioni/nuova/"),
    ("pharmacist-1", "/catalogo/edizioni/importa/"),
    ("pharmacist-1", EDITION),
    ("pharmacist-1", EDITION + "intestazione/"),
    ("pharmacist-1", EDITION + "righe/IMM-01/"),
    ("pharmacist-1", EDITION + "righe/nuova/"),
    ("pharmacist-1", EDITION + "righe/OFT-03/togli/"),
    ("prescriber-w3", EDITION + "differenze/"),
    ("chair", EDITION + "richieste/"),
    ("chair", EDITION + "pubblica/"),
]


@pytest.fixture
def draft(people, transactional_db) -> Edition:
    call_command("load_catalogue", verbosity=0)
    at, by = timezone.now(), people["pharmacist-1"]
    return drafting.start(code="2027-1", title="Prova", effective_on=at.date(), by=by, at=at)


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible_and_fits(page, sign_in, axe, no_sideways_scroll, draft, width):
    for name, path in PAGES:
        page.set_viewport_size({"width": width, "height": 900})
        sign_in(page, name)
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        axe(page)
        if width == 390:
            no_sideways_scroll(page)


def test_faults_of_a_row_and_of_a_file_are_accessible(page, sign_in, axe, draft, complaints):
    sign_in(page, "pharmacist-1")
    page.goto(EDITION + "righe/OFT-03/")
    page.locator("#id_name_it").fill("")
    page.get_by_role("button", name="Salva la riga").click()
    expect(page.locator(".errors")).to_be_focused()
    axe(page)
    content = json.loads(PATH.read_text(encoding="utf-8"))
    content["indications"][0]["area"] = "dentistry"
    page.goto("/catalogo/edizioni/importa/")
    file = {"name": "x.json", "mimeType": "application/json", "buffer": json.dumps(content).encode()}
    page.locator("#id_file").set_input_files(file)
    page.get_by_role("button", name="Verifica il file").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    axe(page)
    complaints.clear()  # the browser says 422 twice


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_row_to_its_publication(new_page, sign_in, draft, scripts):
    writer, chair = new_page(), new_page()
    sign_in(writer, "pharmacist-1")
    writer.goto(EDITION)
    writer.get_by_role("link", name="Modifica OFT-03").click()
    writer.locator("#id_name_it").fill("Uveite autoimmune refrattaria")
    writer.get_by_role("button", name="Salva la riga").click()
    expect(writer.locator("h1")).to_have_text("Uveite autoimmune refrattaria")
    writer.goto(EDITION)
    expect(writer.get_by_role("link", name="Pubblica…")).to_have_count(0)
    sign_in(chair, "chair")
    chair.goto(EDITION)
    chair.get_by_role("link", name="Pubblica…").click()
    expect(chair.locator("ins", has_text="Uveite autoimmune refrattaria")).to_be_visible()
    chair.get_by_role("button", name="Pubblica l’edizione").click()
    expect(chair.locator(".messages")).to_contain_text("in vigore")
    assert Indication.objects.current().get(code="OFT-03").name_it == "Uveite autoimmune refrattaria"
