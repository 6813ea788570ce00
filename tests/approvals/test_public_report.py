"""The public report: no small number in it, none to be computed from it; sealed once."""

from datetime import datetime
from io import BytesIO
from itertools import product
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from approvals.reports import public
from approvals.reports.suppressing import Hidden, Published, amount, published
from approvals.workflow import Status
from audit.models import Entry
from documents.models import Document, Kind
from outbox.keeping import keep_next
from outbox.models import Promise
from tests.approvals.walk import rejected, walk
from tests.documents.fixtures import pki, seal_keys, tsa_url

__all__ = ["pki", "seal_keys", "tsa_url"]

MOST = 40  # nobody in these tests counts further


def possible(shown: Published) -> list[tuple[int, ...]]:
    """Every table that somebody who knows the rules may think of, tried one by one."""
    if shown.total is Hidden.SMALL:
        return [cells for cells in product(range(5), repeat=len(shown.cells)) if 1 <= sum(cells) <= 4]
    ranges = []
    for cell in shown.cells:
        match cell:
            case Hidden.SMALL:
                ranges.append(range(1, 5))
            case Hidden.NOT_SHOWN:
                ranges.append(range(5, MOST))
            case number:
                ranges.append([number])
    return [
        cells for cells in product(*ranges) if shown.total is Hidden.NOT_SHOWN or sum(cells) == shown.total
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=4))
@example([3, 9])
@example([4, 4, 7])
@example([1, 1, 20])
@example([1, 5])
@example([2, 5, 6])
@example([4])
@example([0, 3])
def test_whoever_adds_and_subtracts_learns_of_no_small_number_more_than_that_it_is_small(counts):
    shown = published(counts)
    tables = possible(shown)
    assert tuple(counts) in tables
    for place, cell in enumerate(shown.cells):
        if 0 < counts[place] < 5:
            assert not isinstance(cell, int)
        if cell is Hidden.SMALL:
            assert {table[place] for table in tables} == {1, 2, 3, 4}
        if cell is Hidden.NOT_SHOWN:
            assert len({table[place] for table in tables}) > 1


def test_what_is_large_is_shown_and_zero_too():
    assert published([30, 0, 12]) == Published([30, 0, 12], 42)
    assert published([30, 3, 12]) == Published([30, Hidden.SMALL, Hidden.NOT_SHOWN], 45)
    assert published([2, 1]).total is Hidden.SMALL
    assert published([0, 0]) == Published([0, 0], 0)
    assert amount(155, 4) is Hidden.NOT_SHOWN
    assert (amount(155, 5), amount(0, 0)) == (155, 0)


@pytest.fixture
def year(people, catalogue) -> int:
    """Of 2025: six authorised, one refused, in two areas."""
    at = datetime(2025, 3, 1, 9, tzinfo=ZoneInfo("Europe/Rome"))
    for person in range(6):
        walk(people, Status.APPROVED, at=at, person=person)
    rejected(people, at=at, person=6, code="NEU-01")
    return 2025


@pytest.fixture
def ask(client, people, year):
    def post(name: str, status: int = 302, year: int = year):
        client.force_login(people[name])
        answer = client.post(f"/rapporti/{year}/pubblico/")
        assert answer.status_code == status
        return answer

    return post


@pytest.mark.django_db
def test_the_tables_hide_the_one_refusal_everywhere(people, year):
    hospital = people["director"].memberships.get().unit.hospital_id
    tables = {one.title: dict(one.rows) for one in public.tables(hospital, year, today=timezone.localdate())}
    shown = list(tables.values())
    assert "<5" in shown[0].values() and "<5" in shown[1].values()
    assert not any("R03" in name for rows in shown for name in rows)
    for rows in shown[:2]:
        # Seven in all, of which one is small: what is left of seven would say which.
        assert set(rows.values()) <= {"<5", "–", "0"}


@pytest.mark.django_db
def test_it_is_sealed_once_and_holds_no_patient(client, people, year, ask, seal_keys):
    ask("director")
    ask("administrator")
    assert Promise.objects.filter(job="issue_report").count() == 1
    while keep_next(at=timezone.now()):
        pass
    document = Document.objects.get(kind=Kind.REPORT)
    assert document.is_filed
    answer = client.get(f"/rapporti/{year}/pubblico/pdf/")
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        told = pdf.attachments["decision.json"].get_file().read_bytes().decode()
    assert '"year": 2025' in told or '"year":2025' in told
    assert "Inventat" not in told and "Fittiz" not in told
    page = client.get(f"/rapporti/{year}/pubblico/").content.decode()
    assert document.number in page
    assert Entry.objects.filter(action="report_asked").count() == 1


@pytest.mark.django_db
def test_only_of_a_year_that_is_over_and_only_by_who_publishes(client, people, year, ask):
    ask("director", year=timezone.localdate().year)
    assert not Promise.objects.filter(job="issue_report").exists()
    for name in ("pharmacist-1", "prescriber-w3", "chair", "auditor"):
        ask(name, 404)
    ask("director", 404, year=timezone.localdate().year + 1)
    client.force_login(people["director"])
    assert client.get(f"/rapporti/{year}/pubblico/pdf/").status_code == 404
