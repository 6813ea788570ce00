"""The figures of a report against a small case counted by hand; whose they are; the lists they lead to."""

from datetime import date, datetime, timedelta
from decimal import Decimal as D
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import Hospital, Unit
from approvals import actions
from approvals.models import Application
from approvals.reports import counting
from approvals.reports.asking import Asked, Span, span_of
from approvals.workflow import Status
from audit.models import Entry
from catalogue.models import Product, ProductPrice
from tests.approvals.walk import BETTER, MET, WORSE, judged, rejected, step, walk
from treatments.models import Authorisation, Dispensing

pytestmark = pytest.mark.usefixtures("catalogue")
ROME = ZoneInfo("Europe/Rome")
TODAY = date(2026, 6, 30)
SPAN = Span(date(2026, 1, 1), date(2026, 6, 30))


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ROME)


@pytest.fixture
def asked(people):
    """Return `asked(unit=…)`: the first half of 2026, of the cast's hospital."""
    hospital = people["administrator"].memberships.get().unit.hospital_id

    def ask(**narrowed) -> Asked:
        return Asked(**{"span": SPAN, "today": TODAY, "hospitals": frozenset({hospital}), **narrowed})

    return ask


def pause(people, pk: int, *, asked_at: datetime, answered_at: datetime) -> None:
    actions.ask(pk, questions=["Quale dose?"], by=people["pharmacist-1"], at=asked_at)
    author = Application.objects.get(pk=pk).author
    actions.answer(pk, answers={1: "Quella scritta nella richiesta."}, by=author, at=answered_at)


def entry(period: Authorisation, product: Product, kind: str, grams: str, on: date, *, of=None, back=None):
    """One line of the ledger, as its trigger wants it."""
    period.refresh_from_db()
    return Dispensing.objects.create(
        authorisation=period,
        sequence=period.dispensings.count() + 1,
        kind=kind,
        dispensed=of,
        reverses=back,
        cycle=1,
        happened_on=on,
        product=product,
        lot="L1",
        expires_on=date(2028, 1, 1),
        grams=D(grams),
        balance_g=period.given_g + D(grams),
        reason="" if kind == "dispensed" else "Motivo",
        recorded_at=at(6, 30),
        recorded_by=period.prescriber,
    )


def test_applications_are_counted_by_status_unit_and_row_in_the_period_they_were_sent(people, asked):
    walk(people, Status.SUBMITTED, at=at(1, 1, 0) - timedelta(minutes=61), person=0)  # on 31 December in Rome
    walk(people, Status.SUBMITTED, at=at(1, 1, 0), person=1)
    walk(people, Status.SUBMITTED, at=at(6, 30, 22), person=2, author="prescriber-w5")
    walk(people, Status.PHARMACY_REVIEW, at=at(3, 2), person=3, code="NEU-01")
    walk(people, Status.SUBMITTED, at=at(6, 30, 23), person=4)  # an hour later: July
    sent = counting.figures(asked()).sent
    assert sent.total == 3
    assert sent.by_status == {"submitted": 2, "pharmacy_review": 1}
    assert {code: count for code, (_name, count) in sent.by_row.items()} == {"OFT-03": 2, "NEU-01": 1}
    ward5 = people["prescriber-w5"].memberships.get(role="prescriber").unit_id
    assert sorted(sent.by_unit.values()) == [1, 2] and sent.by_unit[ward5] == 1
    assert counting.figures(asked(unit=ward5)).sent.total == 1
    assert counting.figures(asked(area="neurology")).sent.total == 1
    assert counting.figures(asked(row="OFT-03")).sent.total == 2


def test_decisions_and_their_reasons(people, asked):
    walk(people, Status.APPROVED, at=at(2, 1), person=0)
    rejected(people, at=at(2, 2), person=1)
    rejected(people, at=at(2, 3), person=2)
    assert counting.figures(asked()).decided == {"approved": 1, "refused": 2, "R03": 2, "inadmissible": 0}


def test_time_to_decision_is_without_the_pauses_which_are_told_apart(people, asked):
    # `walk` takes an hour a step: sent at +1, in the pharmacy at +3, decided at +6, so 5 hours each.
    walk(people, Status.APPROVED, at=at(2, 1), person=0)
    walk(people, Status.APPROVED, at=at(2, 2), person=1)
    # The third waits 48 hours for its author, of 72 between sending and decision.
    slow = walk(people, Status.PHARMACY_REVIEW, at=at(3, 2), person=2)
    pause(people, slow.pk, asked_at=at(3, 3), answered_at=at(3, 5))
    step(people, slow.pk, Status.COMMITTEE_REVIEW, at=at(3, 5, 9))
    step(people, slow.pk, "voted", at=at(3, 5, 9))
    step(people, slow.pk, Status.APPROVED, at=at(3, 5, 10))
    times = counting.figures(asked()).times[None]
    assert (times.count, times.median, times.paused) == (3, 5, 1)
    assert (times.pause_median, times.pause_ninetieth) == (48, 48)
    # 5, 5, 24: the 90th percentile lies 0.8 of the way from the second to the third.
    assert times.ninetieth == pytest.approx(5 + 0.8 * 19)


def test_reassessments_in_time_late_missed_and_outcomes(people, asked):
    def treated(person: int, due: date, **changed) -> Authorisation:
        found = walk(people, Status.APPROVED, at=at(1, 10), person=person).authorisations.get()
        Authorisation.objects.filter(pk=found.pk).update(due_on=due, **changed)
        return found

    def reassess(period: Authorisation, value, when: datetime) -> None:
        actions.reassess(period.application_id, outcome=judged(value), by=people["prescriber-w3"], at=when)

    in_time, late = treated(0, date(2026, 4, 10)), treated(1, date(2026, 4, 10))
    worse = treated(2, date(2026, 5, 10))
    reassess(in_time, MET, at(4, 10, 23))
    reassess(late, BETTER, at(4, 11, 0))
    reassess(worse, WORSE, at(5, 1))
    treated(3, date(2026, 5, 1))  # overdue on 30 June
    treated(4, date(2026, 6, 30))  # due that very day: none of these
    gone = {"settled_at": at(5, 2), "settled_by": people["prescriber-w3"]}
    treated(5, date(2026, 5, 1), verdict="expired", **gone)
    treated(6, date(2026, 5, 1), verdict="stop_choice", **gone)
    found = counting.figures(asked())
    assert found.due == counting.Due(in_time=2, late=1, expired=1, overdue=1, ended=1)
    assert (found.due.missed, found.due.expected) == (2, 5)
    assert found.due_by_month[date(2026, 4, 1)] == counting.Due(in_time=1, late=1)
    assert (found.outcomes.met, found.outcomes.not_met) == (1, 2)
    assert found.outcomes.by_verdict == {"continue": 3}


def test_grams_and_their_cost_by_hand(people, asked):
    period = walk(people, Status.APPROVED, at=at(1, 10)).authorisations.get()
    dose = period.dose | {"figures": {"saved_by_weight_g": "4.5", "saved_by_rounding_g": "-0.5"}}
    Authorisation.objects.filter(pk=period.pk).update(dose=dose, grams=D(300), cycles=3)
    product, other = (
        Product.objects.create(
            code=code, name=code, manufacturer="M", sizes_g=[D(10)], g_per_100_ml=D(10), loaded_at=at(1, 1)
        )
        for code in ("uno", "due")
    )
    ProductPrice.objects.create(product=product, valid_from=date(2026, 1, 1), euro_per_g=D(50))
    ProductPrice.objects.create(product=product, valid_from=date(2026, 3, 1), euro_per_g=D(60))
    first = entry(period, product, "dispensed", "40", date(2026, 2, 1))
    entry(period, product, "dispensed", "20", date(2026, 3, 1))
    entry(period, product, "returned", "-10", date(2026, 3, 5), of=first)  # at the price of February
    entry(period, product, "wasted", "-5", date(2026, 3, 6), of=first)  # paid all the same
    wrong = entry(period, other, "dispensed", "7", date(2026, 4, 1))
    entry(period, other, "reversed", "-7", date(2026, 4, 1), of=wrong, back=wrong)
    entry(period, other, "dispensed", "8", date(2026, 4, 2))
    entry(period, product, "dispensed", "9", date(2026, 7, 1))  # another period's
    found = counting.figures(asked())
    assert found.grams == counting.Grams(D(68), D(10), D(5), D(40 * 50 + 20 * 60 - 10 * 50), D(8), 1)
    assert found.grams.given == 53
    assert found.grams_by_product[product.name].euro == 2700
    assert found.grams_by_product[other.name] == counting.Grams(D(8), D(0), D(0), D(0), D(8))
    assert found.allotted == counting.Allotted(1, D(300), D("13.5"), D("-1.5"))
    assert list(found.grams_by_area) == ["ophthalmology"]


def test_another_hospital_is_another_report(people, asked):
    walk(people, Status.APPROVED, at=at(2, 1))
    other = Hospital.objects.create(name="Altro", address="Via", city="Città")
    Unit.objects.create(hospital=other, code="x", name="Reparto")
    found = counting.figures(asked(hospitals=frozenset({other.pk})))
    assert (found.sent.total, found.decided.get("approved", 0), found.allotted.periods) == (0, 0, 0)


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("", Span(date(2026, 2, 1), date(2026, 2, 28))),
        ("last_month", Span(date(2026, 1, 1), date(2026, 1, 31))),
        ("last_quarter", Span(date(2025, 10, 1), date(2025, 12, 31))),
        ("year", Span(date(2026, 1, 1), date(2026, 2, 28))),
        ("last_year", Span(date(2025, 1, 1), date(2025, 12, 31))),
    ],
)
def test_periods(preset, expected):
    assert span_of(preset, today=date(2026, 2, 28)) == expected


@pytest.fixture
def read(client, people):
    def look(
        name: str = "pharmacist-1", query: str = "?since=2026-01-01&until=2026-06-30", status: int = 200
    ):
        client.force_login(people[name])
        answer = client.get(f"/rapporti/{query}")
        assert answer.status_code == status
        return answer

    return look


def test_who_answers_for_the_hospital_reads_it_and_the_trail_says_so(read, people):
    for name in ("administrator", "director", "pharmacist-1"):
        read(name)
    for name in ("prescriber-w3", "head-w3", "chair", "member-1", "auditor"):
        read(name, status=404)
    assert Entry.objects.filter(action="report_read").count() == 3
    read(query="?period=days", status=422)
    read(query="?since=2026-02-01&until=2026-01-01", status=422)
    read(query="?row=%27;DROP", status=422)


def test_each_figure_leads_to_as_many_applications(read, client, people):
    walk(people, Status.APPROVED, at=at(2, 1), person=0)
    walk(people, Status.SUBMITTED, at=at(3, 1), person=1, code="NEU-01")
    rejected(people, at=at(2, 2), person=2)
    period = walk(people, Status.APPROVED, at=at(2, 5), person=3).authorisations.get()
    actions.reassess(period.application_id, outcome=judged(MET), by=people["prescriber-w3"], at=at(4, 1))
    Authorisation.objects.filter(pk=period.pk).update(due_on=date(2026, 3, 31))
    followed = 0
    for table in read().context["tables"]:
        for row in table.rows:
            if row.link.startswith("/richieste/") and table.slug not in ("kept-units",):
                shown = client.get(row.link)
                assert shown.status_code == 200
                assert len(shown.context["rows"]) == row.cells[1], (table.slug, row)
                followed += 1
    assert followed > 10
    assert "Da un rapporto" in client.get("/richieste/?outcome=R03").content.decode()
    links = [row.link for table in read("administrator").context["tables"] for row in table.rows if row.link]
    assert links and all(link.startswith("/scadenze/") for link in links)


def test_files_hold_every_table_and_the_filters(read, people):
    walk(people, Status.APPROVED, at=at(2, 1))
    query = "?since=2026-01-01&until=2026-06-30&area=ophthalmology"
    answer = read("administrator", query + "&format=xlsx")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    shown = read("administrator", query).context["tables"]
    assert len(book.worksheets) == len(shown) + 1
    assert ["ophthalmology" in str(cell.value) for cell in book.worksheets[0]["B"]].count(True) == 1
    text = b"".join(read("administrator", query + "&format=csv").streaming_content).decode("utf-8-sig")
    for table in shown:
        assert table.title in text
    entry = Entry.objects.filter(action="exported").latest("pk")
    assert entry.data["filters"] == {"since": "2026-01-01", "until": "2026-06-30", "area": "ophthalmology"}


def test_the_number_of_queries_is_constant(read, client, people):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/rapporti/?since=2026-01-01&until=2026-06-30").status_code == 200
        return len(captured)

    read()
    few = queries()
    for person in range(3):
        walk(people, Status.APPROVED, at=at(2, 1), person=person)
    assert queries() == few <= 12
