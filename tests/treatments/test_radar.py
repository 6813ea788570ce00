"""Still on treatment? Open periods with nothing dispensed for longer than their interval."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.workflow import Status
from tests.approvals.walk import walk
from treatments.models import Authorisation

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def period(people):
    """Return `period(given=…)`: so many days ago it began, had its first infusion, was dispensed last."""
    made = []

    def open_one(begun=200, infused=None, given=None, interval=28, author="prescriber-w3") -> Authorisation:
        at = timezone.now() - timedelta(days=begun)
        found = walk(people, Status.APPROVED, person=len(made), author=author, at=at).authorisations.get()
        today = timezone.localdate()
        days = {"first_infusion_on": infused, "last_dispensed_on": given}
        changed = {name: n if n is None else today - timedelta(days=n) for name, n in days.items()}
        with connection.cursor() as cursor:  # the ledger's columns are its trigger's: it looks away here
            cursor.execute("SET session_replication_role = replica")
            Authorisation.objects.filter(pk=found.pk).update(**changed, interval_days=interval)
            cursor.execute("SET session_replication_role = origin")
        made.append(found)
        return found

    return open_one


@pytest.fixture
def read(client, people):
    def look(name: str = "administrator", query: str = "", status: int = 200):
        client.force_login(people[name])
        answer = client.get(f"/scadenze/ferme/{query}")
        assert answer.status_code == status
        return answer

    return look


def shown(answer) -> list[int]:
    return [row["period"].pk for row in answer.context["rows"]]


def test_silent_is_longer_than_the_interval_and_two_weeks(read, period):
    period(given=28 + 14)  # the last day on which nothing is said yet
    longest, just = period(given=100), period(given=28 + 15)
    assert shown(read()) == [longest.pk, just.pk]


def test_without_an_interval_a_month_counts_and_without_a_dispensing_the_beginning(read, period):
    period(given=31 + 14, interval=None)
    monthly = period(given=31 + 15, interval=None)
    never, infused = period(begun=60), period(begun=190, infused=50)
    period(begun=190, infused=40)
    answer = read()
    assert shown(answer) == [never.pk, infused.pk, monthly.pk]
    assert (answer.context["stopped"], answer.context["never"]) == (1, 2)
    assert shown(read(query="?which=never")) == [never.pk, infused.pk]
    assert shown(read(query="?which=stopped")) == [monthly.pk]


def test_ended_ones_are_gone_and_each_sees_their_own(read, period, people):
    ward3, ward5 = period(given=90), period(given=80, author="prescriber-w5")
    ended = period(given=99)
    Authorisation.objects.filter(pk=ended.pk).update(settled_at=timezone.now(), settled_by=people["chair"])
    assert shown(read("pharmacist-1")) == [ward3.pk, ward5.pk]
    assert shown(read("head-w3")) == [ward3.pk]
    assert [one.total for one in read("prescriber-w5").context["units"]] == [1]
    assert shown(read("administrator", f"?unit={ward5.unit_id}")) == [ward5.pk]
    read("prescriber-w3", f"?unit={ward5.unit_id}", status=422)
    read("auditor", status=404)


def test_page_after_page_every_row_once(read, period, monkeypatch):
    monkeypatch.setattr("treatments.views.radar.SIZE", 2)
    made = [period(given=days).pk for days in (90, 80, 80, 70, 60)]
    first = read()
    second = read(query=f"?after={first.context['page'].after}")
    third = read(query=f"?after={second.context['page'].after}")
    assert shown(first) + shown(second) + shown(third) == made
    assert shown(read(query=f"?before={third.context['page'].before}")) == made[2:4]


def test_files_and_a_constant_number_of_queries(read, period, client):
    period(given=90), period(given=90, author="prescriber-w5")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/scadenze/ferme/").status_code == 200
        return len(captured)

    read()
    few = queries()
    for _n in range(4):
        period(given=80)
    assert queries() == few <= 12
    lines = b"".join(read(query="?format=csv").streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 7
    assert ";28;" in lines[1]


def test_the_list_and_the_counts_are_read_from_their_index(people, period):
    """What makes the page as quick at a million: the database takes the index as soon as it pays."""
    from treatments import due, radar

    period(given=90)
    seen = due.scope(people["administrator"], at=timezone.now())
    found = radar.silent(seen, on=timezone.localdate())
    with connection.cursor() as cursor:
        # One row is quickest read and sorted: here it may be neither, as a million would not be.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plan = radar.OLDEST_FIRST.ordered(found)[:50].explain()
    assert "live_by_expected_day" in plan
    assert "Sort" not in plan
