"""The sweeps on a million authorisations: nothing due (reminders; all kinds together), and 20,000 due."""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from outbox import sweeping
from tests.bench.crowd import TODAY, crowd
from tests.bench.measuring import Figure, compared, in_turns
from treatments.reminders import sweep

MANY = 20_000
AT = datetime.combine(TODAY, time(6), tzinfo=ZoneInfo("Europe/Rome"))
PROBE = "SELECT 1 FROM treatments_nextreminder WHERE due_on <= %s LIMIT 1"
# What any design has to do: make that many promises, skipping those that exist.
RAW = """
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'remind:' || id || ':before_30:' || due_on, 'remind',
       jsonb_build_object('authorisation', id, 'kind', 'before_30', 'due_on', due_on::text), %(at)s, %(at)s
  FROM treatments_authorisation WHERE settled_at IS NULL AND due_on <= %(until)s
ON CONFLICT (key) DO NOTHING
"""


def figures() -> Iterator[Figure]:
    crowd()
    medians = in_turns(lambda: sweep(at=AT), probe, rounds=200)
    yield compared("sweep of 1,000,000, nothing due ÷ one index probe", medians, "≤ 5")
    medians = in_turns(lambda: sweeping.run_all(at=AT), lambda: probes(len(sweeping.names())), rounds=100)
    yield compared("all sweeps and their records, nothing due ÷ one index probe each", medians, "–")
    until = make_due()
    medians = in_turns(
        lambda: undone(lambda: sweep(at=AT)),
        lambda: undone(lambda: run(RAW, {"at": AT, "until": until})),
        rounds=5,
    )
    yield compared("sweep with 20,000 due ÷ raw INSERT … SELECT", medians, "≤ 1.5")


def run(statement: str, values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def probe() -> None:
    with connection.cursor() as cursor:
        cursor.execute(PROBE, [TODAY])
        cursor.fetchall()


def probes(count: int) -> None:
    for _ in range(count):
        probe()


def undone(work) -> None:
    """The work itself, every time on the same data. It has to do all of it."""
    with transaction.atomic():
        assert work() == MANY
        transaction.set_rollback(True)


def make_due() -> object:
    """Bring the first 20,000 to their first reminder; answers the due date that limits them."""
    run(
        """UPDATE treatments_authorisation SET due_on = %s::date + 30
            WHERE id IN (SELECT id FROM treatments_authorisation ORDER BY id LIMIT %s)""",
        [TODAY, MANY],
    )
    run("ANALYZE treatments_authorisation, treatments_nextreminder", None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::date + 30", [TODAY])
        return cursor.fetchone()[0]
