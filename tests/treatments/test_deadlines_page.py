"""The deadlines page: which reassessments are due, in whose unit, and which reminders went out."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Hospital, Unit
from accounts.people import day
from approvals.workflow import Status
from outbox.models import Promise
from tests.approvals.walk import walk
from treatments import charts, due
from treatments.due import Load
from treatments.models import Authorisation
from treatments.reminders import sweep

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def today() -> date:
    return day(timezone.now())


@pytest.fixture
def period(people, today):
    """Return `period(days, author)`: a live period due in so many days."""
    made = []

    def open_one(days: int, author: str = "prescriber-w3") -> Authorisation:
        at = timezone.now() - timedelta(days=150)
        application = walk(people, Status.APPROVED, person=len(made), author=author, at=at)
        found = application.authorisations.get()
        Authorisation.objects.filter(pk=found.pk).update(due_on=today + timedelta(days=days))
        found.refresh_from_db()
        made.append(found)
        return found

    return open_one


@pytest.fixture
def read(client, people):
    def look(name: str, query: str = "", status: int = 200):
        client.force_login(people[name])
        answer = client.get(f"/scadenze/{query}")
        assert answer.status_code == status
        return answer

    return look


def shown(answer) -> list[int]:
    return [row["period"].pk for row in answer.context["rows"]]


def totals(answer) -> tuple[int, int, int]:
    load = answer.context["totals"]
    return load.late, load.week, load.month


def test_counters_count_the_overdue_and_those_due_within_seven_and_thirty_days(read, period):
    for days in (-8, -1, 0, 7, 8, 30, 31):
        period(days)
    assert totals(read("administrator")) == (2, 2, 4)


def test_the_hospital_for_some_the_own_unit_for_others_and_no_page_for_the_rest(read, period):
    ward3, ward5 = period(-1), period(1, "prescriber-w5")
    for name in ("administrator", "director", "pharmacist-2"):
        assert shown(read(name)) == [ward3.pk, ward5.pk]
    for name in ("prescriber-w3", "head-w3"):
        assert shown(read(name)) == [ward3.pk]
        assert totals(read(name)) == (1, 0, 0)
    for name in ("chair", "member-1", "auditor"):
        read(name, status=404)


def test_an_administrator_reads_numbers_without_patients_or_links_to_files(read, period):
    one = period(3)
    html = read("administrator").content.decode()
    number = one.number.rsplit("/", 1)[0]
    assert number in html
    assert f"/richieste/{number}/" not in html
    for secret in (one.patient.surname, one.patient.tax_code, one.patient.initials):
        assert secret not in html
    assert f"/richieste/{number}/" in read("pharmacist-1").content.decode()


def test_the_disease_outside_the_catalogue_is_no_line_of_the_list(read, people, today):
    """It is a free text: nobody can promise that it names no patient."""
    at = timezone.now() - timedelta(days=100)
    walk(people, Status.APPROVED, code="EXT-01", indication={"which": "Malattia di Fittizia Prova"}, at=at)
    page = read("administrator")
    assert len(shown(page)) == 1
    assert "Fittizia" not in page.content.decode()


def test_filters_by_window_unit_and_area(read, period, people):
    late, week, month, ward5 = period(-3), period(5), period(20), period(6, "prescriber-w5")
    assert shown(read("administrator", "?window=late")) == [late.pk]
    assert shown(read("administrator", "?window=week")) == [week.pk, ward5.pk]
    assert shown(read("administrator", "?window=month")) == [week.pk, ward5.pk, month.pk]
    assert shown(read("administrator", f"?unit={ward5.unit_id}")) == [ward5.pk]
    assert shown(read("administrator", "?area=neurology")) == []
    assert len(shown(read("administrator", "?area=ophthalmology"))) == 4


def test_a_unit_that_is_not_ones_own_is_no_filter(read, period):
    ward5 = period(6, "prescriber-w5")
    read("prescriber-w3", f"?unit={ward5.unit_id}", status=422)


@pytest.mark.parametrize("sort", ["due", "-due", "number", "-number"])
def test_every_order_shows_every_row_once_page_after_page(read, period, monkeypatch, sort):
    monkeypatch.setattr("treatments.views.deadlines.SIZE", 2)
    made = [period(days) for days in (5, -1, 5, 3, 5)]
    key = {"due": lambda p: (p.due_on, p.pk), "number": lambda p: p.number}[sort.lstrip("-")]
    seen, after = [], ""
    while True:
        answer = read("administrator", f"?sort={sort}" + (f"&after={after}" if after else ""))
        seen += shown(answer)
        if not (after := answer.context["page"].after):
            break
    assert seen == [p.pk for p in sorted(made, key=key, reverse=sort.startswith("-"))]


def test_reminders_are_told_with_what_became_of_them(read, period):
    one = period(5)
    sweep(at=timezone.now())
    (row,) = read("administrator").context["rows"]
    (told,) = row["reminders"]
    assert not told["is_done"]
    at = timezone.now() - timedelta(hours=1)
    Promise.objects.filter(job="remind").update(status="done", settled_at=at)
    (told,) = read("administrator").context["rows"][0]["reminders"]
    assert told["is_done"]
    assert told["at"] == at
    # A moved due date arms them again: what went out for the old date is not told as if for the new one.
    Authorisation.objects.filter(pk=one.pk).update(due_on=one.due_on + timedelta(days=90))
    assert read("administrator").context["rows"][0]["reminders"] == []


def test_a_settled_period_is_gone(read, period, people):
    one = period(-3)
    Authorisation.objects.filter(pk=one.pk).update(settled_at=timezone.now(), settled_by=people["chair"])
    assert shown(read("administrator")) == []


def test_the_number_of_queries_does_not_grow_with_the_rows(client, people, period):
    client.force_login(people["administrator"])

    def queries() -> int:
        sweep(at=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/scadenze/").status_code == 200
        return len(captured)

    period(-1), period(2)
    few = queries()
    for n in range(6):
        period(n - 3, "prescriber-w5" if n % 2 else "prescriber-w3")
    assert queries() == few <= 12


def test_the_day_turns_at_local_midnight(people, period, today):
    one = period(0)
    seen = due.scope(people["administrator"], at=timezone.now())
    midnight = timezone.make_aware(datetime.combine(today + timedelta(days=1), time()))
    assert due.within(seen.periods(), "late", on=day(midnight - timedelta(seconds=1))).count() == 0
    assert due.within(seen.periods(), "late", on=day(midnight)).get() == one


def test_bars_share_one_scale_and_the_smallest_number_still_shows():
    big, small = charts.bars([Load("a", 1, 900, 0, 100), Load("b", 2, 1, 0, 0)])
    assert [piece.tone for piece in big.pieces] == ["error", "info"]
    assert big.pieces[1].x == big.pieces[0].width
    assert sum(piece.width for piece in big.pieces) <= charts.WIDTH
    assert small.pieces[0].width == charts.NARROWEST


def test_units_and_areas_are_counted_and_the_counters_follow_the_filters(read, period):
    here, there = period(-3), period(5, "prescriber-w5")
    by_unit, by_area = (chart["loads"] for chart in read("administrator").context["charts"])
    assert [(load.key, load.late, load.week) for load in by_unit] == [
        (here.unit_id, 1, 0),
        (there.unit_id, 0, 1),
    ]
    assert [(load.key, load.total) for load in by_area] == [("ophthalmology", 2)]
    assert totals(read("administrator", f"?unit={there.unit_id}")) == (0, 1, 1)
    assert totals(read("administrator", "?area=neurology")) == (0, 0, 0)


def test_the_printed_list_holds_all_rows_and_says_its_filters(read, period, monkeypatch):
    monkeypatch.setattr("treatments.views.deadlines.SIZE", 1)
    for days in (-3, -2, 5):
        period(days)
    page = read("administrator", "?window=late&print=1")
    assert len(shown(page)) == 2
    assert page.context["form"].in_words() == [("Termine", "Oltre il termine")]
    assert "Promemoria" in page.content.decode()


def test_another_hospital_never_shows(read, period, people):
    here, there = period(-3), period(5, "prescriber-w5")
    other = Hospital.objects.create(name="Altro", address="Via", city="Città")
    unit = Unit.objects.create(hospital=other, code="x1", name="Reparto altrui")
    Authorisation.objects.filter(pk=there.pk).update(hospital=other, unit=unit)
    page = read("administrator")
    assert shown(page) == [here.pk]
    assert "Reparto altrui" not in page.content.decode()


def test_who_may_hand_over_is_led_to_the_page_for_it(read, period):
    number = period(3).application.number
    of_file, by_number = f"/richieste/{number}/trasferimento/", f"/scadenze/{number}/passaggio/"
    for name, there in (
        ("prescriber-w3", of_file),
        ("director", of_file),
        ("administrator", by_number),
        ("pharmacist-1", ""),
    ):
        html = read(name).content.decode()
        assert [one for one in (of_file, by_number) if one in html] == ([there] if there else [])
