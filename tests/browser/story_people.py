"""The people of the story, each at a browser of their own, and what is kept of what they did there."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.people import PASSWORD


class Cast:
    """`cast["chair"]` is that person's window, signed in with the password at its first use; `cast["anyone"]`
    is somebody who has no account.
    """

    def __init__(self, new_page: Callable[[], Page], axe: Callable[[Page], None] | None) -> None:
        self.new_page, self.axe = new_page, axe
        self.windows: dict[str, Page] = {}
        self.addresses: list[str] = []

    def __getitem__(self, username: str) -> Page:
        if username not in self.windows:
            page = self.windows[username] = self.new_page()
            page.on("request", lambda request: self.addresses.append(request.url))
            if username != "anyone":
                self._sign_in(page, username)
        return self.windows[username]

    def _sign_in(self, page: Page, username: str) -> None:
        page.goto("/")
        expect(page).to_have_url(re.compile("/accedi/"))
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Accedi", exact=True).click()
        expect(page.get_by_role("button", name="Esci")).to_be_visible()

    def look(self, page: Page) -> None:
        """The page as it stands is clean for axe, wide and narrow, and does not scroll sideways."""
        if self.axe is None:
            return
        self.axe(page)
        size = page.viewport_size
        page.set_viewport_size({"width": 390, "height": 900})
        self.axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        page.set_viewport_size(size)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def told(page: Page, words: str) -> None:
    """What the page says after something was done."""
    expect(page.get_by_role("status").first).to_contain_text(words)
