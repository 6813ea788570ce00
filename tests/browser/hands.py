"""Two hands on a keyboard: every field reached and answered without a mouse, every key counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, TimeoutError

from tests.browser.conftest import PATIENCE

# More stops than any page has: whoever gets there is lost.
LONGEST_WALK = 250
PRESSES = 5

FOCUSED = """() => {
    const here = document.activeElement;
    const name = here.name ?? "";
    const group = here.type === "radio"
        ? [...document.querySelectorAll(`input[type=radio][name="${name}"]`)]
            .filter(one => one.checkVisibility())
        : [];
    const closed = here.tagName === "SUMMARY" && !here.parentElement.open;
    return {
        tag: here.tagName, id: here.id, type: here.type ?? "", name: name, value: here.value ?? "",
        text: here.textContent.trim(), checked: Boolean(here.checked),
        options: here.tagName === "SELECT" ? [...here.options].map(one => one.value) : [],
        group: group.map(one => one.value), at: group.indexOf(here),
        inside: !closed ? []
            : [...here.parentElement.querySelectorAll("[name]")].map(one => [one.name, one.value]),
    };
}"""


@dataclass
class Hands:
    """A person at the keyboard of this page. `keys` pressed, `fields` answered, `pages` sent."""

    page: Page
    keys: int = 0
    fields: int = 0
    pages: int = 0
    stops: list[str] = field(default_factory=list)

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.keys += times

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def here(self) -> dict[str, Any]:
        return self.page.evaluate(FOCUSED)

    def walk_to(self, wanted) -> dict[str, Any]:
        """Tab until `wanted(focused)`; the link that skips the header is taken where it comes first."""
        self.stops = []
        for _ in range(LONGEST_WALK):
            self.press("Tab")
            here = self.here()
            self.stops.append(f"{here['tag']} {here['name'] or here['text'][:30]}")
            if wanted(here):
                return here
            if here["text"] == "Vai al contenuto":
                self.press("Enter")
        raise AssertionError(f"no way there by keyboard; passed {self.stops}")

    def activate(self, label: str) -> None:
        """Press a button or follow a link by its words."""
        self.walk_to(lambda here: here["tag"] in ("BUTTON", "A") and label in here["text"])
        self._send()

    def answer(
        self, answers: Mapping[str, str | list[str]], *, then: str, find: str = "", file: Path | None = None
    ) -> None:
        """Answer every question on the page in the order in which Tab meets them, then press `then`.

        `find` is typed into the filter of the catalogue, `file` chosen where a file is asked for.
        """
        left = {name: value for name, value in answers.items() if value}
        typed: set[str] = set()

        def at_the_end(here: dict[str, Any]) -> bool:
            if here["id"] == "find":
                self.type(find)
            elif here["type"] == "file" and file:
                self._attach(file)
            elif here["tag"] == "SUMMARY" and any(self._wants(left, *one) for one in here["inside"]):
                self.press("Enter")
            elif (
                here["name"] in left
                and here["name"] not in typed
                and self._answered(here, left[here["name"]])
            ):
                typed.add(here["name"])
                self.fields += 1
            return here["tag"] == "BUTTON" and then in here["text"]

        self.walk_to(at_the_end)
        assert typed == set(left), f"never met by Tab: {sorted(set(left) - typed)}; passed {self.stops}"
        self._send()

    def _send(self) -> None:
        with self.page.expect_navigation():
            self.press("Enter")
        self.pages += 1

    def _attach(self, path: Path) -> None:
        """The chooser is the browser's own: on a busy machine it may want a second press, as from us."""
        for _ in range(PRESSES):
            try:
                with self.page.expect_file_chooser(timeout=PATIENCE / PRESSES) as chooser:
                    self.press("Space")
            except TimeoutError:
                continue
            chooser.value.set_files(path)
            self.fields += 1
            return
        raise AssertionError(f"no file chooser; the focus is on {self.here()}")

    def _wants(self, left: Mapping[str, str | list[str]], name: str, value: str) -> bool:
        return name in left and (name != "indication" or left[name] == value)

    def _answered(self, here: dict[str, Any], wanted: str | list[str]) -> bool:
        """Give the answer to the field that has the focus; whether that was all of it."""
        match here["type"]:
            case "radio":
                self._choose(here, str(wanted))
            case "checkbox":
                return self._tick(here, [wanted] if isinstance(wanted, str) else wanted)
            case "select-one":
                options = here["options"]
                self.press("ArrowDown", options.index(wanted) - options.index(here["value"]))
            case _:
                if here["value"]:
                    self.press("Control+A")
                self.type(str(wanted))
        return True

    def _choose(self, here: dict[str, Any], wanted: str) -> None:
        steps = here["group"].index(wanted) - here["at"]
        if steps:
            self.press("ArrowDown" if steps > 0 else "ArrowUp", abs(steps))
        elif not here["checked"]:
            self.press("Space")

    def _tick(self, here: dict[str, Any], wanted: list[str]) -> bool:
        if here["value"] in wanted and not here["checked"]:
            self.press("Space")
        return here["value"] == wanted[-1]
