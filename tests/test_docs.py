"""What the documents name is there: code, tests and folders, as they are called today."""

import re
from pathlib import Path

import pytest
from django.conf import settings

PATH = re.compile(r"`((?:[a-z_]+/)+(?:[a-z_0-9]+\.(?:py|md|yaml))?)`")
PAGES = ("README.md", "SECURITY.md", "docs/privacy.md", "docs/operations.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_path_that_a_document_names_exists(page):
    named = set(PATH.findall(Path(settings.BASE_DIR, page).read_text()))
    assert named
    # Where one starts reading, its own folders are named without it.
    places = [Path(settings.BASE_DIR), Path(settings.BASE_DIR, "approvals")]
    missing = {path for path in named if not any((place / path).exists() for place in places)}
    assert missing - MADE_LATER == set()


# Made by the first start.
MADE_LATER = {"var/"}
