"""The page of the dose in a real browser: live, by keyboard, clean for axe with everything open and wrong."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.demo import make_people
from catalogue import product_loading
from tests.approvals.answers import make_catalogue, make_draft
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
EVERYTHING = {
    "pregnant": "yes",
    "override_kg": "55",
    "override_reason": "Edemi",
    "product": "campioglobin-5",
    "g_per_kg": "0,5",
    "plasma_exchange": "yes",
    "plasma_exchange_on": "domani",
    "carry_over_g": "20",
}


@pytest.fixture
def author(transactional_db):
    make_catalogue()
    product_loading.load(product_loading.DEMO, at=timezone.now())
    return make_people(PASSWORD)["prescriber-w3"]


def open_dose(page, author, query="", **overrides):
    draft = make_draft(author, "EMA-01", at=timezone.now(), **overrides)
    page.goto(reverse("section", args=[draft.pk, "dose"]) + query)


@pytest.mark.parametrize("width", [1440, 390])
def test_page_with_everything_open_and_wrong_is_accessible(author, page, sign_in, axe, no_sideways_scroll):
    sign_in(page, author.username)
    open_dose(page, author, "?missing", kind={"type": "continuation"}, dose=EVERYTHING)
    expect(page.locator("#id_override_reason")).to_be_visible()
    expect(page.locator("#id_fructose_intolerance_0")).to_be_visible()
    axe(page)
    no_sideways_scroll(page)


def test_interval_is_the_next_stop_of_who_types_several_cycles(author, page, sign_in):
    sign_in(page, author.username)
    open_dose(page, author, dose={"cycles": "1"})
    expect(page.locator("#id_interval")).to_be_hidden()
    page.locator("#id_cycles").fill("2")
    page.keyboard.press("Tab")
    expect(page.locator("#id_interval")).to_be_focused()


def test_panel_follows_the_product(author, page, sign_in):
    sign_in(page, author.username)
    open_dose(page, author)
    expect(page.locator("#dose")).not_to_contain_text("€")
    page.locator("#id_product").select_option("fittigam-5")
    expect(page.locator("#dose")).to_contain_text("5 g/100 mL")
    expect(page.locator("#dose")).to_contain_text("1 gennaio 2024")
