"""A million invented applications and authorisations, written straight into the tables.

The triggers look away while they are written (they are tested elsewhere); the rows are what they would be.
"""

import os
from datetime import date

from django.core.management import call_command
from django.db import connection

from accounts.demo import make_people
from accounts.models import User
from catalogue.models import Indication

TODAY = date(2026, 11, 23)
MILLION = int(os.environ.get("BENCH_ROWS", "1000000"))

PATIENTS = """
INSERT INTO patients_patient (id, hospital_id, tax_code, surname, name, born_on, sex)
SELECT n, %(hospital)s, '', 'Inventato', 'Caso', date '1970-01-01' + (n %% 9000)::int, 'F'
  FROM generate_series(%(first)s, %(last)s) n
"""
# Three in four are on treatment; the others are undecided: enough of them to fill a page of a thousand.
APPLICATIONS = """
INSERT INTO approvals_application (id, status, number, unit_id, author_id, version, answers, saved_at,
       saved_by_id, patient_id, indication_id, indication_code, is_urgent, submitted_at, submitted_by_id,
       endorsed_at, endorsed_by_id, taken_at, taken_by_id, referred_at, referred_by_id, round, asked_from,
       decision_due)
SELECT n, CASE WHEN n %% 4 > 0 THEN 'approved' WHEN n %% 8 = 0 THEN 'pharmacy_review'
               ELSE 'committee_review' END,
       'OL-2020-' || n, %(unit)s, %(author)s, 5, '{{}}', ts, %(author)s, n, %(indication)s, %(code)s, false,
       ts, %(author)s, ts, %(author)s, ts, %(pharmacist)s, ts, %(pharmacist)s, 1, '',
       CASE WHEN n %% 4 = 0 THEN ts + interval '7 days' END
  FROM generate_series(%(first)s, %(last)s) n,
       LATERAL (SELECT timestamptz '2026-11-01' + n * interval '1 second' AS ts) t
""".replace("{{}}", "{}")
# Some sixty are heard in a virtual round, however many there are; chair and member 1 have voted on half.
HEARINGS = """
INSERT INTO approvals_hearing (application_id, round, is_virtual, voting_until, opened_at, opened_by_id,
       outcome, reason, roll)
SELECT n, 1, true, timestamptz '2099-01-01', timestamptz '2026-11-20', %(chair)s, '', '', '[]'
  FROM generate_series(%(first)s, %(last)s) n WHERE n %% 16 = 4 AND n < 10001000
"""
DECLARATIONS = """
INSERT INTO approvals_declaration (application_id, round, has_conflict, text, declared_at, declared_by_id)
SELECT h.application_id, 1, h.application_id %% 160 = 4, 'x', timestamptz '2026-11-21', who
  FROM approvals_hearing h, unnest(ARRAY[%(chair)s, %(member)s]) who
 WHERE h.application_id BETWEEN %(first)s AND %(last)s
"""
VOTES = """
INSERT INTO approvals_vote (application_id, round, choice, text, voted_at, voted_by_id)
SELECT application_id, 1, 'approve', '', timestamptz '2026-11-22', declared_by_id FROM approvals_declaration
 WHERE application_id BETWEEN %(first)s AND %(last)s AND NOT has_conflict AND application_id %% 32 = 4
"""
# A handful waits to be ratified, however many there are.
ALONE = """
INSERT INTO approvals_decision (application_id, step_id, round, is_approval, tally, conditions, reason_codes,
       reasons, would_change, alone_because, decided_at, decided_by_id)
SELECT n, n, 1, true, '{{}}', '', '{{}}', '', '', CASE WHEN n %% 50000 = 1 THEN 'x' ELSE '' END,
       timestamptz '2026-11-01', %(chair)s
  FROM generate_series(%(first)s, %(last)s) n WHERE n %% 4 > 0
""".replace("{{}}", "{}")
SNAPSHOTS = """
INSERT INTO approvals_snapshot (application_id, revision, content, frozen_at, frozen_by_id)
SELECT n, 1, jsonb_build_object('patient', jsonb_build_object('surname', 'Inventato', 'name', 'Caso'),
       'dose', NULL), timestamptz '2026-11-01', %(author)s
  FROM generate_series(%(first)s, %(last)s) n WHERE n %% 4 = 0
"""
AUTHORISATIONS = """
INSERT INTO treatments_authorisation (id, number, application_id, hospital_id, unit_id, prescriber_id,
       patient_id, indication_code, indication_name, area, edition_code, period, valid_from, due_on, dose,
       cycles, grams, conditions, opened_at, opened_by_id)
SELECT n, 'OL-2020-' || n || '/1', n, %(hospital)s, %(unit)s, %(author)s, n, %(code)s, 'Uveite',
       'oftalmologia', '2025-2', 1, %(today)s, %(today)s::date + 31 + (n %% 90)::int, '{{}}', 3, 100, '',
       timestamptz '2026-11-01', %(author)s
  FROM generate_series(%(first)s, %(last)s) n
""".replace("{{}}", "{}")
REMINDERS = """
INSERT INTO treatments_nextreminder (authorisation_id, due_on, reassessment_on)
SELECT id, due_on - 30, due_on FROM treatments_authorisation WHERE id BETWEEN %(first)s AND %(last)s
"""
STATEMENTS = (
    *(PATIENTS, APPLICATIONS, HEARINGS, DECLARATIONS, VOTES, ALONE),
    *(SNAPSHOTS, AUTHORISATIONS, REMINDERS),
)


def crowd(count: int = MILLION) -> dict[str, User]:
    """Make sure that there are so many; returns the cast. Ids start at ten million."""
    call_command("load_catalogue", verbosity=0)
    people = make_people("una password lunga")
    offset = 10_000_000
    row = Indication.objects.current().get(code="OFT-03")
    unit = people["prescriber-w3"].memberships.get().unit
    values = {
        "hospital": unit.hospital_id,
        "unit": unit.pk,
        "author": people["prescriber-w3"].pk,
        "pharmacist": people["pharmacist-1"].pk,
        "chair": people["chair"].pk,
        "member": people["member-1"].pk,
        "indication": row.pk,
        "code": row.code,
        "today": TODAY,
        "last": offset + count,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id), %s) + 1 FROM patients_patient WHERE id > %s", [offset, offset]
        )
        values["first"] = cursor.fetchone()[0]
        cursor.execute("SET session_replication_role = replica")
        for statement in STATEMENTS:
            cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")
    return people
