"""A published edition never changes, whoever asks: here the database is asked in plain SQL."""

import json

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from catalogue.models import Edition, Indication
from tests.catalogue.rows import NOON, draft, published

SUPERSEDE = "UPDATE catalogue_edition SET status = 'superseded', superseded_at = now()"
pytestmark = pytest.mark.django_db


def one_more(table: str, **values: str) -> str:
    """SQL that inserts a second row, a copy of the one that is there but for its keys."""
    changed = json.dumps({"id": 9999, "position": 2, **values})
    return f"INSERT INTO {table} SELECT (jsonb_populate_record(one, '{changed}')).* FROM {table} one"


CHANGES = {
    "edition: text": "UPDATE catalogue_edition SET title = 'Other'",
    "edition: day": "UPDATE catalogue_edition SET effective_on = '2020-01-01'",
    "edition: back to draft": "UPDATE catalogue_edition SET status = 'draft', published_at = NULL",
    "edition: another publication": "UPDATE catalogue_edition SET published_at = now()",
    "edition: superseded with another text": SUPERSEDE + ", title = 'Other'",
    "edition: deleted": "DELETE FROM catalogue_edition",
    "row: changed": "UPDATE catalogue_indication SET dose_max = 5",
    "row: nothing really changed": "UPDATE catalogue_indication SET name_it = name_it",
    "row: deleted": "DELETE FROM catalogue_indication",
    "row: one more": one_more("catalogue_indication", code="IMM-02"),
    "sub-criterion: changed": "UPDATE catalogue_subcriterion SET code = 'two'",
    "sub-criterion: deleted": "DELETE FROM catalogue_subcriterion",
    "sub-criterion: one more": one_more("catalogue_subcriterion", code="two"),
    "therapy: changed": "UPDATE catalogue_referencetherapy SET role = 'criterion'",
    "therapy: deleted": "DELETE FROM catalogue_referencetherapy",
    "therapy: one more": one_more("catalogue_referencetherapy", code="two"),
    "reference: changed": "UPDATE catalogue_reference SET status = 'verified'",
    "reference: deleted": "DELETE FROM catalogue_reference",
    "reference: one more": one_more("catalogue_reference"),
    "everything: truncated": "TRUNCATE catalogue_edition CASCADE",
    "references: truncated": "TRUNCATE catalogue_reference",
}


BELOW = {change for change in CHANGES if not change.startswith("edition") and "truncated" not in change}


def run(sql: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # checks of rows just made are not left pending
        cursor.execute(sql)
        return cursor.rowcount


@pytest.mark.parametrize("change", CHANGES)
def test_a_published_edition_refuses(change: str) -> None:
    published()
    with pytest.raises(IntegrityError, match="catalogue: "):
        run(CHANGES[change])


@pytest.mark.parametrize("change", sorted(BELOW))
def test_a_superseded_edition_refuses(change: str) -> None:
    published()
    assert run(SUPERSEDE) == 1
    with pytest.raises(IntegrityError, match="catalogue: "):
        run(CHANGES[change])


def test_a_superseded_edition_cannot_be_published_again() -> None:
    published()
    run(SUPERSEDE)
    with pytest.raises(IntegrityError, match="edition test-1 is superseded"):
        run("UPDATE catalogue_edition SET status = 'published', superseded_at = NULL")


@pytest.mark.parametrize("change", sorted(BELOW - {"row: deleted"}))  # its children hold on to it
def test_a_draft_accepts(change: str) -> None:
    draft()
    run(CHANGES[change])  # the same SQL that a published edition refuses is sound


def test_a_row_cannot_move_from_a_draft_into_a_published_edition() -> None:
    target = published()
    other = draft("test-2")
    with pytest.raises(IntegrityError, match="edition test-1 is published"):
        run(f"UPDATE catalogue_indication SET edition_id = {target.pk} WHERE edition_id = {other.pk}")


def test_a_row_of_a_draft_cannot_be_hung_below_a_published_row() -> None:
    row = published().indications.get()
    other = draft("test-2").indications.get().references.get()
    with pytest.raises(IntegrityError, match="edition test-1 is published"):
        run(f"UPDATE catalogue_reference SET indication_id = {row.pk} WHERE id = {other.pk}")


def test_an_edition_cannot_be_born_published() -> None:
    with pytest.raises(IntegrityError, match="inserted as a draft"), transaction.atomic():
        Edition.objects.create(
            code="x",
            title="x",
            printed_title="x",
            status="published",
            published_at=NOON,
            effective_on="2026-01-01",
            loaded_at=NOON,
        )


def test_two_editions_cannot_be_published_at_once() -> None:
    published()
    second = draft("test-2")
    second.status, second.published_at = "published", NOON
    with pytest.raises(IntegrityError, match="edition_only_one_published"), transaction.atomic():
        second.save()


def test_only_the_published_edition_is_current() -> None:
    published()
    draft("test-2")
    assert [row.edition.code for row in Indication.objects.current()] == ["test-1"]


@pytest.mark.django_db(transaction=True)
def test_nobody_slips_a_row_in_while_somebody_else_publishes() -> None:
    draft()
    publish = "UPDATE catalogue_edition SET status = 'published', published_at = now()"
    other = connections.create_connection("default")
    try:
        with transaction.atomic():
            run(publish)
            with other.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
                with pytest.raises(OperationalError, match="lock timeout"):
                    cursor.execute(CHANGES["reference: one more"])
        with other.cursor() as cursor, pytest.raises(IntegrityError, match="edition test-1 is published"):
            cursor.execute(CHANGES["reference: one more"])
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_nobody_publishes_while_somebody_else_adds_a_row() -> None:
    draft()
    other = connections.create_connection("default")
    try:
        with transaction.atomic():
            run(CHANGES["reference: one more"])
            with other.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
                with pytest.raises(OperationalError, match="lock timeout"):
                    cursor.execute("UPDATE catalogue_edition SET status = 'published', published_at = now()")
    finally:
        other.close()
