"""Files in a real browser: chosen, named, looked at, deleted; with scripts and without."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from approvals import attachments
from approvals.models import Application
from audit.models import Entry
from tests.approvals import files
from tests.approvals.answers import make_catalogue, make_draft

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(people):
    make_catalogue()
    return make_draft(people["prescriber-w3"], "IMM-01", at=timezone.now(), person=2)


@pytest.fixture
def author_page(draft, page, sign_in):
    sign_in(page, draft.author.username)
    return page


@pytest.fixture
def pictures(draft):
    """Two more files, one of them a picture."""
    for name, data in (("foto delle lesioni.png", files.image(size=(640, 400))), ("esami.pdf", files.pdf(1))):
        attachments.add(draft, name=name, data=data, kind="tests", by=draft.author, at=timezone.now())


def section(draft):
    return reverse("section", args=[draft.pk, "consent"])


def upload(page, *given, kind="tests"):
    page.locator("#id_attachment_kind").select_option(kind)
    page.locator("#id_attachment_file").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in given]
    )
    page.get_by_role("button", name="Allega", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False])
def test_files_come_and_go_and_the_answers_of_the_page_stay(draft, author_page, scripts):
    page, before = author_page, draft.answers["consent"]
    page.goto(section(draft))
    upload(page, ("esami.pdf", files.pdf(1)), ("referto.exe", files.image("JPEG")))
    expect(page).to_have_url(re.compile(section(draft) + "#attachments"))
    expect(page.locator("#attachments")).to_contain_text("referto.jpg")
    row = page.locator("#attachments li", has_text="esami.pdf")
    row.locator("summary", has_text="Rinomina").click()
    row.get_by_label("Nome del file").fill("IgA sieriche")
    row.get_by_role("button", name="Salva nome e tipo").click()
    row = page.locator("#attachments li", has_text="IgA sieriche.pdf")
    row.locator("summary", has_text="Rinomina").click()
    row.get_by_role("button", name="Elimina il file").first.click()
    page.get_by_role("button", name="Elimina il file").locator("visible=true").last.click()
    expect(page.locator("#attachments")).not_to_contain_text("IgA sieriche.pdf")
    assert Application.objects.get(pk=draft.pk).answers["consent"] == before


def test_what_is_wrong_stands_beside_the_field(draft, author_page, axe):
    author_page.goto(section(draft))
    upload(author_page, ("referto.pdf", b"MZ\x90"))
    expect(author_page).to_have_title(re.compile("^Errore:"))
    expect(author_page.locator(".errors")).to_be_focused()
    author_page.locator(".errors a").click()
    expect(author_page.locator("#id_attachment_file")).to_be_focused()
    axe(author_page)


def test_a_picture_is_fetched_when_one_looks_at_it_and_not_before(draft, pictures, author_page):
    opened = Entry.objects.filter(chain=draft.chain, action="attachment_opened")
    author_page.goto(section(draft))
    author_page.wait_for_load_state("networkidle")
    assert not opened.exists()
    author_page.locator("summary", has_text="Anteprima").click()
    shown = author_page.locator("#attachments img")
    expect(shown).to_have_js_property("naturalWidth", 640)
    assert opened.count() == 1


def test_a_file_opens_in_a_tab_of_its_own(draft, pictures, author_page):
    author_page.goto(section(draft))
    with author_page.context.expect_page() as opening:
        author_page.get_by_role("link", name="foto delle lesioni.png").click()
    expect(opening.value.locator("img")).to_have_js_property("naturalWidth", 640)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_of_the_files_is_accessible(draft, pictures, author_page, axe, no_sideways_scroll):
    for address in (section(draft), reverse("attachments", args=[draft.pk])):
        author_page.goto(address)
        for summary in author_page.locator("#attachments summary").all():
            summary.click()
        axe(author_page)
        no_sideways_scroll(author_page)
