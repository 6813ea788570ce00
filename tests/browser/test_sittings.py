"""The pages of the sittings as the browser draws them: accessible, fitting, asking before the end."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from approvals import actions as applications
from committee import actions
from tests.approvals.walk import declare, vote
from tests.committee.conftest import Committee


@pytest.fixture
def committee(people, transactional_db) -> Committee:
    call_command("load_catalogue", verbosity=0)
    return Committee(people)


@pytest.fixture
def sittings(committee) -> dict[str, str]:
    """One of each kind, by name: its number."""
    people, chair, now = committee.people, committee.chair, timezone.now
    scheduled = committee.meeting(committee.waits(), committee.waits(), place="Sala riunioni B")
    virtual = committee.virtual(committee.waits())
    actions.open_sitting(virtual.pk, by=chair, at=now())
    closed = committee.opened(committee.waits(), committee.waits())
    committee.heard(closed, closed.items.first())
    vote(people, closed.items.first().application_id, at=now(), chair="approve", member_1="approve")
    vote(people, closed.items.first().application_id, at=now(), member_2="approve")
    applications.approve(closed.items.first().application_id, by=chair, at=now())
    closed = actions.close(closed.pk, by=chair, at=now())
    signed = actions.close(committee.opened().pk, by=chair, at=now())
    actions.sign_minutes(signed.pk, by=chair, at=now())
    cancelled = committee.meeting(begins=now() + timedelta(days=2))
    actions.cancel(cancelled.pk, reason="Sciopero.", by=chair, at=now())
    running = committee.opened(committee.waits(), committee.waits(author="prescriber-w5"), committee.waits())
    committee.heard(running, running.items.first())
    declare(people, running.items.first().application_id, "member-1", at=now())
    committee.waits()
    seat = people["member-3"].memberships.get()
    told = {"from_on": timezone.localdate(), "to_on": timezone.localdate(), "reason": "Ferie."}
    actions.substitute(seat, user=people["head-nicu"], **told, by=chair, at=now())
    return {
        "scheduled": scheduled.number,
        "virtual": virtual.number,
        "closed": closed.number,
        "signed": signed.number,
        "cancelled": cancelled.number,
        "running": running.number,
    }


PAGES = [
    ("chair", "/sedute/"),
    ("chair", "/sedute/nuova/"),
    ("chair", "/sedute/{scheduled}/"),
    ("chair", "/sedute/{running}/"),
    ("chair", "/sedute/{closed}/verbale/"),
    ("chair", "/sedute/{closed}/verbale/firma/"),
    ("chair", "/sedute/sostituti/"),
    ("member-1", "/sedute/{running}/"),
    ("member-1", "/sedute/{virtual}/"),
    ("member-1", "/sedute/{cancelled}/"),
    ("member-1", "/sedute/{signed}/verbale/"),
    ("pharmacist-1", "/sedute/"),
    ("director", "/sedute/sostituti/"),
]


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible_and_fits(page, sign_in, axe, no_sideways_scroll, sittings, width):
    for name, path in PAGES:
        page.set_viewport_size({"width": width, "height": 900})
        sign_in(page, name)
        page.goto(path.format(**sittings))
        expect(page.locator("h1")).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        axe(page)
        if width == 390:
            no_sideways_scroll(page)


def test_empty_pages_are_accessible(page, sign_in, axe, committee):
    for name, path in (("chair", "/sedute/"), ("chair", "/sedute/nuova/"), ("member-1", "/sedute/")):
        sign_in(page, name)
        page.goto(path)
        axe(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_the_chair_convenes_opens_and_closes_a_meeting(page, sign_in, axe, committee, complaints, scripts):
    check = axe if scripts else lambda _page: None  # axe is a script
    application = committee.waits()
    sign_in(page, "chair")
    page.goto("/sedute/")
    page.get_by_role("link", name="Convoca una seduta").click()
    page.get_by_role("button", name="Convoca").click()
    expect(page.locator(".errors")).to_contain_text("Indica quando inizia la riunione")
    check(page)
    complaints.clear()  # the 422
    tomorrow = timezone.localdate() + timedelta(days=1)
    page.locator("#id_begins_on").fill(f"{tomorrow:%d/%m/%Y}")
    page.get_by_role("button", name="Convoca").click()
    expect(page.locator("ol .card")).to_contain_text(application.number)
    page.get_by_role("button", name="Apri la seduta").click()
    expect(page.locator(".errors")).to_contain_text("per aprire la seduta ne servono 3")
    check(page)
    complaints.clear()
    for who in ("Anna Verdi", "Neri Rossi", "Silvia Gatti"):
        page.get_by_role("checkbox", name=who).check()
    page.get_by_role("button", name="Apri la seduta").click()
    page.get_by_role("button", name="Metti in discussione").click()
    expect(page.locator("ol .card")).to_contain_text("In discussione")
    until = timezone.localdate() + timedelta(days=7)
    applications.defer(
        application.pk, reason="Manca l'esame.", until=until, by=committee.chair, at=timezone.now()
    )
    page.reload()
    page.locator("#close button").click()
    if scripts:
        expect(page.locator("#close-dialog")).to_be_visible()
        check(page)
        page.locator("#close-dialog button[name=confirmed]").click()
    else:
        expect(page.locator("h1")).to_contain_text("Chiudere la seduta?")
        check(page)
        page.locator("button[name=confirmed]").click()
    expect(page.locator("h1")).to_contain_text("Verbale")


@pytest.mark.parametrize("width", [390])
def test_a_member_declares_on_a_phone(page, sign_in, axe, committee, complaints, width):
    first, second = committee.waits(), committee.waits()
    sitting = committee.meeting(first, second)
    sign_in(page, "member-1")
    page.goto(f"/sedute/{sitting.number}/")
    conflict = page.get_by_role("group", name=first.number).get_by_label("Ho un conflitto")
    expect(page.locator("textarea:visible")).to_have_count(0)
    conflict.check()
    page.get_by_role("button", name="Nessun conflitto su quelle senza risposta").click()
    expect(page.locator(".errors")).to_be_focused()
    axe(page)
    complaints.clear()
    page.locator("textarea:visible").fill("Consulente del produttore.")
    page.get_by_role("button", name="Dichiara").click()
    expect(page.locator("main")).to_contain_text("Hai dichiarato un conflitto")
    assert first.declarations.get().has_conflict
    assert not second.declarations.get().has_conflict
