"""Adverse events: recorded at any time, with the 36 hours to report them; who is reminded, and when."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from approvals import events
from approvals.reassessing import Event
from approvals.refusals import AlreadyDone, Refused
from approvals.workflow import Status
from audit.models import Entry
from outbox.jobs import Superseded
from outbox.models import Promise
from tests.approvals.walk import NOW, walk
from treatments import vigilance
from treatments.models import AdverseEvent
from treatments.vigilance_jobs import mail_to_report, remind_to_report

pytestmark = pytest.mark.usefixtures("catalogue")
WHEN = NOW + timedelta(days=5)
HEADACHE = Event("Cefalea intensa dopo la seconda infusione.", "moderate", WHEN.date())


@pytest.fixture
def approved(people):
    return walk(people, Status.APPROVED)


def record(people, application, event=HEADACHE, *, by="prescriber-w3", at=WHEN) -> AdverseEvent:
    return events.record(application.pk, event=event, by=people[by], at=at)


def report(people, event, reference="IT-MINISAL02-0001", *, by="pharmacist-1", at=WHEN) -> AdverseEvent:
    pk = event.authorisation.application_id
    return events.report(pk, event=event.pk, reference=reference, by=people[by], at=at)


@pytest.mark.parametrize("by", ["prescriber-w3", "head-w3", "pharmacist-2"])
def test_the_unit_and_the_pharmacy_record_and_report(people, approved, by):
    event = record(people, approved, by=by)
    assert event.authorisation == approved.authorisations.get()
    assert report(people, event, by=by).report_reference == "IT-MINISAL02-0001"
    assert Entry.objects.filter(chain=approved.chain, action="event_reported").exists()


@pytest.mark.parametrize("by", ["prescriber-w5", "chair", "administrator", "director"])
def test_nobody_else_does(people, approved, by):
    with pytest.raises(Refused, match="riservata"):
        record(people, approved, by=by)


def test_without_an_authorisation_there_is_nothing_to_record(people):
    with pytest.raises(Refused, match="autorizzato nulla"):
        record(people, walk(people, Status.SUBMITTED))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"what": " "}, "vuoto"),
        ({"what": "x" * 100_000}, "lungo"),
        ({"severity": "terrible"}, "gravità"),
        ({"happened_on": WHEN.date() + timedelta(days=1)}, "futuro"),
        ({"happened_on": None}, "giorno"),
        ({"known_since": WHEN + timedelta(hours=1)}, "futuro"),
    ],
)
def test_what_an_event_must_say_is_asked_in_words(people, approved, changed, words):
    told = {"what": "Cefalea.", "severity": "mild", "happened_on": WHEN.date(), **changed}
    with pytest.raises(Refused) as refusal:
        record(people, approved, Event(**told))
    assert words in refusal.value.sentence
    assert not AdverseEvent.objects.exists()


def test_a_second_click_is_told_and_a_report_is_noted_once(people, approved):
    event = record(people, approved)
    with pytest.raises(AlreadyDone):
        record(people, approved)
    with pytest.raises(Refused):
        report(people, event, reference="  ")
    report(people, event)
    with pytest.raises(AlreadyDone, match="IT-MINISAL02-0001"):
        report(people, event, "altro")


def test_what_was_recorded_never_changes(people, approved):
    event = record(people, approved)
    for statement in (
        lambda: AdverseEvent.objects.update(severity="mild"),
        AdverseEvent.objects.all().delete,
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            statement()
    report(people, event)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AdverseEvent.objects.update(report_reference="altro")


def promised(job) -> list[str]:
    return sorted(Promise.objects.filter(job=job).values_list("key", flat=True))


def test_each_reminder_is_promised_once_twelve_hours_before_and_at_the_end(people, approved):
    event = record(people, approved)
    hour = timedelta(hours=1)
    assert vigilance.sweep(at=WHEN + 23 * hour) == 0
    assert [vigilance.sweep(at=WHEN + 24 * hour) for _again in range(2)] == [1, 0]
    assert [vigilance.sweep(at=WHEN + 36 * hour) for _again in range(2)] == [1, 0]
    assert promised("remind_to_report") == [f"vigilance:{event.pk}:before", f"vigilance:{event.pk}:due"]


def test_the_recorder_is_reminded_and_at_the_end_the_pharmacy_too(people, approved):
    event = record(people, approved)
    end = WHEN + timedelta(hours=36)
    for kind, at, told in (
        ("before", end - timedelta(hours=12), {"prescriber-w3"}),
        ("due", end, {"prescriber-w3", "pharmacist-1", "pharmacist-2"}),
    ):
        remind_to_report(key=f"k:{kind}", at=at, event=event.pk, kind=kind)
        assert {key.rsplit(":", 1)[1] for key in promised("mail_to_report") if f":{kind}:" in key} == {
            str(people[name].pk) for name in told
        }
    with pytest.raises(Superseded):
        remind_to_report(key="k", at=end, event=event.pk, kind="before")


def test_the_mail_has_a_number_and_a_link_and_what_is_reported_sends_none(people, approved):
    event = record(people, approved)
    at = WHEN + timedelta(hours=37)
    told = {"event": event.pk, "kind": "due", "user": people["prescriber-w3"].pk}
    mail_to_report(key="m", at=at, **told)
    (message,) = mail.outbox
    assert approved.number in message.subject
    assert "Cefalea" not in message.body
    assert reverse("events", args=[approved.number]) in message.body
    report(people, event)
    with pytest.raises(Superseded):
        mail_to_report(key="m2", at=at, **told)


def test_the_page_shows_the_time_left_and_what_is_late(client, people, approved):
    now = timezone.now()
    long_ago = now - timedelta(hours=40)
    early = Event("Brividi.", "mild", timezone.localdate(), now - timedelta(hours=2))
    late = Event("Dispnea.", "serious", timezone.localdate(long_ago), long_ago)
    for event in (early, late):
        record(people, approved, event, at=now)
    client.force_login(people["pharmacist-1"])
    page = client.get(reverse("application", args=[approved.number])).content.decode()
    assert "in ritardo di 4 h" in page
    assert "restano 33 h" in page or "restano 1 g 9 h" in page


def test_it_is_recorded_and_reported_on_its_page(client, people, approved):
    client.force_login(people["prescriber-w3"])
    address = reverse("events", args=[approved.number])
    today = f"{timezone.localdate():%d/%m/%Y}"
    data = {"what": "Cefalea “pulsante” 🙂", "severity": "mild", "happened_on": today}
    assert client.post(address, {}).status_code == 422
    assert client.post(address, data | {"known_time": "25:99", "known_on": today}).status_code == 422
    assert client.post(address, data).status_code == 302
    event = AdverseEvent.objects.get()
    mark = reverse("event-report", args=[approved.number, event.pk])
    assert "Cefalea" in client.get(mark).content.decode()
    assert client.post(mark, {"report_reference": "x" * 101}).status_code == 422
    assert client.post(mark, {"report_reference": "IT-1"}).status_code == 302
    assert "IT-1" in client.get(address).content.decode()


def test_an_event_of_another_application_is_not_found(client, people, approved):
    event = record(people, approved)
    other = walk(people, Status.APPROVED, person=1)
    client.force_login(people["prescriber-w3"])
    assert client.get(reverse("event-report", args=[other.number, event.pk])).status_code == 404
