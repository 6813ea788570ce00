"""The ledger against a naive one: random entries, right and wrong; and pharmacists who write at once.

LEDGERS=500 plays more of them.
"""

import os
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from tests.treatments.ledgers import START, WHY, give, period, products
from treatments import dispensing
from treatments.models import Authorisation, Dispensing
from treatments.refusals import Refused

__all__ = ["period", "products"]

EXAMPLES = int(os.environ.get("LEDGERS", "60"))
CYCLE, PERIOD = Decimal(80), Decimal(240)

GRAMS = st.sampled_from(["-5", "0", "0.5", "20", "40", "79.999", "80", "80.001", "240", "999"])
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("dispense"), st.integers(0, 80), GRAMS),
        st.tuples(st.sampled_from(["take_back", "waste"]), st.integers(1, 8), GRAMS),
        st.tuples(st.just("reverse"), st.integers(1, 10), st.just("0")),
    ),
    min_size=1,
    max_size=14,
)


class Naive:
    """Rows of (kind, grams, root, cycle); what is left is always added up anew."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, Decimal, int, int]] = []
        self.taken_back: set[int] = set()

    def balance(self) -> Decimal:
        return sum((row[1] for row in self.rows), Decimal(0))

    def of(self, root: int) -> Decimal:
        return sum((row[1] for row in self.rows if row[2] == root), Decimal(0))

    def cycle(self, number: int) -> Decimal:
        return sum((row[1] for row in self.rows if row[3] == number), Decimal(0))


def play(naive: Naive, people, period, move, at) -> None:
    """The real functions; what they wrote is checked against what may be, however they decided."""
    kind, where, grams = move[0], move[1], Decimal(move[2])
    number = len(naive.rows) + 1
    try:
        if kind == "dispense":
            written = give(people, period, at=at, grams=grams)
            naive.rows.append((kind, grams, number, written.cycle))
        elif kind == "reverse":
            told = {"entry": where, "reason": "Riga scritta per errore."}
            dispensing.reverse(period.pk, **told, by=people["pharmacist-1"], at=at)
            _kind, had, root, cycle = naive.rows[where - 1]
            assert where not in naive.taken_back
            naive.taken_back |= {where, number}
            naive.rows.append((kind, -had, root, cycle))
        else:
            told = {"entry": where, "grams": grams, "reason": WHY}
            getattr(dispensing, kind)(period.pk, **told, by=people["pharmacist-1"], at=at)
            root = naive.rows[where - 1]
            assert root[0] == "dispense"
            naive.rows.append((kind, -grams, where, root[3]))
    except Refused:
        return
    assert 0 <= naive.balance() <= PERIOD
    assert all(naive.of(root) >= 0 for root in range(1, number + 1))


@pytest.fixture
def started(people, period):
    return people, period


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_is_tried_the_ledger_adds_up(started, moves):
    people, period = started
    place = transaction.savepoint()
    naive, at = Naive(), START
    for move in moves:
        # Only a dispensing lets time pass: the others happen on the same day.
        at = max(at, START + timedelta(days=move[1])) if move[0] == "dispense" else at
        play(naive, people, period, move, at)
        period.refresh_from_db()
        kept = list(Dispensing.objects.filter(authorisation=period))
        assert [entry.grams for entry in kept] == [row[1] for row in naive.rows]
        assert [entry.sequence for entry in kept] == list(range(1, len(kept) + 1))
        assert period.given_g == naive.balance() == (kept[-1].balance_g if kept else 0)
        assert 0 <= period.given_g <= period.grams
        # What was given in a cycle never passes it by being dispensed; a reversal of a return may.
        if move[0] == "dispense" and kept and kept[-1].kind == "dispensed":
            assert naive.cycle(kept[-1].cycle) <= CYCLE
    transaction.savepoint_rollback(place)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seen", [None, 0])
def test_pharmacists_at_once_never_give_more_than_there_is(people, period, seen):
    """Six of them, 30 g each, where one cycle has 80: two get through; with a page read before, one."""
    begin, answers = threading.Barrier(6), []

    def pharmacist(n: int) -> None:
        close_old_connections()
        mine = {**people, "pharmacist-1": User.objects.get(username=f"pharmacist-{n % 2 + 1}")}
        begin.wait()
        try:
            give(mine, period, grams=30, seen=seen)
            answers.append("given")
        except Refused:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=pharmacist, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    given_ = 2 if seen is None else 1
    assert sorted(answers) == ["given"] * given_ + ["refused"] * (6 - given_)
    found = Authorisation.objects.get(pk=period.pk)
    assert found.given_g == 30 * given_
    assert found.dispensings.count() == given_
