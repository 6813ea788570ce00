"""The form in a real browser: filled in without JavaScript, live with it, clean for axe, narrow and wide."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.demo import make_people
from accounts.models import User
from approvals import actions, drafts
from approvals.demo_answers import complete_answers
from approvals.models import Application
from approvals.sections import SECTIONS
from tests.approvals.answers import make_catalogue, make_draft
from tests.browser.filling import attach_consent, fill
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def author(transactional_db):
    make_catalogue()
    return make_people(PASSWORD)["prescriber-w3"]


@pytest.fixture
def draft(author):
    return make_draft(author, "IMM-01", at=timezone.now(), person=2)


@pytest.fixture
def author_page(author, page, sign_in):
    sign_in(page, author.username)
    return page


def section(draft, slug, query=""):
    return reverse("section", args=[draft.pk, slug]) + query


def pages_of(draft):
    return [
        reverse("new"),
        reverse("draft", args=[draft.pk]),
        reverse("check", args=[draft.pk]),
        *(section(draft, slug) for slug in SECTIONS),
    ]


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible_full_and_with_errors(draft, author_page, axe):
    for address in pages_of(draft):
        author_page.goto(address)
        axe(author_page)
    Application.objects.filter(pk=draft.pk).update(answers={"patient": draft.answers["patient"]})
    for address in [*pages_of(draft)[1:3], *(section(draft, slug, "?missing") for slug in SECTIONS)]:
        author_page.goto(address)
        axe(author_page)


@pytest.mark.parametrize("width", [1440, 390])
def test_warnings_and_the_filtered_catalogue_are_accessible_too(draft, author_page, axe):
    page = author_page
    page.goto(section(draft, "indication"))
    page.locator("#find").fill("uveite")
    expect(page.locator("#found")).to_have_text("1 indicazione trovata")
    axe(page)
    page.locator("#find").fill("nulla di simile")
    expect(page.locator("#found")).to_have_text("Nessuna indicazione trovata")
    axe(page)
    page.goto(section(draft, "dose"))
    page.locator("[name=days]").fill("6")
    page.locator("[name=g_per_kg]").fill("0,6")
    expect(page.locator("#dose .notice-error")).to_be_visible()
    axe(page)
    page.goto(section(draft, "patient"))
    page.locator("[name=born_on]").fill("1/1/1950")
    save(page)
    expect(page.locator("[name=mismatch_reason]")).to_be_visible()
    axe(page)


def test_no_page_scrolls_sideways(draft, author_page, no_sideways_scroll):
    for address in pages_of(draft):
        author_page.goto(address)
        no_sideways_scroll(author_page)


def save(page):
    page.get_by_role("button", name="Salva e continua").click()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("code", ["IMM-01", "EMA-03"])
def test_the_whole_form_is_filled_in_and_sent(author, author_page, code, scripts):
    page = author_page
    answers = complete_answers(code, on=timezone.localdate(), person=1)
    page.goto(reverse("new"))
    page.get_by_role("button", name="Inizia").click()
    for slug in SECTIONS:
        expect(page).to_have_url(re.compile(section(Application.objects.get(author=author), slug)))
        if slug == "consent":
            attach_consent(page)
        fill(page, answers[slug])
        save(page)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Firma e invia").click()
    sent = Application.objects.get(author=author)
    expect(page.locator("main")).to_contain_text(sent.number)


def test_choosing_an_indication_shows_its_row_at_once(draft, author_page):
    author_page.goto(section(draft, "indication"))
    author_page.locator("#find").fill("pioderma")
    expect(author_page.locator("#found")).to_have_text("1 indicazione trovata")
    author_page.locator("#row-DER-01").check()
    expect(author_page.locator("#row")).to_contain_text("Pyoderma gangrenosum")


def test_the_dose_follows_the_typing(draft, author_page):
    author_page.goto(section(draft, "dose"))
    before = author_page.locator("#dose .amount").inner_text()
    author_page.locator("#id_weight_kg").fill("60")
    expect(author_page.locator("#dose .amount")).not_to_have_text(before)
    author_page.locator("#id_g_per_kg").fill("0,3")
    expect(author_page.locator("#dose")).to_contain_text("0,3 g/kg")


def test_what_is_typed_saves_itself(draft, author_page):
    author_page.goto(section(draft, "outcome"))
    author_page.locator("#saved").evaluate("status => status.textContent = ''")
    author_page.locator("#id_measure").fill("Emoglobina")
    expect(author_page.locator("#saved")).to_have_text(re.compile(r"Bozza salvata alle \d\d:\d\d"))
    assert Application.objects.get(pk=draft.pk).answers["outcome"]["measure"] == "Emoglobina"
    save(author_page)
    expect(author_page).to_have_url(re.compile(section(draft, "consent")))


def test_when_saving_fails_the_page_says_so_and_tries_again(draft, author_page):
    page = author_page.context.new_page()  # its console may complain
    page.goto(section(draft, "outcome"))
    page.route("**/salva/", lambda route: route.fulfill(status=503))
    page.locator("#id_measure").fill("Emoglobina")
    expect(page.locator("#saved")).to_have_text(re.compile("non salvata", re.I))
    page.unroute("**/salva/")
    expect(page.locator("#saved")).to_have_text(re.compile("Bozza salvata alle"), timeout=12_000)


def test_questions_appear_with_their_answer(draft, author_page):
    author_page.goto(section(draft, "consent"))
    details = author_page.locator("#id_conflict_details")
    expect(details).to_be_hidden()
    author_page.locator('[name="conflict_of_interest"][value="declared"]').check()
    expect(details).to_be_visible()


def test_outside_the_catalogue_the_disease_is_asked_for(draft, author_page):
    author_page.goto(section(draft, "indication"))
    expect(author_page.locator("#id_which")).to_be_hidden()
    author_page.locator("#find").fill("pioderma")
    author_page.locator("#row-EXT-01").check()
    expect(author_page.locator("#id_which")).to_be_visible()
    expect(author_page.locator("#row")).to_contain_text("EXT-01")


def test_an_error_takes_the_focus_and_leads_to_its_field(draft, author_page):
    author_page.goto(section(draft, "dose"))
    author_page.locator("#id_weight_kg").fill("1.250")
    save(author_page)
    expect(author_page.locator(".errors")).to_be_focused()
    expect(author_page).to_have_title(re.compile("^Errore:"))
    author_page.locator(".errors a").first.click()
    expect(author_page.locator("#id_weight_kg")).to_be_focused()


@pytest.mark.parametrize("width", [1440, 390])
def test_two_windows_the_confirmation_and_the_form_under_questions_are_accessible(
    draft, author_page, author, axe
):
    page, at = author_page, timezone.now()
    page.goto(section(draft, "outcome"))
    drafts.save_section(draft.pk, "outcome", {"measure": "Emoglobina"}, by=author, at=at)
    page.locator("#id_measure").fill("Reticolociti")
    save(page)
    expect(page.locator(".errors")).to_contain_text("Emoglobina")
    axe(page)
    drafts.save_section(draft.pk, "outcome", draft.answers["outcome"], by=author, at=at)
    actions.submit(draft.pk, by=author, at=at)
    page.goto(reverse("sent", args=[Application.objects.get(pk=draft.pk).number]))
    axe(page)
    actions.endorse(draft.pk, by=User.objects.get(username="head-w3"), at=at)
    pharmacist = User.objects.get(username="pharmacist-1")
    actions.take_charge(draft.pk, by=pharmacist, at=at)
    actions.ask(draft.pk, questions=["Da quando?"], by=pharmacist, at=at)
    for address in pages_of(draft)[1:]:
        page.goto(address)
        axe(page)


@pytest.mark.parametrize("way_out", ["link", "another form"])
def test_what_was_typed_in_the_last_second_is_saved_before_leaving(draft, author_page, way_out):
    author_page.goto(section(draft, "consent"))
    author_page.locator("[name=others_to_inform]").fill("Il medico di famiglia, inventato")
    if way_out == "link":
        author_page.get_by_role("link", name="2. Paziente").click()
        expect(author_page.locator("h1")).to_have_text("Chi è il paziente?")
    else:
        author_page.get_by_role("button", name="Allega").click()
        expect(author_page.locator(".errors")).to_be_visible()
    stored = Application.objects.get(pk=draft.pk).answers["consent"]
    assert stored["others_to_inform"] == "Il medico di famiglia, inventato"
