"""The trail grows by appending, in one statement, without forks, and in no other way."""

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.db import InternalError, connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.canonical import GENESIS, canonical
from audit.models import Entry, Head
from audit.trail import record
from audit.verification import verify

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.fixture
def prescriber(db):
    return get_user_model().objects.create_user("prescriber-w3")


def test_each_entry_continues_the_one_before_it(prescriber):
    record("application:1", "submit", by=prescriber, at=AT, data={"step": 1})
    record("application:1", "endorse", by=None, at=AT, data={"step": 2})

    first, second = Entry.objects.filter(chain="application:1")
    assert [first.sequence, second.sequence] == [1, 2]
    assert first.previous_hash == GENESIS
    assert second.previous_hash == first.hash
    assert Head.objects.get(chain="application:1").hash == second.hash
    assert verify("application:1") == []


def test_recording_costs_one_statement(prescriber, django_assert_num_queries):
    with django_assert_num_queries(1):
        record("application:1", "submit", by=prescriber, at=AT, data={})


def test_an_entry_inserted_past_our_function_is_chained_all_the_same(prescriber):
    Entry.objects.create(
        chain="application:1", action="submit", at=AT, actor=prescriber, data={}, hash="forged"
    )
    assert verify("application:1") == []


@pytest.mark.parametrize("chain", ["application", "application:1\n2", "", "Application 1:2"])
def test_a_chain_is_named_by_kind_and_id(db, chain):
    with pytest.raises(IntegrityError):
        record(chain, "submit", by=None, at=AT, data={})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'reject'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_head SET sequence = 7",
        "INSERT INTO audit_head (chain, sequence, hash) VALUES ('a:2', 0, '')",
        "DELETE FROM audit_head",
        "TRUNCATE audit_head",
    ],
)
def test_the_database_refuses_to_change_the_trail(db, statement):
    record("a:1", "submit", by=None, at=AT, data={})
    connection.check_constraints()  # else TRUNCATE already fails on the pending foreign key
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert verify("a:1") == []


def test_what_is_rolled_back_leaves_no_gap(db):
    record("a:1", "submit", by=None, at=AT, data={})
    with pytest.raises(InternalError), transaction.atomic():
        record("a:1", "endorse", by=None, at=AT, data={})
        raise InternalError
    record("a:1", "withdraw", by=None, at=AT, data={})
    assert [entry.sequence for entry in Entry.objects.filter(chain="a:1")] == [1, 2]
    assert verify("a:1") == []


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_do_not_fork_the_chain():
    def write():
        try:
            barrier.wait()
            for number in range(25):
                record("application:1", "save", by=None, at=AT, data={"number": number})
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    barrier, errors = threading.Barrier(8), []
    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert Entry.objects.count() == 200
    assert verify("application:1") == []


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text('abèz"\\\n\x7f😀', max_size=4), inner, max_size=5)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=150)
@given(data=st.dictionaries(st.text('abèz"😀', max_size=4), json_values, max_size=5))
@pytest.mark.django_db
def test_python_and_the_database_agree_on_the_hash_of_any_data(data):
    with transaction.atomic():
        record("property:1", "save", by=None, at=AT, data=data)
        entry = Entry.objects.latest("id")
        with connection.cursor() as cursor:
            cursor.execute("SELECT data::text FROM audit_entry WHERE id = %s", [entry.pk])
            assert canonical(entry.data) == cursor.fetchone()[0]
        assert verify("property:1") == []


def test_decimals_are_read_exactly(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (chain, action, at, data) VALUES ('a:1', 'save', %s, %s)",
            [AT, '{"dose": 1.50, "small": 0.00000001}'],
        )
    assert Entry.objects.get().data == {"dose": Decimal("1.50"), "small": Decimal("1E-8")}
    assert verify("a:1") == []
