"""One `approve` against the same work in raw SQL on the same server."""

import json
from collections.abc import Iterator
from datetime import timedelta

import psycopg
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.demo import make_people
from approvals import actions
from approvals.models import Application
from tests.approvals.walk import NOW, walk
from tests.bench.measuring import Figure, compared, in_turns

ROUNDS = 60


def figures() -> Iterator[Figure]:
    call_command("load_catalogue", verbosity=0)
    people = make_people("una password lunga")
    chair = people["chair"]
    ready = [walk(people, "voted", person=n).pk for n in range(2 * ROUNDS + 1)]
    with CaptureQueriesContext(connection) as queries:
        actions.approve(ready.pop(), by=chair, at=NOW + timedelta(hours=9))
    raw = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}, autocommit=False)
    for statement in ("SET timezone = 'UTC'",):
        raw.execute(statement)
    raw.commit()
    medians = in_turns(
        lambda: actions.approve(ready.pop(), by=chair, at=NOW + timedelta(hours=9)),
        lambda: raw_approve(raw, ready.pop(), chair.pk),
        rounds=ROUNDS,
    )
    raw.close()
    yield compared("one approve ÷ the same statements in raw SQL", medians, "≤ 3.5")
    said = [q["sql"].split()[0] for q in queries]
    yield Figure("statements of one approve", str(len(said)), "–", "–", "≤ 8, and its two records")
    assert Application.objects.filter(status="approved").count() == 2 * ROUNDS + 1


def raw_approve(raw: psycopg.Connection, pk: int, chair: int) -> None:
    """Lock, read the seats and votes, write the same rows. The triggers do their part on both sides."""
    at = NOW + timedelta(hours=9)
    with raw.transaction():
        row = raw.execute(
            """SELECT a.version, a.round, a.number, a.unit_id, u.hospital_id, a.author_id, a.patient_id
                 FROM approvals_application a JOIN accounts_unit u ON u.id = a.unit_id
                WHERE a.id = %s FOR UPDATE OF a""",
            [pk],
        ).fetchone()
        version, round_, number, unit, hospital, author, patient = row
        raw.execute(
            "SELECT role, unit_id FROM accounts_membership WHERE user_id = %s AND from_on <= %s",
            [chair, at.date()],
        ).fetchall()
        raw.execute(
            """SELECT m.user_id, m.unit_id, v.choice FROM accounts_membership m
                 LEFT JOIN approvals_vote v
                   ON v.voted_by_id = m.user_id AND v.application_id = %s AND v.round = %s
                WHERE m.role IN ('chair', 'committee_member')""",
            [pk, round_],
        ).fetchall()
        (hearing,) = raw.execute(
            "SELECT id FROM approvals_hearing WHERE application_id = %s AND closed_at IS NULL", [pk]
        ).fetchone()
        raw.execute(
            """SELECT declared_by_id FROM approvals_declaration WHERE application_id = %s
               UNION SELECT author_id FROM approvals_application WHERE patient_id = %s
               UNION SELECT prescriber_id FROM treatments_authorisation WHERE patient_id = %s""",
            [pk, patient, patient],
        ).fetchall()
        (content,) = raw.execute(
            "SELECT content FROM approvals_snapshot WHERE application_id = %s ORDER BY revision DESC LIMIT 1",
            [pk],
        ).fetchone()
        (step,) = raw.execute(
            """INSERT INTO approvals_step
                      (application_id, sequence, action, source, target, at, by_id, comment)
               VALUES (%s, %s, 'approve', 'committee_review', 'approved', %s, %s, '') RETURNING id""",
            [pk, version + 1, at, chair],
        ).fetchone()
        raw.execute(
            """INSERT INTO approvals_decision (application_id, step_id, round, is_approval, tally, conditions,
                      reason_codes, reasons, would_change, decided_at, decided_by_id)
               VALUES (%s, %s, %s, true, '{}', '', '{}', '', '', %s, %s)""",
            [pk, step, round_, at, chair],
        )
        raw.execute(
            """INSERT INTO treatments_authorisation (number, application_id, hospital_id, unit_id,
                      prescriber_id, patient_id, indication_code, indication_name, area, edition_code, period,
                      valid_from, due_on, dose, cycles, grams, conditions, opened_at, opened_by_id)
               VALUES (%s, %s, %s, %s, %s, %s, 'OFT-03', 'x', 'x', 'x', 1, %s, %s, %s, 3, 100, '', %s, %s)""",
            [
                f"{number}/1",
                pk,
                hospital,
                unit,
                author,
                patient,
                at.date(),
                at.date() + timedelta(days=92),
                json.dumps(json.loads(content)["dose"]),
                at,
                chair,
            ],
        )
        raw.execute(
            """UPDATE approvals_application SET status = 'approved', version = %s, decided_at = %s,
                      decided_by_id = %s, decision_due = NULL WHERE id = %s""",
            [version + 1, at, chair, pk],
        )
        raw.execute(
            """UPDATE approvals_hearing
                  SET closed_at = %s, closed_by_id = %s, outcome = 'approved', roll = '[]'
                WHERE id = %s""",
            [at, chair, hearing],
        )
        raw.execute(
            """INSERT INTO audit_entry (chain, at, actor_id, action, data)
               VALUES (%s, %s, %s, 'approve', '{}')""",
            [f"application:{pk}", at, chair],
        )
        raw.execute(
            """INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
               VALUES (%s, 'issue_letter', '{}', %s, %s) ON CONFLICT (key) DO NOTHING""",
            [f"issue_letter:{step}", at, at],
        )
