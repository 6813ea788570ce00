"""Filling in a form as a person would, by the names of its fields."""

from collections.abc import Mapping

from playwright.sync_api import Page


def fill(page: Page, answers: Mapping[str, str | list[str]]) -> None:
    """Choose, tick or type each answer; a choice in a closed group opens the group first."""
    for name, value in answers.items():
        values = value if isinstance(value, list) else [value]
        for one in filter(None, values):
            choice = page.locator(f'[name="{name}"][value="{one}"]')
            if choice.count():
                if not choice.first.is_visible():
                    choice.first.locator("xpath=ancestor::details/summary").click()
                choice.first.check()
            else:
                page.locator(f'[name="{name}"]').fill(one)
