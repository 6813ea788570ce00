"""The blood count on day 7 (setting) after a cycle of high dose in patients whose blood group is not O.

The prescriber is told on that day, once per (period, cycle, last day of the cycle): a further infusion moves
the day, one taken back (reversed, returned) may leave nothing to check. Threshold, weight and blood group are
those of the dose as it was authorised.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop

from accounts.people import day
from outbox import sweeping
from treatments.models import Verdict

# What every cycle that was given lately amounts to. Its last day is that of its last dispensing not reversed.
CYCLES = """
  SELECT entry.authorisation_id, entry.cycle, sum(entry.grams) AS grams,
         max(entry.happened_on) FILTER (WHERE entry.kind = 'dispensed' AND NOT EXISTS (
           SELECT 1 FROM treatments_dispensing taken WHERE taken.reverses_id = entry.id)) AS last_on
    FROM treatments_dispensing entry
    JOIN (SELECT DISTINCT authorisation_id, cycle FROM treatments_dispensing
           WHERE kind = 'dispensed' AND happened_on BETWEEN %(from)s AND %(until)s) lately
      ON lately.authorisation_id = entry.authorisation_id AND lately.cycle = entry.cycle
   GROUP BY entry.authorisation_id, entry.cycle
"""
IS_HIGH = """
  cycle.grams >= (period.dose #>> '{weight,kg}')::numeric
                 * coalesce((period.dose #>> '{policy,haemolysis_from}')::numeric, 1.5)
  AND period.dose #>> '{facts,abo}' IS DISTINCT FROM 'O' AND period.verdict <> %(death)s
"""
# Put together from the constants above.
SWEEP = f"""
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'haemolysis:' || period.id || ':' || cycle.cycle || ':' || cycle.last_on, 'tell_haemolysis',
       jsonb_build_object('authorisation', period.id, 'cycle', cycle.cycle, 'last_on', cycle.last_on::text),
       %(at)s, %(at)s
  FROM ({CYCLES}) cycle JOIN treatments_authorisation period ON period.id = cycle.authorisation_id
 WHERE cycle.last_on BETWEEN %(from)s AND %(until)s AND {IS_HIGH}
ON CONFLICT (key) DO NOTHING
"""  # noqa: S608
STILL = f"""
SELECT 1 FROM ({CYCLES}) cycle JOIN treatments_authorisation period ON period.id = cycle.authorisation_id
 WHERE period.id = %(authorisation)s AND cycle.cycle = %(cycle)s AND cycle.last_on = %(until)s AND {IS_HIGH}
"""  # noqa: S608
# How many days late a check still makes sense, after a standstill.
CATCH_UP = timedelta(days=7)


@sweeping.sweep(gettext_noop("haemolysis checks"))
def sweep(*, at: datetime) -> int:
    """Promise to tell of every blood count that is due; return how many were new."""
    until = day(at) - timedelta(days=settings.HAEMOLYSIS_CHECK_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, {**_days(until - CATCH_UP, until), "at": at})
        return int(cursor.rowcount)


def is_wanted(authorisation: int, cycle: int, last_on: date) -> bool:
    """Whether that cycle ended on that day, as the ledger stands, and was of a high dose."""
    values = {**_days(last_on, last_on), "authorisation": authorisation, "cycle": cycle}
    with connection.cursor() as cursor:
        cursor.execute(STILL, values)
        return cursor.fetchone() is not None


def _days(since: date, until: date) -> dict[str, Any]:
    return {"from": since, "until": until, "death": Verdict.STOP_DEATH.value}
