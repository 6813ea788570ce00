"""Filling in a form as a person would, by the names of its fields."""

from collections.abc import Mapping

from playwright.sync_api import Page, expect

from approvals.demo_consent import NAME, consent


def fill(page: Page, answers: Mapping[str, str | list[str]]) -> None:
    """Choose, tick or type each answer; a choice in a closed group opens the group first."""
    page.locator(f'[name="{next(iter(answers))}"]').first.wait_for(state="attached")
    page.wait_for_load_state()  # typed before the scripts listen, a text is not saved by itself
    for name, value in answers.items():
        values = value if isinstance(value, list) else [value]
        for one in filter(None, values):
            page.locator(f'[name="{name}"]').first.wait_for(state="attached")  # count() would not wait
            choices = ":is([type=radio], [type=checkbox])"  # a text may hold the same value already
            choice = page.locator(f'{choices}[name="{name}"][value="{one}"]')
            if choice.count():
                if not choice.first.is_visible():
                    choice.first.locator("xpath=ancestor::details/summary").click()
                choice.first.check()
            elif page.locator(f'select[name="{name}"]').count():
                page.locator(f'select[name="{name}"]').select_option(one)
            else:
                page.locator(f'[name="{name}"]').fill(one)


def attach_consent(page: Page) -> None:
    """On the page of the consent, before its questions: attaching leaves the page."""
    page.locator("#id_attachment_kind").select_option("consent")
    page.locator("#id_attachment_file").set_input_files(
        {"name": NAME, "mimeType": "application/pdf", "buffer": consent()}
    )
    page.get_by_role("button", name="Allega", exact=True).click()
    expect(page.locator("#attachments")).to_contain_text(NAME)
