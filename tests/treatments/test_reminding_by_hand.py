"""A reminder sent by hand: once a day, to whom an ordinary one would reach, and told on the page."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from approvals.workflow import Status
from audit.models import Entry
from outbox.keeping import keep_next
from outbox.models import Line, Promise
from tests.approvals.walk import walk
from treatments.models import Authorisation

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def period(people) -> Authorisation:
    application = walk(people, Status.APPROVED, at=timezone.now() - timedelta(days=150))
    found = application.authorisations.get()
    Authorisation.objects.filter(pk=found.pk).update(due_on=timezone.localdate() - timedelta(days=3))
    Promise.objects.all().delete()
    return Authorisation.objects.get(pk=found.pk)


@pytest.fixture
def press(client, people, period):
    def send(name: str, number: str = "", status: int = 302, **fields: str):
        client.force_login(people[name])
        number = number or period.application.number
        answer = client.post(f"/scadenze/{number}/promemoria/", fields)
        assert answer.status_code == status
        return answer

    return send


def keep_all() -> None:
    while keep_next(at=timezone.now()):
        pass


def rows(client, people, name="administrator"):
    client.force_login(people[name])
    return client.get("/scadenze/").context["rows"]


def test_one_mail_to_the_prescriber_with_number_and_link_only(press, period):
    press("administrator")
    keep_all()
    (sent,) = mail.outbox
    assert sent.to == [period.prescriber.email]
    assert period.application.number in sent.subject
    assert f"/richieste/{period.application.number}/" in sent.body
    for secret in (period.patient.surname, period.patient.tax_code, period.indication_name, str(period.unit)):
        assert secret not in sent.subject + sent.body
    entry = Entry.objects.get(action="reminded_by_hand")
    assert entry.chain == f"application:{period.application_id}"


def test_the_second_one_of_the_day_is_refused_in_words(press, client, people):
    press("administrator")
    answer = press("pharmacist-1")
    assert Promise.objects.filter(job="remind_by_hand").count() == 1
    told = client.get(answer.headers["Location"]).content.decode()
    assert "Carla Moretti" in told


def test_settled_before_it_leaves_nothing_is_sent(press, period, people):
    press("director")
    Authorisation.objects.filter(pk=period.pk).update(settled_at=timezone.now(), settled_by=people["chair"])
    keep_all()
    assert mail.outbox == []
    assert Promise.objects.get(job="remind_by_hand").status == "superseded"
    press("director")
    assert Promise.objects.filter(job="remind_by_hand").count() == 1


def test_who_does_not_watch_over_the_hospital_sends_none(press):
    for name in ("prescriber-w3", "head-w3", "chair", "auditor"):
        press(name, status=404)
    press("administrator", number="OL-1999-000001", status=404)
    assert not Promise.objects.filter(job="remind_by_hand").exists()


def test_the_page_tells_who_was_reminded_how_often_and_when(press, client, people, period):
    press("administrator")
    (row,) = rows(client, people)
    assert row["people"] == []  # promised, not yet written to anybody
    keep_all()
    (person,) = rows(client, people)[0]["people"]
    assert person.name == period.prescriber.signature
    assert len(person.sent) == 1
    told = {"authorisation": period.pk, "due_on": period.due_on.isoformat(), "kind": "due"}
    user = people["head-w3"]
    Line.objects.create(
        key="x",
        user=user,
        digest_on=timezone.localdate(),
        job="mail_reminder",
        arguments=told | {"user": user.pk},
        promised_at=timezone.now(),
    )
    assert [one.in_digest for one in rows(client, people)[0]["people"]] == [0, 1]
    # Of an earlier due date nothing is told.
    Authorisation.objects.filter(pk=period.pk).update(due_on=period.due_on + timedelta(days=1))
    assert rows(client, people)[0]["people"] == []


def test_back_to_the_list_it_stands_on_and_nowhere_else(press):
    assert (
        press("administrator", next="/scadenze/?window=late").headers["Location"] == "/scadenze/?window=late"
    )
    assert press("administrator", next="//evil.example/").headers["Location"] == "/scadenze/"
