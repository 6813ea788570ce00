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
        for statement in (PATIENTS, APPLICATIONS, SNAPSHOTS, AUTHORISATIONS, REMINDERS):
            cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")
    return people
