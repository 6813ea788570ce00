"""The people of the story, each at a browser of their own, and what is kept of what they did there."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.people import PASSWORD

PHONE = {"width": 390, "height": 900}


class Cast:
    """`cast["chair"]` is that person's window, signed in with the password at its first use; `cast["anyone"]`
    is somebody who has no account.

    With `sign_in` they are signed in at once. Their pages are looked at as wide as they are: narrow for those
    in `phones`. Each page in both widths is for its own test.
    """

    def __init__(
        self,
        new_page: Callable[[], Page],
        axe: Callable[[Page], None] | None,
        *,
        sign_in: Callable[[Page, str], None] | None = None,
        phones: tuple[str, ...] = (),
    ) -> None:
        self.new_page, self.axe, self.sign_in, self.phones = new_page, axe, sign_in, phones
        self.windows: dict[str, Page] = {}
        self.addresses: list[str] = []

    def __getitem__(self, username: str) -> Page:
        if username not in self.windows:
            page = self.windows[username] = self.new_page()
            page.on("request", lambda request: self.addresses.append(request.url))
            if username in self.phones:
                page.set_viewport_size(PHONE)
            if username != "anyone":
                (self.sign_in or sign_in_by_hand)(page, username)
        return self.windows[username]

    def look(self, page: Page) -> None:
        """The page as it stands is clean for axe and does not scroll sideways."""
        if self.axe is None:
            return
        self.axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def sign_in_by_hand(page: Page, username: str) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile("/accedi/"))
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Accedi", exact=True).click()
    expect(page.get_by_role("button", name="Esci")).to_be_visible()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def told(page: Page, words: str) -> None:
    """What the page says after something was done."""
    expect(page.get_by_role("status").first).to_contain_text(words)
