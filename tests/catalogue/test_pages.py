"""The catalogue's pages, as anybody signed in reads them."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from catalogue import loading
from catalogue.management.commands.load_catalogue import PATH
from catalogue.models import Edition, Indication
from tests.catalogue.rows import NOON, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> None:
    loading.load(json.loads(PATH.read_text(encoding="utf-8")), by=None, at=NOON)


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(User.objects.create_user(username="prescriber-w3"))
    return client


def text_of(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nobody_reads_the_catalogue_without_signing_in(client: Client, rows: None) -> None:
    for path in ("/catalogo/", "/catalogo/2025-2/IMM-01/"):
        assert client.get(path).headers["Location"] == f"{reverse('sign-in')}?next={path}"


def test_the_catalogue_lists_every_row_under_its_area(reader: Client, rows: None) -> None:
    page = text_of(reader, "/catalogo/")
    assert page.count('<section class="card"') == 8  # seven headings, and what stands outside
    for row in Indication.objects.current():
        assert f'href="/catalogo/2025-2/{row.code}/"' in page


def test_the_filter_works_as_a_plain_page_and_keeps_what_was_typed(reader: Client, rows: None) -> None:
    page = text_of(reader, "/catalogo/?q=nmosd")
    assert page.count("<li><div><a href=") == 2
    assert 'value="nmosd"' in page
    assert "<title>" in page


def test_the_live_filter_answers_the_rows_and_the_count(reader: Client, rows: None) -> None:
    part = text_of(reader, "/catalogo/?q=uveite", **{"HX-Request": "true"})
    assert "<title>" not in part
    assert part.count("<li><div><a href=") == 1
    count = part.split('hx-swap-oob="innerHTML:#found">')[1]
    assert count.split("<")[0].strip().startswith("1 ")


def test_a_filter_without_a_result_says_so_and_shows_the_way_back(reader: Client, rows: None) -> None:
    page = text_of(reader, "/catalogo/?q=<script>")
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert 'class="empty"' in page


def test_an_empty_catalogue_says_so(reader: Client) -> None:
    assert 'class="empty"' in text_of(reader, "/catalogo/")


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_row_has_a_page_with_printed_text_reading_notes_and_references(
    reader: Client, rows: None, language: str
) -> None:
    reader.cookies["django_language"] = language
    for row in Indication.objects.with_everything():
        with translation.override(language):
            expected = [
                row.printed_condition,
                row.printed_schedule,
                row.printed_reference_therapies,
                row.name,
            ]
            expected += row.notes
            for reference in row.references.all():
                expected += [reference.printed, reference.note, reference.get_status_display()]
            expected += [therapy.name for therapy in row.reference_therapies.all()]
            expected += [use.name for use in row.sub_criteria.all()]
            expected += [typo["probably"] for typo in row.suspected_typos]
        page = " ".join(text_of(reader, row.get_absolute_url()).split())
        for text in expected:
            assert escaped(text) in page, (row.code, text)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("'", "&#x27;")


def test_a_row_that_is_not_there_is_not_found(reader: Client, rows: None) -> None:
    for path in ("/catalogo/2025-2/XXX-01/", "/catalogo/1999-1/IMM-01/"):
        assert reader.get(path).status_code == 404


def test_a_row_of_an_edition_not_in_force_says_so(reader: Client, rows: None) -> None:
    draft()
    assert "notice-warning" in text_of(reader, "/catalogo/test-1/IMM-01/")
    assert "notice-warning" not in text_of(reader, "/catalogo/2025-2/IMM-01/")
    loading.publish(Edition.objects.get(code="test-1"), by=None, at=NOON)
    assert "notice-warning" in text_of(reader, "/catalogo/2025-2/IMM-01/")


def test_pages_read_the_database_a_fixed_number_of_times(
    reader: Client, rows: None, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        text_of(reader, "/catalogo/")
