"""Random sittings of the committee, played by the real actions and foretold by a naive world (naive.py).

After every act the program must have done what the naive world did, or refused and written nothing; and
nothing may be in the database that `invariants.NEVER` names. The ordinary run is short. The long one:

    SITTINGS=3000 make test ARGS="tests/committee/test_random_sittings.py -s"

`SEED=…`, which every run prints, plays the same again; `SHRINK=1` then looks for the shortest story.
"""

import os
import random
import sys
from collections import Counter

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from accounts.models import Membership, User
from tests.committee.play.table import Table, cast, make_cases
from tests.committee.play.temptations import gathers
from tests.committee.play.threads import both_at_once

WANTED = int(os.environ.get("SITTINGS", "0"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 2**32)
SHRINK = [Phase.shrink] if os.environ.get("SHRINK") else []
numbers = st.integers(0, 2**32)
play_on = settings(
    stateful_step_count=30,
    deadline=None,  # an act is a transaction: the load of the machine decides how long it takes
    print_blob=True,
    phases=[Phase.generate, *SHRINK],
    # An example is a whole story, of some thousand statements: too slow would mean a second for all of it.
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

    @initialize(n=numbers)
    def begin(self, n):
        self.lay(self.people, self.cases, self.draw(n))

    @rule(n=numbers)
    def somebody_acts(self, n):
        self.tempt(self.draw(n))

    def settle(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    def teardown(self):
        try:
            self.clear()
        finally:
            self.overridden.disable()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)


class TwoBrowsers(Table, RuleBasedStateMachine):
    """Two acts at the same moment, again and again, each committed: what came of them is what one after the
    other would have led to, in one order or the other."""

    people: dict
    members: list[int]
    games = 0
    one_at_a_time = False

    @initialize(n=numbers)
    def begin(self, n):
        TwoBrowsers.games += 1
        Membership.objects.filter(stands_in_for__isnull=False).delete()
        Membership.objects.exclude(pk__in=self.members).delete()
        Membership.objects.filter(unit__hospital__name__startswith="Ospedale").update(to_on=None)
        User.objects.filter(is_active=False).update(is_active=True)
        cases = make_cases(self.people, first=8 * self.games, many=False)
        self.lay(self.people, cases, self.draw(n))

    @rule(n=numbers)
    def they_gather(self, n):
        for act in gathers(self.world, self.draw(n)):
            self.play(act)

    @rule(n=numbers)
    def two_act_at_once(self, n):
        both_at_once(self, self.draw(n))

    def teardown(self):
        self.clear()
        self.overridden.disable()


def play_until(machine, wanted, **how):
    """Examples in batches until so many sittings were played; `how` are settings of the machine."""
    machine.played = Counter()
    batch = 0
    while batch == 0 or machine.played["sittings"] < wanted:
        tell(f"{machine.__name__}: SEED={SEED + batch}, {machine.played['sittings']} sittings played")
        run_state_machine_as_test(seed(SEED + batch)(machine), settings=settings(play_on, **how))
        batch += 1
    tell(*(f"{n:8} {name}" for name, n in sorted(machine.played.items())))
    assert machine.played["acts"] and machine.played["refusals"]


def tell(*lines):
    sys.stdout.write("\n".join(["", *lines, ""]))
    sys.stdout.flush()


def test_random_sittings(people, catalogue):
    RandomSittings.people = cast(people)
    RandomSittings.cases = make_cases(people, first=0, many=True)
    play_until(RandomSittings, WANTED, max_examples=100 if WANTED else 8)


@pytest.mark.django_db(transaction=True)
def test_random_sittings_with_two_browsers(people, catalogue):
    TwoBrowsers.people = cast(people)
    TwoBrowsers.members = list(Membership.objects.values_list("pk", flat=True))
    # Everything is committed here: the invented patients are used up after some two hundred sittings.
    play_until(TwoBrowsers, min(WANTED // 10, 150), max_examples=50 if WANTED else 8)
