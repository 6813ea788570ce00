"""The pages that help the writer are clean for axe; a session that ends loses nothing that was typed."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from approvals import drafts
from approvals.models import Application
from approvals.workflow import Status
from tests.approvals.answers import make_catalogue, make_draft
from tests.approvals.walk import walk
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(people):
    make_catalogue()
    return make_draft(people["prescriber-w3"], "IMM-01", at=timezone.now(), person=2)


def outcome(draft) -> str:
    return reverse("section", args=[draft.pk, "outcome"])


@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_of_the_author_are_clean(draft, people, page, sign_in, axe, no_sideways_scroll):
    approved = walk(people, Status.APPROVED, at=timezone.now())
    sign_in(page, "prescriber-w3")
    page.goto(reverse("new"))
    page.locator("#id_tax_code").fill("ABC")
    page.locator("[name=find]").click()
    axe(page)
    page.locator("#id_tax_code").fill(approved.answers["patient"]["tax_code"])
    page.locator("[name=find]").click()
    axe(page)
    no_sideways_scroll(page)
    page.get_by_role("button", name=approved.number).click()
    expect(page).to_have_url(re.compile("/bozza/"))
    axe(page)
    no_sideways_scroll(page)
    page.goto(reverse("hand-over", args=[draft.pk]))
    page.locator("main form button").click()
    axe(page)
    no_sideways_scroll(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_two_people_at_once_and_the_delegates_pages_are_clean(
    draft, people, page, sign_in, axe, no_sideways_scroll
):
    sign_in(page, "delegate-w3")
    for address in (reverse("new"), reverse("draft", args=[draft.pk]), reverse("check", args=[draft.pk])):
        page.goto(address)
        axe(page)
        no_sideways_scroll(page)
    page.goto(reverse("section", args=[draft.pk, "consent"]))
    expect(page.locator("#id_responsibility")).to_be_disabled()
    axe(page)
    page.goto(outcome(draft))
    changed = {**draft.answers["outcome"], "measure": "Emoglobina"}
    drafts.save_section(draft.pk, "outcome", changed, by=people["prescriber-w3"], at=timezone.now())
    page.locator("#id_measure").fill("Reticolociti")
    page.locator("[name=then][value=next]").click()
    expect(page.locator("#conflict-heading")).to_be_visible()
    expect(page.locator(".errors")).to_contain_text(people["prescriber-w3"].signature)
    axe(page)
    no_sideways_scroll(page)


def sign_in_by_hand(page) -> None:
    page.locator("#id_username").fill("prescriber-w3")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form.card button").first.click()


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_when_the_session_had_ended_is_saved_after_signing_in(draft, page, axe, scripts):
    page.goto(f"{reverse('sign-in')}?next={outcome(draft)}")
    sign_in_by_hand(page)
    expect(page.locator("#id_measure")).to_be_visible()  # signed in: now there is a session to end
    page.wait_for_load_state()  # and scripts that listen
    Session.objects.all().delete()
    page.locator("#id_measure").fill("Emoglobina")
    if scripts:
        # The autosave finds out; the dialog leads to the sign-in with what was typed.
        page.locator("#session-ended a").click()
    else:
        page.locator("[name=then][value=next]").click()
    expect(page.locator("#id_password")).to_be_visible()
    if scripts:  # which axe needs
        axe(page)
    sign_in_by_hand(page)
    again = page.locator(f'main form[action="{outcome(draft)}"] button')
    expect(again).to_be_visible()
    if scripts:
        axe(page)
    again.click()
    goes_to = outcome(draft) if scripts else reverse("section", args=[draft.pk, "consent"])
    expect(page).to_have_url(re.compile(f"{goes_to}$"))
    assert Application.objects.get(pk=draft.pk).answers["outcome"]["measure"] == "Emoglobina"
