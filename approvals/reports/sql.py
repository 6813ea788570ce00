"""The statements of a report: set-based, one for each group of figures, however many rows there are.

Days are those of the hospital's time zone: the connection is in UTC, so every moment is turned into a day
there (`AT TIME ZONE`), and the bounds of the period are moments there, which an index may serve.
"""

ZONE = "'Europe/Rome'"
# The beginning of the period's first day, and of the day after its last one.
SINCE = f"(%(first)s::timestamp AT TIME ZONE {ZONE})"
UNTIL = f"(%(after)s::timestamp AT TIME ZONE {ZONE})"

APPLICATION = """
      u.hospital_id = ANY(%(hospitals)s)
  AND (%(unit)s::bigint IS NULL OR a.unit_id = %(unit)s)
  AND (%(row)s::text IS NULL OR a.indication_code = %(row)s)
  AND (%(area)s::text IS NULL OR i.area = %(area)s)
"""
ANY_PERIOD = """
      t.hospital_id = ANY(%(hospitals)s)
  AND (%(unit)s::bigint IS NULL OR t.unit_id = %(unit)s)
  AND (%(row)s::text IS NULL OR t.indication_code = %(row)s)
  AND (%(area)s::text IS NULL OR t.area = %(area)s)
"""
# The one cycle of an emergency is reassessed by nobody.
PERIOD = "NOT t.is_provisional AND " + ANY_PERIOD

# Sent in the period: by the status they have now, by unit, by row, and all.
SENT = f"""
SELECT a.status, a.unit_id, a.indication_code, max(i.name_it), count(*)
  FROM approvals_application a
  JOIN accounts_unit u ON u.id = a.unit_id
  JOIN catalogue_indication i ON i.id = a.indication_id
 WHERE a.number IS NOT NULL AND {APPLICATION}
   AND coalesce(a.emergency_requested_at, a.submitted_at) >= {SINCE}
   AND coalesce(a.emergency_requested_at, a.submitted_at) < {UNTIL}
 GROUP BY GROUPING SETS ((a.status), (a.unit_id), (a.indication_code), ())
"""

SENT_BY_AREA = f"""
SELECT i.area, count(*)
  FROM approvals_application a
  JOIN accounts_unit u ON u.id = a.unit_id
  JOIN catalogue_indication i ON i.id = a.indication_id
 WHERE a.number IS NOT NULL AND {APPLICATION}
   AND coalesce(a.emergency_requested_at, a.submitted_at) >= {SINCE}
   AND coalesce(a.emergency_requested_at, a.submitted_at) < {UNTIL}
 GROUP BY i.area
"""

# Decisions of the period: approvals, refusals, and each code of a refusal; a refusal may have several.
DECIDED = f"""
WITH decided AS (
  SELECT d.is_approval, d.reason_codes
    FROM approvals_decision d
    JOIN approvals_application a ON a.id = d.application_id
    JOIN accounts_unit u ON u.id = a.unit_id
    JOIN catalogue_indication i ON i.id = a.indication_id
   WHERE d.decided_at >= {SINCE} AND d.decided_at < {UNTIL} AND {APPLICATION}
)
SELECT CASE WHEN is_approval THEN 'approved' ELSE 'refused' END, count(*) FROM decided GROUP BY 1
UNION ALL
SELECT code, count(*) FROM decided, unnest(reason_codes) code WHERE NOT is_approval GROUP BY 1
UNION ALL
SELECT 'inadmissible', count(*)
  FROM approvals_step s
  JOIN approvals_application a ON a.id = s.application_id
  JOIN accounts_unit u ON u.id = a.unit_id
  JOIN catalogue_indication i ON i.id = a.indication_id
 WHERE s.action = 'declare_inadmissible' AND s.at >= {SINCE} AND s.at < {UNTIL} AND {APPLICATION}
"""

# From the whole form to the first decision; what it waited for its author's answers is counted apart. A pause
# is from the move into "information requested" to the move out of it.
TIMES = f"""
WITH decided AS (
  SELECT a.id, a.is_urgent, a.submitted_at AS sent, min(d.decided_at) AS decided
    FROM approvals_decision d
    JOIN approvals_application a ON a.id = d.application_id
    JOIN accounts_unit u ON u.id = a.unit_id
    JOIN catalogue_indication i ON i.id = a.indication_id
   WHERE d.round = (SELECT min(f.round) FROM approvals_decision f WHERE f.application_id = a.id)
     AND d.decided_at >= {SINCE} AND d.decided_at < {UNTIL} AND a.submitted_at IS NOT NULL AND {APPLICATION}
   GROUP BY a.id
), moves AS (
  SELECT s.application_id, s.target, s.at,
         lead(s.at) OVER (PARTITION BY s.application_id ORDER BY s.sequence) AS until
    FROM approvals_step s JOIN decided ON decided.id = s.application_id
   WHERE (s.source = 'information_requested') <> (s.target = 'information_requested')
), paused AS (
  SELECT application_id, sum(least(until, decided) - at) AS pause
    FROM moves JOIN decided ON decided.id = moves.application_id
   WHERE target = 'information_requested' AND at < decided
   GROUP BY application_id
), hours AS (
  SELECT is_urgent, extract(epoch FROM decided - sent) / 3600 AS whole,
         extract(epoch FROM coalesce(pause, interval '0')) / 3600 AS pause
    FROM decided LEFT JOIN paused ON application_id = decided.id
)
SELECT is_urgent, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY whole - pause),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY whole - pause),
       count(*) FILTER (WHERE pause > 0),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY pause) FILTER (WHERE pause > 0),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY pause) FILTER (WHERE pause > 0)
  FROM hours
 GROUP BY GROUPING SETS ((is_urgent), ())
"""

# Reassessments that were due in the period. In time: on the due day at the latest. Ended: the treatment ended
# some other way before. Those that are not due yet are none of these. Each period looks for its own
# reassessment (there is one at most): a join would read those of all the years.
DUE = f"""
SELECT date_trunc('month', due_on)::date, unit_id,
       count(*) FILTER (WHERE judged_on <= due_on),
       count(*) FILTER (WHERE judged_on > due_on),
       count(*) FILTER (WHERE verdict = 'expired'),
       count(*) FILTER (WHERE settled_at IS NULL AND due_on < %(today)s),
       count(*) FILTER (WHERE settled_at IS NOT NULL AND judged_on IS NULL AND verdict <> 'expired')
  FROM (SELECT t.due_on, t.unit_id, t.verdict, t.settled_at,
               (r.reassessed_at AT TIME ZONE {ZONE})::date AS judged_on
          FROM treatments_authorisation t
          LEFT JOIN LATERAL (
            SELECT reassessed_at FROM treatments_reassessment WHERE authorisation_id = t.id LIMIT 1) r ON true
         WHERE t.due_on BETWEEN %(first)s AND %(last)s AND {PERIOD}) judged
 GROUP BY GROUPING SETS ((date_trunc('month', due_on)), (unit_id), ())
"""

# Judged in the period: how it was decided to go on, and whether the declared outcome was met: each measure of
# it that could be measured (none: neither met nor not).
OUTCOMES = f"""
SELECT r.verdict, count(*), count(*) FILTER (WHERE m.is_met), count(*) FILTER (WHERE NOT m.is_met)
  FROM treatments_reassessment r JOIN treatments_authorisation t ON t.id = r.authorisation_id
  LEFT JOIN LATERAL (
    SELECT bool_and(is_met) AS is_met FROM treatments_measured WHERE reassessment_id = r.id) m ON true
 WHERE r.reassessed_at >= {SINCE} AND r.reassessed_at < {UNTIL} AND {PERIOD}
 GROUP BY r.verdict
"""

# Periods opened: grams allotted, and what the two policies of the dose spare in them, cycle by cycle.
ALLOTTED = f"""
SELECT count(*), coalesce(sum(t.grams), 0),
       coalesce(sum((t.dose #>> '{{figures,saved_by_weight_g}}')::numeric * t.cycles), 0),
       coalesce(sum((t.dose #>> '{{figures,saved_by_rounding_g}}')::numeric * t.cycles), 0)
  FROM treatments_authorisation t
 WHERE t.opened_at >= {SINCE} AND t.opened_at < {UNTIL} AND {ANY_PERIOD}
"""

# The ledger of the period. A reversal counts for the kind that it takes back, on its own day. What was
# dispensed and did not come back is paid at the price in force on the day of the dispensing: added up by
# product and day first, so that each price is looked up once. Most lines are dispensings: the others are few,
# and look for the line they belong to one by one.
LEDGER = f"""
WITH lines AS MATERIALIZED (
  SELECT d.authorisation_id, d.product_id, t.area, d.grams,
         CASE WHEN d.reverses_id IS NULL THEN d.kind
              ELSE (SELECT back.kind FROM treatments_dispensing back WHERE back.id = d.reverses_id)
         END AS kind,
         CASE WHEN d.dispensed_id IS NULL THEN d.happened_on
              ELSE (SELECT root.happened_on FROM treatments_dispensing root WHERE root.id = d.dispensed_id)
         END AS paid_on
    FROM treatments_dispensing d
    JOIN treatments_authorisation t ON t.id = d.authorisation_id
   WHERE d.happened_on BETWEEN %(first)s AND %(last)s AND {ANY_PERIOD}
), priced AS (
  SELECT e.*, (SELECT p.euro_per_g FROM catalogue_productprice p
                WHERE p.product_id = e.product_id AND p.valid_from <= e.paid_on
                ORDER BY p.valid_from DESC LIMIT 1) AS price
    FROM (SELECT product_id, kind, paid_on, area, sum(grams) AS grams FROM lines GROUP BY 1, 2, 3, 4) e
)
SELECT max(product.name), area,
       coalesce(sum(grams) FILTER (WHERE kind = 'dispensed'), 0),
       -coalesce(sum(grams) FILTER (WHERE kind = 'returned'), 0),
       -coalesce(sum(grams) FILTER (WHERE kind = 'wasted'), 0),
       coalesce(sum(grams * price) FILTER (WHERE kind <> 'wasted'), 0),
       coalesce(sum(grams) FILTER (WHERE kind <> 'wasted' AND price IS NULL), 0),
       (SELECT count(DISTINCT authorisation_id) FROM lines),
       product_id
  FROM priced JOIN catalogue_product product ON product.id = product_id
 GROUP BY GROUPING SETS ((product_id), (area), ())
"""
