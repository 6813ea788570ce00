"""The lists as the browser draws them: accessible at both widths, empty and filled, filtered and refused."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from approvals import actions, breaking
from approvals.workflow import Status
from tests.approvals.walk import draft, vote, walk
from treatments.models import Authorisation

PAGES = [
    ("prescriber-w3", "/"),
    ("chair", "/"),
    ("administrator", "/"),
    ("pharmacist-1", "/?show=take_charge"),
    ("pharmacist-1", "/richieste/"),
    ("pharmacist-1", "/richieste/?since=ieri"),
    ("administrator", "/scadenze/"),
    ("prescriber-w3", "/scadenze/?window=late"),
    ("auditor", "/registro/"),
    ("auditor", "/registro/{number}/"),
    ("prescriber-w5", "/apri-con-motivo/"),
    ("head-w3", "/accessi-con-motivo/"),
    ("head-w3", "/richieste/{number}/oscuramento/"),
    ("director", "/accessi-del-paziente/"),
]
EMPTY = [
    ("head-w5", "/"),
    ("pharmacist-1", "/richieste/?q=nessuna"),
    ("administrator", "/scadenze/"),
    ("auditor", "/registro/"),
]


@pytest.fixture
def number(people, transactional_db) -> str:
    """Something on every list; the number of one that was approved."""
    call_command("load_catalogue", verbosity=0)
    at = timezone.now() - timedelta(days=9)
    draft(people, person=1)
    for n, place in enumerate(["endorsed", Status.SUBMITTED, Status.COMMITTEE_REVIEW], 2):
        walk(people, place, person=n, at=at)
    voting = walk(people, Status.COMMITTEE_REVIEW, person=6, at=timezone.now() - timedelta(hours=9))
    vote(people, voting.pk, at=timezone.now(), chair="approve", member_1="approve", member_2="reject")
    asked = walk(people, Status.PHARMACY_REVIEW, person=7, at=at)
    actions.ask(asked.pk, questions=["Perché?"], by=people["pharmacist-1"], at=at + timedelta(hours=9))
    for n, days in ((8, -5), (9, 3), (10, 20)):
        approved = walk(people, Status.APPROVED, person=n, at=timezone.now() - timedelta(days=120))
        due_on = timezone.localdate() + timedelta(days=days)
        Authorisation.objects.filter(application=approved).update(due_on=due_on)
    told = {"ground": "consultation", "reason": "Parere chiesto dal reparto (inventato)."}
    breaking.open_with_reason(approved.number, **told, by=people["prescriber-w5"], at=timezone.now())
    return str(approved.number)


@pytest.mark.parametrize("width", [1440, 390])
def test_every_list_is_accessible_and_fits(page, sign_in, axe, no_sideways_scroll, people, number, width):
    for name, path in PAGES:
        page.set_viewport_size({"width": width, "height": 900})
        sign_in(page, name)
        page.goto(path.format(number=number))
        expect(page.locator("h1")).to_be_visible()
        axe(page)
        if width == 390:
            no_sideways_scroll(page)


def test_empty_lists_are_accessible(page, sign_in, axe, people):
    call_command("load_catalogue", verbosity=0)
    for name, path in EMPTY:
        sign_in(page, name)
        page.goto(path)
        expect(page.locator(".empty")).to_be_visible()
        axe(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_counter_filters_and_a_number_leads_to_the_application(page, sign_in, people, number, scripts):
    sign_in(page, "chair")
    page.goto("/")
    rows = page.locator("tbody tr")
    everything = rows.count()
    page.locator("a.counter[href='?show=close']").click()
    expect(page.locator("a.counter[aria-current]")).to_have_count(1)
    assert 0 < rows.count() < everything
    page.goto("/richieste/")
    page.locator("input[name=q]").fill(number)
    page.locator("form.filters button").click()
    expect(page).to_have_url(f"{page.url.split('/richieste')[0]}/richieste/{number}/")


def test_a_list_is_saved_as_a_file(page, sign_in, people, number):
    sign_in(page, "administrator")
    page.goto("/scadenze/?window=late")
    with page.expect_download() as started:
        page.get_by_role("link", name="XLSX").click()
    assert started.value.suggested_filename.endswith(".xlsx")
