"""The calendar feed: read by a parser that knows only the rules of RFC 5545; opened by its key alone."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import FeedToken
from approvals.workflow import Status
from tests.approvals.walk import walk
from treatments.ics import Event, calendar
from treatments.models import Authorisation


def parsed(text: str) -> list[dict[str, str]]:
    """The events of a calendar. Raises AssertionError for what the rules forbid."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "") and "\r" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert {"VERSION:2.0"} < set(lines) and sum(line.startswith("PRODID:") for line in lines) == 1
    events: list[dict[str, str]] = []
    for line in lines[1:-1]:
        name, value = re.fullmatch(r"([A-Z-]+)(?:;[A-Z-]+=[^:]+)?:(.*)", line).groups()
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and line != "END:VEVENT":
            assert name not in events[-1]
            events[-1][name] = re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(event)
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
    return events


def test_long_lines_special_signs_and_accents_survive():
    hard = 'Città; unità, \\ "così"\r\nsu due righe\x07 ' + "àèìòù€𝒳" * 40
    moment = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    text = calendar(hard, [Event("1@x", date(2026, 12, 31), hard, hard, "https://x.example/a", moment)])
    (event,) = parsed(text)
    assert event["SUMMARY"] == event["DESCRIPTION"] == hard.replace("\r\n", "\n").replace("\x07", "")
    assert (event["DTSTART"], event["DTEND"]) == ("20261231", "20270101")
    assert event["DTSTAMP"] == "20260329T003000Z"
    assert "VALARM" not in text


@pytest.fixture
def periods(people, catalogue) -> list[Authorisation]:
    """One in ward 3, one in ward 5."""
    at = timezone.now() - timedelta(days=60)
    made = [
        walk(people, Status.APPROVED, person=n, author=author, at=at)
        for n, author in enumerate(["prescriber-w3", "prescriber-w5"])
    ]
    return [one.authorisations.get() for one in made]


@pytest.fixture
def key(client, people):
    def make(name: str) -> str:
        client.force_login(people[name])
        answer = client.post("/profilo/calendario/", {"make": "1"})
        client.logout()
        return re.search(r"/scadenze/calendario/[\w-]+\.ics", answer.content.decode())[0]

    return make


def read(client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    return parsed(answer.content.decode())


@pytest.mark.django_db
def test_the_feed_holds_what_its_owner_sees_when_it_is_fetched(client, people, periods, key):
    address = key("prescriber-w3")
    (event,) = read(client, address)
    first, _second = periods
    assert first.application.number in event["SUMMARY"]
    assert event["DESCRIPTION"] == first.unit.name
    assert event["DTSTART"] == f"{first.due_on:%Y%m%d}"
    assert len(read(client, key("administrator"))) == 2
    # The date moves, the event is the same one; the role ends, and so does what is seen.
    Authorisation.objects.filter(pk=first.pk).update(due_on=first.due_on + timedelta(days=5))
    (moved,) = read(client, address)
    assert (moved["UID"], moved["DTSTART"]) == (event["UID"], f"{first.due_on + timedelta(days=5):%Y%m%d}")
    people["prescriber-w3"].memberships.update(to_on=timezone.localdate() - timedelta(days=1))
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_no_patient_and_no_file_of_others_stands_in_it(client, people, periods, key):
    text = client.get(key("administrator")).content.decode()
    for period in periods:
        for secret in (period.patient.surname, period.patient.tax_code, period.indication_name):
            assert secret not in text
        assert f"/richieste/{period.application.number}/" not in text


@pytest.mark.django_db
def test_only_the_hash_is_kept_and_a_new_key_or_a_revoked_one_opens_nothing(client, people, periods, key):
    address = key("administrator")
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert not FeedToken.objects.filter(sha256__contains=token[:20]).exists()
    newer = key("administrator")
    assert client.get(address).status_code == 404
    assert client.get(newer).status_code == 200
    assert FeedToken.objects.get(revoked_at=None).last_used_on == timezone.localdate()
    client.force_login(people["administrator"])
    assert newer not in client.get("/profilo/calendario/").content.decode()
    client.post("/profilo/calendario/", {"revoke": "1"})
    client.logout()
    assert client.get(newer).status_code == 404


@pytest.mark.django_db
def test_somebody_deactivated_has_no_feed_any_more(client, people, periods, key):
    address = key("director")
    person = people["director"]
    person.is_active = False
    person.save()
    assert client.get(address).status_code == 404
    assert client.get("/scadenze/calendario/" + "x" * 43 + ".ics").status_code == 404
