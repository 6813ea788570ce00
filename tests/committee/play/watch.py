"""Looks at the database after every act: nothing that may never be, nothing changed that is over."""

from django.db import connection

from tests.committee.play.invariants import NEVER

# What is over, as one text a row: none of it may ever change or disappear.
OVER = """
SELECT 'decision ' || id, md5(d::text) FROM approvals_decision d WHERE application_id = ANY(%(cases)s)
UNION ALL SELECT 'vote ' || id, md5(v::text) FROM approvals_vote v WHERE application_id = ANY(%(cases)s)
UNION ALL SELECT 'step ' || id, md5(s::text) FROM approvals_step s WHERE application_id = ANY(%(cases)s)
UNION ALL SELECT 'hearing ' || h.id, md5(h::text || coalesce((SELECT string_agg(p::text, '|' ORDER BY p.id)
       FROM approvals_presence p WHERE p.hearing_id = h.id), ''))
     FROM approvals_hearing h WHERE application_id = ANY(%(cases)s) AND closed_at IS NOT NULL
UNION ALL SELECT 'sitting ' || s.id, md5((to_jsonb(s) - 'minutes_id')::text
     || coalesce((SELECT string_agg(i::text, '|' ORDER BY i.id) FROM committee_item i
                   WHERE i.sitting_id = s.id), '')
     || coalesce((SELECT string_agg(t::text, '|' ORDER BY t.id) FROM committee_attendance t
                   WHERE t.sitting_id = s.id), ''))
     FROM committee_sitting s WHERE s.id = ANY(%(sittings)s) AND s.status IN ('minuted', 'cancelled')
"""

ROWS = """
SELECT (SELECT count(*) FROM approvals_step WHERE application_id = ANY(%(cases)s)),
  (SELECT count(*) FROM approvals_vote WHERE application_id = ANY(%(cases)s)),
  (SELECT count(*) FROM approvals_declaration WHERE application_id = ANY(%(cases)s)),
  (SELECT count(*) FROM approvals_decision WHERE application_id = ANY(%(cases)s)),
  (SELECT count(*) FROM approvals_question WHERE application_id = ANY(%(cases)s)),
  (SELECT count(*) FROM approvals_snapshot WHERE application_id = ANY(%(cases)s)),
  (SELECT count(*) FROM approvals_presence p JOIN approvals_hearing h ON h.id = p.hearing_id
    WHERE h.application_id = ANY(%(cases)s)),
  (SELECT count(*) FROM treatments_authorisation WHERE application_id = ANY(%(cases)s)),
  (SELECT count(*) FROM committee_attendance WHERE sitting_id = ANY(%(sittings)s)),
  (SELECT count(*) FROM committee_sitting), (SELECT count(*) FROM committee_item),
  (SELECT count(*) FROM accounts_membership), (SELECT count(*) FROM audit_entry),
  (SELECT count(*) FROM outbox_promise)
"""

# Planned once, not after every act.
TYPES = {
    "cases": "bigint[]",
    "sittings": "bigint[]",
    "case_chains": "text[]",
    "sitting_chains": "text[]",
    "last_vote": "bigint",
}
PLACES = {name: f"${n}" for n, name in enumerate(TYPES, 1)}
NAMES = list(NEVER)
BROKEN = " UNION ALL ".join(
    f"SELECT {n}, keys FROM (SELECT array_agg(found.*::text) AS keys FROM ({sql}) found) f "
    "WHERE keys IS NOT NULL"
    for n, sql in enumerate(NEVER.values())
)
PREPARE = f"PREPARE look ({', '.join(TYPES.values())}) AS " + BROKEN % PLACES
LOOK = f"EXECUTE look ({', '.join(f'%({name})s' for name in TYPES)})"


class Watch:
    """Remembers what is over. One for each example."""

    def __init__(self, *, one_at_a_time: bool = True) -> None:
        """Where several act at once, a seat may have gone a moment after its vote was cast."""
        self.over: dict[str, str] = {}
        self.last_vote = 0 if one_at_a_time else 2**62
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = 'look'")
            if not cursor.fetchone():
                cursor.execute(PREPARE)

    def look(self, cases: list[int], sittings: list[int]) -> list[str]:
        """Every sentence that is broken now, with the keys of the rows."""
        about = {
            "cases": cases,
            "sittings": sittings,
            "case_chains": [f"application:{pk}" for pk in cases],
            "sitting_chains": [f"sitting:{pk}" for pk in sittings],
            "last_vote": self.last_vote,
        }
        with connection.cursor() as cursor:
            cursor.execute(LOOK, about)
            broken = [f"{NAMES[n]}: {keys}" for n, keys in cursor.fetchall()]
            cursor.execute(OVER, about)
            now = dict(cursor.fetchall())
        changed = [name for name, print_ in self.over.items() if now.get(name) != print_]
        self.over = now
        votes = [int(name.removeprefix("vote ")) for name in now if name.startswith("vote ")]
        self.last_vote = max([self.last_vote, *votes])
        return [*broken, *(f"{name} has changed" for name in changed)]


def rows(cases: list[int], sittings: list[int]) -> tuple[int, ...]:
    """How many there are of everything that an act could write."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"cases": cases, "sittings": sittings})
        found: tuple[int, ...] = cursor.fetchone()
    return found
