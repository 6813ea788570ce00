"""The deadlines page, the radar and the reports: with a thousand authorisations and with a million, and their
queries beside the best plain SQL for the same answer.

One in twenty is open, as in a hospital that has kept them for years; a thousand lie in the month of the
report, whether they are all there are or the last of a million.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from statistics import median
from time import perf_counter

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from approvals.reports import counting
from approvals.reports.asking import Asked, Span
from tests.bench.crowd import MILLION, crowd
from tests.bench.measuring import Figure, compared, in_turns
from treatments import due, radar
from treatments.forms.deadlines import ORDERS
from treatments.models import Authorisation

ROUNDS = 15
SOME = 1_000
TODAY = timezone.localdate()
MONTH = Span(TODAY - timedelta(days=30), TODAY)
PAGES = {
    "deadlines page": "/scadenze/",
    "radar": "/scadenze/ferme/",
    "report of a month": f"/rapporti/?since={MONTH.first}&until={MONTH.last}",
}
# How many days ago it happened: the last thousand within the month, the others over ten years before it.
AGO = f"""(CASE WHEN %(last)s - id < {SOME} THEN (%(last)s - id) * 29 / {SOME}
           ELSE 40 + (%(last)s - id) * 3600 / greatest(%(last)s - %(first)s, 1) END)::int"""
# The last ones are open too, so that a thousand fill a page.
ENDED = "(id %% 20 > 0 AND %(last)s - id >= 200)"
SHAPE = (
    f"""UPDATE treatments_authorisation
           SET settled_at = CASE WHEN {ENDED} THEN timestamptz '2026-01-01' END,
               verdict = CASE WHEN {ENDED} THEN 'continue' ELSE '' END,
               opened_at = %(today)s::date - {AGO} + interval '9 hours',
               valid_from = CASE WHEN {ENDED} THEN %(today)s::date - {AGO}
                                 ELSE %(today)s::date - 30 + (id / 20 %% 120)::int END - 90,
               due_on = CASE WHEN {ENDED} THEN %(today)s::date - {AGO}
                             ELSE %(today)s::date - 30 + (id / 20 %% 120)::int END,
               last_dispensed_on = CASE WHEN id %% 3 > 0 THEN %(today)s::date - (id / 20 %% 90)::int END,
               interval_days = 28""",
    f"""UPDATE approvals_application
           SET submitted_at = %(today)s::date - {AGO} + interval '8 hours' WHERE number IS NOT NULL""",
    f"""UPDATE approvals_decision d SET decided_at = %(today)s::date - ago + interval '12 hours'
          FROM (SELECT id, {AGO} AS ago FROM approvals_application) a WHERE a.id = d.application_id""",
    f"""INSERT INTO treatments_reassessment (authorisation_id, has_benefit, weight_kg, judgement, verdict,
               reassessed_at, reassessed_by_id)
        SELECT id, true, 70, 'x', 'continue',
               %(today)s::date - {AGO} + interval '10 hours', prescriber_id
          FROM treatments_authorisation WHERE id %% 20 > 9 ORDER BY id""",
    """INSERT INTO treatments_measured (reassessment_id, position, measure, unit_of_measure, baseline, target,
               better, value_now, is_met, has_benefit)
        SELECT id, 1, 'x', '', 18, 9, 'down', 12, authorisation_id %% 2 = 0, true
          FROM treatments_reassessment ORDER BY id""",
    f"""INSERT INTO treatments_dispensing (authorisation_id, sequence, kind, cycle, happened_on, product_id,
               lot, expires_on, grams, balance_g, reason, recorded_at, recorded_by_id)
        SELECT id, 1, 'dispensed', 1, %(today)s::date - {AGO}, (SELECT min(id) FROM catalogue_product), 'L',
               date '2030-01-01', 40, 40, '', now(), prescriber_id
          FROM treatments_authorisation ORDER BY id""",
    f"""INSERT INTO approvals_step (application_id, sequence, action, source, target, at, by_id, comment)
        SELECT id, n, 'ask', CASE n WHEN 6 THEN 'pharmacy_review' ELSE 'information_requested' END,
               CASE n WHEN 6 THEN 'information_requested' ELSE 'pharmacy_review' END,
               %(today)s::date - {AGO} + n * interval '90 minutes', author_id, ''
          FROM approvals_application, generate_series(6, 7) n WHERE id %% 10 = 0 ORDER BY id, n
        ON CONFLICT DO NOTHING""",  # what other figures left behind has steps of its own
)

COLUMNS = """t.id, t.number, t.period, t.unit_id, t.area, t.indication_name, t.valid_from,
  t.first_infusion_on, t.last_dispensed_on, t.interval_days, t.grams, t.given_g, t.due_on, u.name,
  p.title, p.first_name, p.last_name"""
JOINED = "JOIN accounts_unit u ON u.id = t.unit_id JOIN accounts_user p ON p.id = t.prescriber_id"
DEADLINES = f"""
SELECT unit_id, area, count(*) FILTER (WHERE due_on < %(today)s),
       count(*) FILTER (WHERE due_on BETWEEN %(today)s AND %(today)s::date + 7),
       count(*) FILTER (WHERE due_on > %(today)s::date + 7)
  FROM treatments_authorisation
 WHERE hospital_id = %(hospital)s AND settled_at IS NULL AND NOT is_provisional
   AND due_on <= %(today)s::date + 30
 GROUP BY unit_id, area;
SELECT id, name FROM accounts_unit WHERE hospital_id = %(hospital)s;
SELECT {COLUMNS} FROM treatments_authorisation t {JOINED}
 WHERE t.hospital_id = %(hospital)s AND settled_at IS NULL AND NOT is_provisional
 ORDER BY due_on, t.id LIMIT 51
"""
# As plain SQL has it that keeps no day to look at: what is left after the index of the open ones.
RADAR = f"""
SELECT unit_id, count(*), count(*) FILTER (WHERE last_dispensed_on IS NULL) FROM treatments_authorisation
 WHERE hospital_id = %(hospital)s AND settled_at IS NULL AND NOT is_provisional
   AND coalesce(last_dispensed_on, first_infusion_on, valid_from) + coalesce(interval_days, 31)
       < %(today)s::date - 14
 GROUP BY unit_id;
SELECT id, name FROM accounts_unit WHERE hospital_id = %(hospital)s;
SELECT {COLUMNS} FROM treatments_authorisation t {JOINED}
 WHERE t.hospital_id = %(hospital)s AND settled_at IS NULL AND NOT is_provisional
   AND coalesce(last_dispensed_on, first_infusion_on, valid_from) + coalesce(interval_days, 31)
       < %(today)s::date - 14
 ORDER BY coalesce(last_dispensed_on, first_infusion_on, valid_from) + coalesce(interval_days, 31), t.id
 LIMIT 51
"""
# The same seven answers for one hospital and one period, written for nothing else: no other filter in them.
REPORT = """
SELECT a.status, a.unit_id, a.indication_code, max(i.name_it), count(*)
  FROM approvals_application a JOIN accounts_unit u ON u.id = a.unit_id
  JOIN catalogue_indication i ON i.id = a.indication_id
 WHERE u.hospital_id = %(hospital)s
   AND coalesce(emergency_requested_at, submitted_at) >= %(first)s::date - interval '1 hour'
   AND coalesce(emergency_requested_at, submitted_at) < %(after)s::date - interval '1 hour'
 GROUP BY GROUPING SETS ((a.status), (a.unit_id), (a.indication_code), ());
SELECT is_approval, c, count(*) FROM approvals_decision d
  JOIN approvals_application a ON a.id = d.application_id JOIN accounts_unit u ON u.id = a.unit_id
  LEFT JOIN unnest(reason_codes) c ON true
 WHERE u.hospital_id = %(hospital)s AND d.decided_at >= %(first)s::date - interval '1 hour'
   AND d.decided_at < %(after)s::date - interval '1 hour'
 GROUP BY GROUPING SETS ((is_approval), (c));
SELECT count(*) FROM approvals_step s JOIN approvals_application a ON a.id = s.application_id
  JOIN accounts_unit u ON u.id = a.unit_id
 WHERE u.hospital_id = %(hospital)s AND s.action = 'declare_inadmissible'
   AND s.at >= %(first)s::date - interval '1 hour' AND s.at < %(after)s::date - interval '1 hour';
WITH decided AS (
  SELECT a.id, a.is_urgent, a.submitted_at, d.decided_at
    FROM approvals_decision d JOIN approvals_application a ON a.id = d.application_id
    JOIN accounts_unit u ON u.id = a.unit_id
   WHERE u.hospital_id = %(hospital)s AND d.decided_at >= %(first)s::date - interval '1 hour'
     AND d.decided_at < %(after)s::date - interval '1 hour' AND d.round = 1),
paused AS (
  SELECT b.application_id, sum(e.at - b.at) AS pause FROM approvals_step b
    JOIN decided ON decided.id = b.application_id
    JOIN approvals_step e ON e.application_id = b.application_id AND e.sequence = b.sequence + 1
   WHERE b.target = 'information_requested' AND b.source <> b.target GROUP BY 1)
SELECT is_urgent, count(*),
       percentile_cont(ARRAY[0.5, 0.9])
         WITHIN GROUP (ORDER BY decided_at - submitted_at - coalesce(pause, '0')),
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY pause)
  FROM decided LEFT JOIN paused ON application_id = id GROUP BY GROUPING SETS ((is_urgent), ());
SELECT date_trunc('month', due_on), unit_id, count(*) FILTER (WHERE reassessed_at::date <= due_on),
       count(*) FILTER (WHERE reassessed_at::date > due_on), count(*) FILTER (WHERE a.verdict = 'expired'),
       count(*) FILTER (WHERE settled_at IS NULL AND due_on < %(today)s)
  FROM treatments_authorisation a LEFT JOIN treatments_reassessment r ON r.authorisation_id = a.id
 WHERE hospital_id = %(hospital)s AND due_on BETWEEN %(first)s AND %(last)s
 GROUP BY GROUPING SETS ((date_trunc('month', due_on)), (unit_id), ());
SELECT r.verdict, count(*), count(*) FILTER (WHERE m.is_met), count(*) FILTER (WHERE NOT m.is_met)
  FROM treatments_reassessment r JOIN treatments_authorisation a ON a.id = r.authorisation_id
  LEFT JOIN LATERAL (
    SELECT bool_and(is_met) AS is_met FROM treatments_measured WHERE reassessment_id = r.id) m ON true
 WHERE hospital_id = %(hospital)s AND reassessed_at >= %(first)s::date - interval '1 hour'
   AND reassessed_at < %(after)s::date - interval '1 hour' GROUP BY 1;
SELECT count(*), sum(grams), sum((dose #>> '{figures,saved_by_weight_g}')::numeric * cycles),
       sum((dose #>> '{figures,saved_by_rounding_g}')::numeric * cycles) FROM treatments_authorisation
 WHERE hospital_id = %(hospital)s AND opened_at >= %(first)s::date - interval '1 hour'
   AND opened_at < %(after)s::date - interval '1 hour';
SELECT product_id, area, kind, sum(d.grams), count(DISTINCT a.id), sum(d.grams * p.euro_per_g)
  FROM treatments_dispensing d JOIN treatments_authorisation a ON a.id = d.authorisation_id
  LEFT JOIN LATERAL (SELECT euro_per_g FROM catalogue_productprice p WHERE p.product_id = d.product_id
                      AND valid_from <= d.happened_on ORDER BY valid_from DESC LIMIT 1) p ON true
 WHERE hospital_id = %(hospital)s AND d.happened_on BETWEEN %(first)s AND %(last)s
 GROUP BY GROUPING SETS ((product_id, kind), (area, kind), (kind))
"""

_few: dict[str, float] = {}


def remember_few() -> None:
    """The pages with a thousand, before the million is made; nothing of it stays."""
    with transaction.atomic():
        administrator = shaped(SOME)
        _few.update({name: page(administrator, address) for name, address in PAGES.items()})
        transaction.set_rollback(True)


def figures() -> Iterator[Figure]:
    """Last of all: it leaves the million changed."""
    administrator = shaped(MILLION)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as it is after a quiet hour
    for name, address in PAGES.items():
        many = page(administrator, address)
        yield compared(f"{name}: 1,000,000 authorisations ÷ 1,000", (many, _few[name]), "≤ 1.5")
    hospital = administrator.memberships.get().unit.hospital_id
    seen = due.scope(administrator, at=timezone.now())
    asked = Asked(span=MONTH, today=TODAY, hospitals=frozenset({hospital}))
    values = {"hospital": hospital, "today": TODAY, **MONTH.values}
    for name, ours, plain in (
        ("queries of the deadlines page", lambda: deadlines(seen, TODAY), DEADLINES),
        ("queries of the radar", lambda: silent(seen, TODAY), RADAR),
        ("queries of a month's report", lambda: counting.figures(asked), REPORT),
    ):
        floor = by_hand(plain, values)
        yield compared(f"{name} ÷ plain SQL", in_turns(ours, floor, rounds=ROUNDS), "≤ 2")


def shaped(count: int) -> User:
    people = crowd(count)
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM treatments_authorisation")
        first, last = cursor.fetchone()
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            """INSERT INTO catalogue_product (code, name, manufacturer, atc, sizes_g, g_per_100_ml,
                      stabiliser, is_active, loaded_at)
               VALUES ('bench', 'Bench', 'B', 'J06BA02', '{10}', 10, 'none', true, now())
               ON CONFLICT DO NOTHING"""
        )
        for statement in SHAPE:
            cursor.execute(statement, {"first": first, "last": last, "today": TODAY})
        cursor.execute("SET session_replication_role = origin")
        # A house ends its periods one by one; a million at once leave indexes full of what is gone.
        cursor.execute("REINDEX TABLE treatments_authorisation")
        cursor.execute("ANALYZE")
    return people["administrator"]


def deadlines(seen: due.Scope, on: date) -> list[Authorisation]:
    """What the page asks for: the counts, and the first rows."""
    due.burden(seen, on=on)
    return list(ORDERS["due"].ordered(seen.periods().listed())[:51])


def silent(seen: due.Scope, on: date) -> list[Authorisation]:
    radar.by_unit(seen, on=on)
    return list(radar.OLDEST_FIRST.ordered(radar.silent(seen, on=on).listed())[:51])


def by_hand(statements: str, values: dict[str, object]) -> Callable[[], None]:
    def run() -> None:
        with connection.cursor() as cursor:
            for statement in statements.split(";"):
                cursor.execute(statement, values)
                cursor.fetchall()

    return run


def page(user: User, address: str) -> float:
    """The median server time, everything included: rules, queries, template."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        answer = client.get(address)
        times.append(perf_counter() - began)
        assert answer.status_code == 200, answer.status_code
    return median(times)
