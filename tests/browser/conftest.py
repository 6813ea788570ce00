"""What browser tests share: a real server, Debian's Chromium, signing in, the accessibility check.

`page` fails its test when the console shows an error or the Content-Security-Policy stops something. It is
1440 wide; `@pytest.mark.parametrize("width", [1440, 390])` changes that, `("scripts", [False])` switches
JavaScript off.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandlerMixin
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from accounts.models import User
from tests.browser.chromium import FLAGS, PATH
from tests.people import people

__all__ = ["people"]

PHONE_WIDTH = 390
PATIENCE = 15_000  # milliseconds; only against hanging, a busy machine takes its time


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


_serve = StaticFilesHandlerMixin.serve


def _serve_to_keep(handler, request):
    """Style sheets, scripts and fonts stay with the browser, as in a hospital: ten requests less a page."""
    answer = _serve(handler, request)
    answer["Cache-Control"] = "max-age=3600"
    return answer


StaticFilesHandlerMixin.serve = _serve_to_keep


# One for all files of this folder; its event loop must end before other tests seal letters in this thread.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Playwright's loop lives in the test's thread, which makes Django think the test is asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=PATH, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def width() -> int:
    return 1440


@pytest.fixture
def scripts() -> bool:
    return True


@pytest.fixture
def complaints() -> list[str]:
    """What the console said; a test that provokes an error looks at it and clears it."""
    return []


@pytest.fixture
def new_page(
    browser: Browser, live_server, width: int, scripts: bool, complaints: list[str]
) -> Iterator[Callable[[], Page]]:
    """Return `new_page()`: each time a browser window with cookies of its own."""
    contexts = []

    def hear(message: ConsoleMessage) -> None:
        # A page that answers 404 or 422 is no fault; a static file that does is.
        is_answer = "the server responded with a status of 4" in message.text
        # Whoever leaves the page while it saves itself cuts that short; what they typed goes with the page.
        is_leaving = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
        is_expected = is_leaving or (is_answer and "/static/" not in message.location["url"])
        if message.type == "error" and not is_expected:
            complaints.append(message.text)

    def open_page() -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=live_server.url, java_script_enabled=scripts
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        opened = context.new_page()
        opened.on("console", hear)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        return opened

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: Callable[[], Page]) -> Page:
    return new_page()


@pytest.fixture
def sign_in(live_server) -> Callable[[Page, str], None]:
    """Return `sign_in(page, "prescriber-w3")`: that person's session, at once."""

    def start(page: Page, username: str) -> None:
        client = Client()
        client.force_login(User.objects.get(username=username))
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
        )

    return start


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Return `axe(page)`: no violation of any rule of axe-core, WCAG 2.2 AA and its good practice."""
    script = Axe().axe_script
    # Half a megabyte is sent once per document, and only what is wrong comes back.
    # No style sheet is fetched again: only an experimental rule, off by default, would read it. Contrast
    # takes three quarters of the time; our colours are the same at every width: wide pages are examined.
    run = """contrast => axe.run(
        {resultTypes: ["violations"], preload: false, rules: {"color-contrast": {enabled: contrast}}}
    ).then(results => results.violations)"""

    def examined(page: Page) -> list[dict[str, Any]]:
        if page.evaluate("typeof axe === 'undefined'"):
            page.evaluate(script)
        is_wide = page.viewport_size is None or page.viewport_size["width"] > PHONE_WIDTH
        found: list[dict[str, Any]] = page.evaluate(run, is_wide)
        return found

    def check(page: Page) -> None:
        try:
            found = examined(page)
        except PlaywrightError:
            # The page was being left, by what was pressed before: the one that comes is meant.
            page.wait_for_load_state("networkidle")
            found = examined(page)
        assert [
            f"{violation['id']}: {node['html'][:200]} — {node['failureSummary'][:300]}"
            for violation in found
            for node in violation["nodes"]
        ] == []

    return check


@pytest.fixture(scope="session")
def no_sideways_scroll() -> Callable[[Page], None]:
    """Return a check at 320 px with the text spacing of WCAG 1.4.12."""

    def check(page: Page) -> None:
        page.set_viewport_size({"width": 320, "height": 800})
        page.evaluate(
            """() => {
                const sheet = new CSSStyleSheet();
                sheet.replaceSync(
                    "* { line-height: 1.5 !important; letter-spacing: .12em !important; }"
                    + " * { word-spacing: .16em !important; } p { margin-bottom: 2em !important; }");
                document.adoptedStyleSheets = [sheet];
            }"""
        )
        wide = page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
                [...document.querySelectorAll("main *, header *, footer *")]
                    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
                    .slice(0, 8).map((element) => element.outerHTML.slice(0, 160))"""
        )
        assert wide == []

    return check
