"""The sweep that tells clients of reassessments that are overdue, once per authorisation and due date."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop

from accounts.people import day
from outbox import sweeping

# From the mandates to the periods of those people: few rows, and none where nobody wants to be told. What was
# due longer ago than a period lives on is not looked at again. The same people as in migration 0003.
SWEEP = """
WITH made AS (
  INSERT INTO api_delivery (endpoint_id, message, type, happened, authorisation_id, due_on)
  SELECT DISTINCT ON (e.id, p.id) e.id, gen_random_uuid(), 'authorisation.overdue', %(at)s, p.id, p.due_on
    FROM api_endpoint e
    JOIN api_client c ON c.id = e.client_id AND c.revoked_at IS NULL
    JOIN api_mandate m ON m.client_id = c.id AND m.ended_at IS NULL
     AND m.from_on <= %(today)s AND (m.to_on IS NULL OR m.to_on >= %(today)s)
    JOIN treatments_authorisation p ON p.prescriber_id = m.user_id AND p.hospital_id = c.hospital_id
     AND p.settled_at IS NULL AND NOT p.is_provisional
     AND p.due_on < %(today)s AND p.due_on >= %(today)s - %(days)s::int
   WHERE 'authorisation.overdue' = ANY (e.events) AND e.suspended_because <> 'gone'
     AND NOT EXISTS (
       SELECT 1 FROM api_delivery d
        WHERE d.endpoint_id = e.id AND d.authorisation_id = p.id AND d.due_on = p.due_on)
  ON CONFLICT DO NOTHING
  RETURNING id
)
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'webhook:' || id, 'send_webhook', jsonb_build_object('delivery', id), %(at)s, %(at)s FROM made
ON CONFLICT (key) DO NOTHING
"""


@sweeping.sweep(gettext_noop("overdue reassessments for other systems"))
def sweep(*, at: datetime) -> int:
    told = {"at": at, "today": day(at), "days": settings.EXPIRY_DAYS + 1}
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, told)
        return int(cursor.rowcount)
