"""Tables 1 and 2 may come later: an invented edition with other priorities, from its file to the pages."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from approvals import drafts
from catalogue import loading
from catalogue.models import Indication
from catalogue.publishing import publish
from tests.catalogue.rows import NOON
from tests.people import people

__all__ = ["people"]
pytestmark = pytest.mark.django_db
FILE = Path(__file__).parent / "data" / "other-priorities.json"


@pytest.fixture
def reader(client: Client, people: dict[str, User]) -> Client:
    """A prescriber, where the invented edition came after the real one and is in force."""
    loading.load(loading.read(Path(loading.__file__).parent / "data/2025-2.json"), by=None, at=NOON)
    loaded = loading.load(loading.read(FILE), by=people["pharmacist-1"], at=NOON)
    publish(loaded.edition, by=people["chair"], at=NOON)
    client.force_login(people["prescriber-w3"])
    return client


def codes(page: str) -> list[str]:
    return re.findall(r'href="/catalogo/test-2099/([A-Z]{3}-\d\d)/"', page)


def test_an_area_stands_once_and_the_higher_priority_first(reader: Client) -> None:
    page = reader.get("/catalogo/").content.decode()
    assert codes(page) == ["IMM-91", "IMM-92", "IMM-01", "NEU-91"]
    assert page.count('<section class="card"') == 2


def test_a_row_carries_its_priority(reader: Client) -> None:
    rows = {row.code: row for row in Indication.objects.current()}
    page = reader.get("/catalogo/").content.decode()
    assert page.count(f">{rows['IMM-91'].get_priority_display()}</span>") == 2
    assert page.count(f">{rows['IMM-92'].get_priority_display()}</span>") == 1


def test_the_catalogue_is_filtered_by_priority(reader: Client) -> None:
    assert codes(reader.get("/catalogo/?priority=high").content.decode()) == ["IMM-91", "NEU-91"]
    assert codes(reader.get("/catalogo/?priority=high&q=beta").content.decode()) == ["NEU-91"]
    assert len(codes(reader.get("/catalogo/?priority=none").content.decode())) == 4


def test_a_catalogue_of_one_priority_offers_no_filter(client: Client, people: dict[str, User]) -> None:
    loading.load(loading.read(Path(loading.__file__).parent / "data/2025-2.json"), by=None, at=NOON)
    client.force_login(people["prescriber-w3"])
    assert 'name="priority"' not in client.get("/catalogo/").content.decode()


def test_the_picker_of_the_form_shows_each_area_once_with_the_priorities(
    reader: Client, people: dict[str, User]
) -> None:
    author = people["prescriber-w3"]
    unit = author.memberships.get(role="prescriber").unit
    draft = drafts.start(by=author, unit=unit, at=NOON)
    page = reader.get(reverse("section", args=[draft.pk, "indication"])).content.decode()
    assert re.findall(r'name="indication" value="([A-Z]{3}-\d\d)"', page) == [
        "IMM-91",
        "IMM-92",
        "IMM-01",
        "NEU-91",
    ]
    assert page.count("<summary>") == 2
    high = Indication.objects.current().get(code="IMM-91").get_priority_display()
    assert page.count(high) >= 2
    assert 'data-terms="' in page and "MIA" in page  # found by its acronym too
