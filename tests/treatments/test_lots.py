"""Who received a lot: everybody who did, nobody else, for those who may know, with a trace."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Hospital, Unit
from accounts.people import day
from approvals.workflow import Status
from audit.models import Entry
from tests.approvals.walk import walk
from tests.treatments.ledgers import LOT, START, WHY, give, period, products
from treatments import dispensing
from treatments.lots import recipients
from treatments.models import Authorisation

__all__ = ["period", "products"]

ADDRESS = "/lotti/"


@pytest.fixture
def another(people, period) -> Authorisation:
    """Of another ward; it got ten grams of the same lot, two days later."""
    application = walk(people, Status.APPROVED, person=5, author="prescriber-w5", dose={"product": "any"})
    found = application.authorisations.get()
    give(people, found, at=START + timedelta(days=2), grams=10)
    return found


@pytest.fixture
def find(client, people):
    def look(lot: str, who: str = "pharmacist-1", status: int = 200, **more):
        client.force_login(people[who])
        answer = client.get(ADDRESS, {"lot": lot, **more})
        assert answer.status_code == status
        return answer

    return look


def told(answer) -> list[tuple[str, Decimal, str]]:
    return [(row.period.number, row.net_g, row.outcome.value) for row in answer.context["rows"]]


def test_everybody_who_received_it_and_nobody_else(people, period, another, find):
    give(people, period)
    give(people, period, at=START + timedelta(days=1), grams=20)
    give(people, period, at=START + timedelta(days=1), grams=5, lot="PG24K0171")
    answer = find(f" {LOT.lower()} ", who="director")
    assert told(answer) == [(another.number, 10, "received"), (period.number, 60, "received")]
    assert answer.context["rows"][1].days == [day(START), day(START) + timedelta(days=1)]
    assert "<strong>2 pazienti</strong> ne hanno ricevuto 70 g." in answer.text.replace("\u00a0", " ")
    assert another.patient.full_name in answer.text
    assert another.unit.name in answer.text


def test_what_came_back_or_was_wasted_was_not_received(people, period, find):
    less = {"reason": WHY, "by": people["pharmacist-1"], "at": START}
    give(people, period)
    dispensing.take_back(period.pk, entry=1, grams=Decimal(15), **less)
    dispensing.waste(period.pk, entry=1, grams=Decimal(5), **less)
    (row,) = find(LOT).context["rows"]
    assert (row.dispensed_g, row.returned_g, row.wasted_g, row.net_g) == (40, 15, 5, 20)
    dispensing.reverse(period.pk, entry=2, **less)
    assert told(find(LOT)) == [(period.number, 35, "received")]
    dispensing.waste(period.pk, entry=1, grams=Decimal(35), **less)
    answer = find(LOT)
    assert told(answer) == [(period.number, 0, "came_back")]
    assert "Nessun paziente l’ha ricevuto" in answer.text


def test_a_mistaken_entry_is_told_as_one(people, period, find):
    give(people, period)
    dispensing.reverse(period.pk, entry=1, reason=WHY, by=people["pharmacist-2"], at=START)
    assert told(find(LOT)) == [(period.number, 0, "mistaken")]


def test_a_lot_nobody_received_says_so_and_leaves_no_words_in_the_trail(period, find, people):
    answer = find("Rossi Mario")
    assert "nessuno ha ricevuto" in answer.text
    searched = Entry.objects.get(action="lot_searched")
    assert searched.data == {"lot": "", "applications": []}
    assert searched.chain == f"lot:{people['pharmacist-1'].pk}"


def test_the_trail_names_the_lot_and_whose_treatments_were_shown(people, period, another, find):
    find(LOT)
    ids = sorted([another.application_id])
    assert Entry.objects.get(action="lot_searched").data == {"lot": LOT, "applications": ids}


@pytest.mark.parametrize("lot", ["", "   ", "x" * 41])
def test_what_is_no_lot_is_an_error_in_words(find, people, lot):
    answer = find(lot, status=422)
    assert answer.context["form"].errors["lot"]
    assert not Entry.objects.filter(action="lot_searched").exists()


@pytest.mark.parametrize("who", ["prescriber-w3", "head-w3", "administrator", "auditor", "chair"])
def test_nobody_else_asks(find, people, who):
    find(LOT, who=who, status=404)


def test_another_hospital_is_not_told_of(people, period, another, find):
    elsewhere = Unit.objects.create(hospital=Hospital.objects.create(name="Altro"), name="Farmacia")
    people["pharmacist-2"].memberships.update(unit=elsewhere)
    assert told(find(LOT)) == [(another.number, 10, "received")]
    assert "rows" not in find("", who="pharmacist-2", status=422).context
    assert told(find(LOT, who="pharmacist-2")) == []


def test_the_file_holds_what_the_page_says(people, period, another, find):
    answer = find(LOT, format="csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    _header, row = csv.reader(io.StringIO(text), delimiter=";")
    assert row[0] == LOT
    assert row[3:7] == [another.patient.surname, another.patient.name, *row[5:6], another.code]
    assert row[-5:-1] == ["10,000", "0", "0", "10,000"]
    assert Entry.objects.get(action="exported").data["filters"] == {"lot": LOT}
    assert find(LOT, format="xlsx").headers["Content-Disposition"].endswith('.xlsx"')


def test_the_page_takes_as_many_queries_whatever_its_length(
    client, people, period, another, django_assert_max_num_queries
):
    client.force_login(people["pharmacist-1"])
    give(people, period)
    with django_assert_max_num_queries(9):
        client.get(ADDRESS, {"lot": LOT})


def test_the_index_answers(people, period, another):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT id FROM treatments_dispensing WHERE upper(lot) = %s", [LOT])
        assert "dispensed_lot" in str(cursor.fetchall())
    assert len(recipients(LOT, hospitals=[another.hospital_id])) == 1


def test_the_auditor_sees_who_asked(client, people, period, another, find):
    find(LOT)
    client.force_login(people["auditor"])
    assert "Ricerca dei destinatari di un lotto" in client.get(reverse("trail")).text
