"""Anchors record once a day where every chain ends: a trail rewritten by whoever may do anything is found."""

import io
import json
import threading
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from audit.anchors import anchor
from audit.canonical import digest
from audit.findings import Fault
from audit.models import Anchor, AnchoredHead, Entry, Head
from audit.trail import record
from audit.verification import verify, verify_all

AT = datetime(2026, 1, 1, 8, tzinfo=UTC)
DAY = date(2026, 1, 1)


def write(chain, *numbers, at=AT):
    for number in numbers:
        record(chain, "save", by=None, at=at, data={"number": number})


def anchored(days=0):
    return anchor(DAY + timedelta(days=days), at=AT + timedelta(days=days))


@pytest.fixture
def trail(db):
    """Two chains of five entries; three of each were there at the first anchor."""
    for chain in ("application:1", "application:2"):
        write(chain, 1, 2, 3)
    anchored()
    for chain in ("application:1", "application:2"):
        write(chain, 4, 5)
    anchored(1)


@contextmanager
def superuser():
    """Somebody whom no trigger stops."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def found():
    return [(finding.chain, finding.sequence, finding.fault) for finding in verify_all()]


def rewrite(chain, begins, cursor):
    """From that entry to the end with other data, every hash and the head made good."""
    previous = Entry.objects.filter(chain=chain, sequence=begins - 1).values_list("hash", flat=True).first()
    previous = previous or "0" * 64
    for entry in Entry.objects.filter(chain=chain, sequence__gte=begins).order_by("sequence"):
        data = {"number": 99}
        made = digest(previous, entry.pk, chain, entry.sequence, entry.at, entry.actor_id, entry.action, data)
        cursor.execute(
            "UPDATE audit_entry SET data = %s, previous_hash = %s, hash = %s WHERE id = %s",
            [json.dumps(data), previous, made, entry.pk],
        )
        previous = made
    cursor.execute("UPDATE audit_head SET hash = %s WHERE chain = %s", [previous, chain])


def test_an_anchor_records_each_chain_that_has_grown_and_no_other(trail):
    write("application:1", 6)
    assert anchored(2) == 3
    last = Anchor.objects.get(number=3)
    assert (last.chains, last.entries, last.moved) == (2, 11, 1)
    assert list(last.heads.values_list("chain", "sequence", "hash")) == [
        ("application:1", 6, Head.objects.get(chain="application:1").hash)
    ]
    assert last.previous_hash == Anchor.objects.get(number=2).hash
    assert found() == []


def test_a_day_has_one_anchor_and_one_without_entries_has_one_too(trail):
    assert anchored(1) is None
    assert anchored(2) == 3
    assert Anchor.objects.get(number=3).moved == 0
    assert found() == []


def test_the_very_first_anchor_of_an_empty_trail_holds(db):
    assert anchored() == 1
    assert found() == []


def test_a_rewritten_end_is_found_at_the_anchored_entries_and_says_after_which(trail):
    with superuser() as cursor:
        rewrite("application:1", 4, cursor)
    assert verify_chain_alone("application:1") == []
    (finding,) = verify("application:1")
    assert (finding.chain, finding.sequence, finding.fault) == ("application:1", 5, Fault.REWRITTEN)
    assert "anchor 2" in finding.sentence and "after 3" in finding.sentence
    assert found() == [("application:1", 5, Fault.REWRITTEN)]


def verify_chain_alone(chain):
    """What the hashes of the chain say without anchors."""
    return [finding for finding in verify(chain) if "anchor" not in finding.sentence]


def test_a_chain_rewritten_from_its_first_entry_fails_at_each_anchor(trail):
    with superuser() as cursor:
        rewrite("application:2", 1, cursor)
    assert found() == [("application:2", 3, Fault.REWRITTEN), ("application:2", 5, Fault.REWRITTEN)]


def test_a_whole_chain_that_is_gone_is_found(trail):
    with superuser() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE chain = 'application:1'")
        cursor.execute("DELETE FROM audit_head WHERE chain = 'application:1'")
    assert found() == [("application:1", 3, Fault.REMOVED), ("application:1", 5, Fault.REMOVED)]


def test_a_chain_cut_short_together_with_its_head_is_found(trail):
    with superuser() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE chain = 'application:1' AND sequence > 4")
        cursor.execute(
            """UPDATE audit_head SET sequence = 4, hash = (SELECT hash FROM audit_entry
               WHERE chain = 'application:1' AND sequence = 4) WHERE chain = 'application:1'"""
        )
    assert found() == [("application:1", 5, Fault.REMOVED)]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE audit_entry SET action = 'vote' WHERE {third}", (3, Fault.CHANGED)),
        ("DELETE FROM audit_entry WHERE {third}", (4, Fault.REMOVED)),
        ("UPDATE audit_entry SET sequence = 9 WHERE {third}", (4, Fault.REMOVED)),
        (
            "INSERT INTO audit_entry (chain, sequence, at, action, data, previous_hash, hash) SELECT"
            " chain, 6, at, action, data, repeat('b', 64), repeat('c', 64) FROM audit_entry WHERE {third}",
            (6, Fault.INSERTED),
        ),
    ],
)
def test_what_the_chain_shows_by_itself_is_found_as_before(trail, statement, expected):
    with superuser() as cursor:
        cursor.execute(statement.format(third="chain = 'application:1' AND sequence = 3"))
    assert ("application:1", *expected) in found()
    assert {chain for chain, _sequence, _fault in found()} == {"application:1"}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE audit_anchor SET entries = 9 WHERE number = 1", (1, Fault.CHANGED)),
        ("UPDATE audit_anchor SET day = '2025-12-31' WHERE number = 1", (1, Fault.CHANGED)),
        ("UPDATE audit_anchor SET hash = repeat('a', 64) WHERE number = 1", (2, Fault.REWRITTEN)),
        ("DELETE FROM audit_anchor WHERE number = 1", (2, Fault.REMOVED)),
        (
            "DELETE FROM audit_anchoredhead WHERE anchor_id = 2 AND chain = 'application:1'",
            (2, Fault.CHANGED),
        ),
        ("UPDATE audit_anchoredhead SET hash = repeat('a', 64) WHERE anchor_id = 2", (2, Fault.CHANGED)),
        ("DELETE FROM audit_anchor WHERE number = 2", (2, Fault.REMOVED)),
    ],
)
def test_an_anchor_that_was_tampered_with_is_found(trail, statement, expected):
    with superuser() as cursor:
        cursor.execute(statement)
    assert ("anchors", *expected) in found()


def test_a_recorded_head_made_to_fit_a_rewritten_chain_breaks_its_anchor(trail):
    with superuser() as cursor:
        rewrite("application:1", 4, cursor)
        cursor.execute(
            """UPDATE audit_anchoredhead a SET hash = e.hash FROM audit_entry e
               WHERE e.chain = a.chain AND e.sequence = a.sequence"""
        )
    assert found() == [("anchors", 2, Fault.CHANGED)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_anchor SET entries = 9",
        "DELETE FROM audit_anchor",
        "UPDATE audit_anchoredhead SET hash = ''",
        "INSERT INTO audit_anchoredhead (chain, sequence, hash, anchor_id) VALUES ('a:1', 1, '', 1)",
        "DELETE FROM audit_anchoredhead",
        "TRUNCATE audit_anchor, audit_anchoredhead",
    ],
)
def test_the_database_refuses_to_change_an_anchor(trail, statement):
    connection.check_constraints()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_whatever_is_inserted_an_anchor_holds_what_the_heads_are(trail):
    Anchor.objects.create(
        number=77, day=date(2026, 2, 1), at=AT, chains=9, entries=9, moved=9, heads_hash="x", hash="x"
    )
    assert Anchor.objects.get(day=date(2026, 2, 1)).number == 3
    assert found() == []


def test_since_a_day_only_what_came_later_is_read(trail):
    assert list(verify_all(since=DAY + timedelta(days=1))) == []
    with superuser() as cursor:
        cursor.execute("UPDATE audit_entry SET action = 'vote' WHERE sequence = 2")
    assert list(verify_all(since=DAY + timedelta(days=1))) == []
    with superuser() as cursor:
        cursor.execute(
            "UPDATE audit_entry SET action = 'vote' WHERE sequence = 4 AND chain = 'application:2'"
        )
    later = [(f.chain, f.sequence, f.fault) for f in verify_all(since=DAY + timedelta(days=1))]
    assert later == [("application:2", 4, Fault.CHANGED)]


@pytest.mark.django_db(transaction=True)
def test_of_two_sweepers_at_once_one_makes_the_anchor():
    def sweep():
        try:
            barrier.wait()
            made.append(anchored())
        finally:
            connection.close()

    write("application:1", 1, 2)
    barrier, made = threading.Barrier(4), []
    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made, key=str) == [1, None, None, None]
    assert AnchoredHead.objects.count() == 1
    assert found() == []


def told(*arguments, **options):
    out = io.StringIO()
    try:
        call_command("verify_trail", *arguments, stdout=out, **options)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


def test_the_command_counts_anchors_and_answers_in_json_with_the_place(trail):
    assert told() == (0, "The trail holds: 10 entries in 2 chains, 2 anchors.\n")
    with superuser() as cursor:
        rewrite("application:1", 4, cursor)
    code, text = told("--json", "--chain", "application:1")
    answer = json.loads(text)
    assert code == 1
    assert (answer["holds"], answer["entries"], answer["anchors"]) == (False, 10, 2)
    (finding,) = answer["findings"]
    assert (finding["chain"], finding["sequence"], finding["fault"]) == ("application:1", 5, "rewritten")
    assert told("application:2")[0] == 0
    assert told("--since", "2026-01-02")[0] == 1
    assert told("application:2", "--since", "2026-01-02")[0] == 2
