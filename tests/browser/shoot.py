"""Pictures of pages, to look at: every path as that demo account, at that width, into /tmp/shots.

DEMO=1 … a server is running …
.venv/bin/python -m tests.browser.shoot --as prescriber-w3 --width 390 / /catalogue/
.venv/bin/python -m tests.browser.shoot --at http://127.0.0.1:8001 /accedi/      (nobody)
"""

import argparse
import re
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import FLAGS, PATH


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--as", dest="username", default="")
    parser.add_argument("--width", type=int, nargs="+", default=[1440, 390])
    parser.add_argument("--at", default="http://127.0.0.1:8000")
    parser.add_argument("--to", type=Path, default=Path("/tmp/shots"))
    asked = parser.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=PATH, args=FLAGS)
        context = chromium.new_context(base_url=asked.at)
        page = context.new_page()
        page.on("console", lambda message: print(f"console {message.type}: {message.text}"))
        if asked.username:
            page.goto("/accedi/?next=/profilo/")
            page.locator(f'form[action="/accedi/{asked.username}/"] button').click()
        for path in asked.paths:
            for width in asked.width:
                page.set_viewport_size({"width": width, "height": 900})
                answer = page.goto(path)
                name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"
                file = asked.to / "-".join(filter(None, [name, asked.username, str(width)]))
                page.screenshot(path=file.with_suffix(".png"), full_page=True)
                print(answer.status if answer else "?", file.with_suffix(".png"))
        chromium.close()


if __name__ == "__main__":
    main()
