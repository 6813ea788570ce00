"""The people pages in the browser: accessible at both widths; the working role is changed by keyboard."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import ClaimsStop
from staff.demo import make_roles
from tests.people import people

__all__ = ["people"]
PAGES = [
    "/persone/?state=all",
    "/persone/{head}/",
    "/persone/{head}/dati/",
    "/persone/revisione/?all=1",
    "/persone/proposte/",
    "/deleghe/",
]


def test_every_page_is_accessible_fits_and_the_role_is_changed_by_keyboard(
    page, sign_in, axe, no_sideways_scroll, people
):
    make_roles(people, "!", now=timezone.now())
    hospital = people["chair"].memberships.get().unit.hospital
    ClaimsStop.objects.create(hospital=hospital, people=9, stopped_at=timezone.now() - timedelta(hours=1))
    sign_in(page, "administrator")
    for path in PAGES:
        for width in (1440, 390) if "{" not in path else (390,):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path.format(head=people["head-w3"].pk))
            expect(page.locator("h1")).to_be_visible()
            for one in page.locator("main details").all():
                one.evaluate("box => box.open = true")
            axe(page)
            if width == 390:
                no_sideways_scroll(page)
    sign_in(page, "head-w3")
    page.goto("/profilo/")
    no_sideways_scroll(page)
    chooser = page.get_by_label("Ruolo con cui lavori")
    chooser.focus()
    chooser.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_contain_text("Ora lavori come: Direttore di unità operativa.")
    expect(page.get_by_label("Ruolo con cui lavori")).to_have_value("head_of_unit")
    axe(page)
