"""Whoever tampers past the triggers is found, and the place is said."""

import io
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.canonical import digest
from audit.models import Entry
from audit.trail import record
from audit.verification import Fault, verify, verify_all

AT = datetime(2026, 1, 1, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def trail(db):
    for chain in ("application:1", "application:2"):
        for number in range(1, 6):
            record(chain, "save", by=None, at=AT, data={"number": number})


@contextmanager
def superuser():
    """Somebody who may switch the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("audit_entry", "audit_head"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table in ("audit_entry", "audit_head"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def found(chain="application:1"):
    return [(finding.sequence, finding.fault) for finding in verify(chain)]


def test_an_untouched_trail_holds():
    assert list(verify_all()) == []


@pytest.mark.parametrize(
    "change",
    [
        "data = '{\"number\": 9}'",
        "at = at + interval '1 microsecond'",
        "action = 'approve'",
        "id = id + 1000",
        "hash = repeat('a', 64)",
        "previous_hash = repeat('a', 64)",
    ],
)
def test_a_changed_entry_is_found(change):
    with superuser() as cursor:
        cursor.execute(f"UPDATE audit_entry SET {change} WHERE chain = 'application:1' AND sequence = 3")
    assert (3, Fault.CHANGED) in found()
    assert found("application:2") == []


def test_another_actor_is_found(django_user_model):
    other = django_user_model.objects.create_user("prescriber-w5")
    with superuser() as cursor:
        cursor.execute(
            "UPDATE audit_entry SET actor_id = %s WHERE chain = 'application:1' AND sequence = 3", [other.pk]
        )
    assert found() == [(3, Fault.CHANGED)]


def test_a_changed_entry_whose_own_hash_was_made_good_breaks_the_next_one():
    entry = Entry.objects.get(chain="application:1", sequence=3)
    data = {"number": 9}
    forged = digest(entry.previous_hash, entry.pk, entry.chain, 3, entry.at, None, entry.action, data)
    with superuser() as cursor:
        cursor.execute(
            "UPDATE audit_entry SET data = '{\"number\": 9}', hash = %s WHERE id = %s", [forged, entry.pk]
        )
    assert found() == [(4, Fault.INSERTED)]


def test_a_removed_entry_is_found():
    with superuser() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE chain = 'application:1' AND sequence = 3")
    assert found() == [(4, Fault.REMOVED)]


def test_removed_and_renumbered_is_found():
    with superuser() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE chain = 'application:1' AND sequence = 3")
        cursor.execute("UPDATE audit_entry SET sequence = 3 WHERE chain = 'application:1' AND sequence = 4")
    assert (3, Fault.CHANGED) in found()


@pytest.mark.parametrize(("kept", "last"), [(3, 3), (0, 0)])
def test_a_chain_cut_at_its_end_is_found(kept, last):
    with superuser() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE chain = 'application:1' AND sequence > %s", [kept])
    assert found() == [(last, Fault.REMOVED)]
    assert [(finding.chain, finding.fault) for finding in verify_all()] == [("application:1", Fault.REMOVED)]


def test_a_removed_head_is_found():
    with superuser() as cursor:
        cursor.execute("DELETE FROM audit_head WHERE chain = 'application:1'")
    assert found() == [(5, Fault.HEAD)]


def test_an_inserted_entry_is_found():
    with superuser() as cursor:
        cursor.execute(
            """INSERT INTO audit_entry (chain, sequence, at, action, data, previous_hash, hash)
               VALUES ('application:1', 6, %s, 'approve', '{}', repeat('b', 64), repeat('c', 64))""",
            [AT],
        )
    assert (6, Fault.INSERTED) in found()


def test_a_second_entry_of_the_same_number_is_found():
    with superuser() as cursor:
        cursor.execute("ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_sequence_once")
        cursor.execute(
            """INSERT INTO audit_entry (chain, sequence, at, action, data, previous_hash, hash)
               SELECT chain, sequence, at, action, data, previous_hash, hash FROM audit_entry
               WHERE chain = 'application:1' AND sequence = 2"""
        )
    assert (2, Fault.INSERTED) in found()


def test_reordered_entries_are_found():
    with superuser() as cursor:
        cursor.execute(
            """UPDATE audit_entry SET sequence = CASE sequence WHEN 2 THEN 1003 ELSE 1002 END
               WHERE chain = 'application:1' AND sequence IN (2, 3)"""
        )
        cursor.execute("UPDATE audit_entry SET sequence = sequence - 1000 WHERE sequence > 1000")
    assert (2, Fault.REORDERED) in found()
    assert (3, Fault.REORDERED) in found()


def test_an_entry_moved_to_another_chain_is_found():
    with superuser() as cursor:
        cursor.execute(
            """UPDATE audit_entry SET chain = 'application:2', sequence = 6
               WHERE chain = 'application:1' AND sequence = 5"""
        )
    assert found() == [(4, Fault.REMOVED)]
    assert (6, Fault.CHANGED) in found("application:2")


def test_the_command_says_where_and_fails():
    out = io.StringIO()
    call_command("verify_trail", stdout=out)
    assert "10 entries in 2 chains" in out.getvalue()

    with superuser() as cursor:
        cursor.execute(
            "UPDATE audit_entry SET action = 'approve' WHERE chain = 'application:1' AND sequence = 3"
        )
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 findings"):
        call_command("verify_trail", stdout=out)
    assert "application:1 · entry 3 · changed" in out.getvalue()
