"""Random sittings of the committee, played by the real actions and foretold by a naive world (naive.py).

After every act the program must have done what the naive world did, or refused and written nothing; and
nothing may be in the database that `invariants.NEVER` names. The ordinary run is short. The long one:

    SITTINGS=3000 make test ARGS="tests/committee/test_random_sittings.py -s"

`SEED=…`, which every run prints, plays the same again.
"""

import os
import random
from collections import Counter

from django.db import connection, transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.committee.table import Table, cast, make_cases
from tests.committee.temptations import TEMPTATIONS, Draw

WANTED = int(os.environ.get("SITTINGS", "0"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
drawn = st.binary(min_size=24, max_size=24)
play_on = settings(
    stateful_step_count=40,
    deadline=None,  # an act is a transaction: the machine's load decides how long it takes
    print_blob=True,
    # An example is a whole story of some hundred statements; too slow means here: more than a second.
    suppress_health_check=[HealthCheck.too_slow],
)


class RandomSittings(Table, RuleBasedStateMachine):
    """One act after the other. Everything of an example is rolled back at its end."""

    people: dict
    cases: dict

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    @initialize(d=drawn)
    def begin(self, d):
        self.lay(self.people, self.cases, Draw(d))

    def settle(self):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def teardown(self):
        try:
            self.clear()
        finally:
            self.overridden.disable()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)


def tempting(name):
    def tempted(self, d):
        self.tempt(name, d)

    tempted.__name__ = name
    return rule(d=drawn)(tempted)


for name in TEMPTATIONS:
    setattr(RandomSittings, name, tempting(name))


def play_until(machine, wanted, **how):
    """Examples in batches until so many sittings were played; `how` are settings of the machine."""
    machine.played = Counter()
    batch = 0
    while batch == 0 or machine.played["sittings"] < wanted:
        print(f"\n{machine.__name__}: SEED={SEED + batch}", flush=True)
        run_state_machine_as_test(seed(SEED + batch)(machine), settings=settings(play_on, **how))
        batch += 1
    print("", *(f"  {n:7} {name}" for name, n in machine.played.most_common()), sep="\n")
    assert machine.played["acts"] and machine.played["refusals"]


def test_random_sittings(people, catalogue):
    RandomSittings.people = cast(people)
    RandomSittings.cases = make_cases(people, first=0, many=True)
    play_until(RandomSittings, WANTED, max_examples=100 if WANTED else 12)
