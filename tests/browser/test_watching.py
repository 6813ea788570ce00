"""Deadlines, radar, calendar and reports in the browser: accessible at both widths, used by hand."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from approvals import actions
from approvals.workflow import Status
from outbox.models import Promise
from tests.approvals.walk import MET, judged, rejected, walk
from treatments.models import Authorisation

REPORT = "/rapporti/?period=days&since=2020-01-01&until=2030-12-31"
PAGES = [
    "/scadenze/",
    "/scadenze/?print=1&window=late",
    "/scadenze/ferme/",
    "/scadenze/ferme/?which=stopped",
    "/scadenze/{number}/passaggio/",
    "/profilo/calendario/",
    "/rapporti/?period=days",
    REPORT,
    "/rapporti/2024/pubblico/",
]


@pytest.fixture
def number(people, transactional_db) -> str:
    """Something in every list and in most of the tables; the number of one that is overdue and silent."""
    call_command("load_catalogue", verbosity=0)
    at = timezone.now() - timedelta(days=150)
    rejected(people, at=at, person=1)
    good = walk(people, Status.APPROVED, at=at, person=2, code="NEU-01")
    actions.reassess(good.pk, outcome=judged(MET), by=people["prescriber-w3"], at=at + timedelta(days=80))
    late = walk(people, Status.APPROVED, at=at, person=3)
    Authorisation.objects.filter(application=late).update(due_on=timezone.localdate() - timedelta(days=9))
    return str(late.number)


def test_every_page_is_accessible_fits_and_does_what_it_says(
    page, sign_in, axe, no_sideways_scroll, people, number
):
    sign_in(page, "administrator")
    for path in PAGES:
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path.format(number=number))
            expect(page.locator("h1")).to_be_visible()
            for one in page.locator("main details").all():
                one.evaluate("box => box.open = true")
            axe(page)
            if width == 390:
                no_sideways_scroll(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/scadenze/?window=late")
    page.get_by_role("button", name="Invia un promemoria").click()
    expect(page.locator(".notice-success")).to_contain_text(number)
    assert page.url.endswith("/scadenze/?window=late")
    assert Promise.objects.filter(job="remind_by_hand").count() == 1
    page.goto("/profilo/calendario/")
    page.get_by_role("button", name="Crea l'indirizzo").click()
    address = page.get_by_label("Indirizzo del calendario").input_value()
    assert address.endswith(".ics")
    axe(page)
    sign_in(page, "pharmacist-1")
    page.goto(REPORT)
    page.locator("#t-refusals ~ details summary").click()
    page.get_by_role("link", name="R03").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    axe(page)
