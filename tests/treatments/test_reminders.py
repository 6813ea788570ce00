"""Reminders: each once per authorisation, kind and due date; armed and disarmed by the database itself."""

import threading
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection

from accounts.models import User
from approvals import actions
from approvals.workflow import Status
from outbox.keeping import keep_due
from outbox.models import Promise
from tests.approvals.walk import BETTER, judged, walk
from treatments import reminders
from treatments.models import NextReminder
from treatments.reminders import Kind, sweep

DUE = date(2027, 2, 23)


def morning(days: int) -> datetime:
    """Seven in the morning, so many days from the due date."""
    return datetime.combine(DUE + timedelta(days=days), time(7), tzinfo=ZoneInfo("Europe/Rome"))


def kinds() -> list[str]:
    return list(Promise.objects.filter(job="remind").order_by("pk").values_list("arguments__kind", flat=True))


def keep_reminders(*, at: datetime) -> None:
    """What a worker would do, without the letters (they have tests of their own)."""
    Promise.objects.filter(job__in=["issue_letter", "notify"]).delete()
    keep_due(at=at)


@pytest.fixture
def approved(people, catalogue):
    return walk(people, Status.APPROVED)


def test_the_trigger_arms_at_the_first_kind(approved):
    assert reminders.FIRST_DAY == -30
    assert NextReminder.objects.get().due_on == DUE + timedelta(days=reminders.FIRST_DAY)


def test_day_by_day_each_kind_is_promised_once_on_its_day(approved):
    promised = {}
    for days in range(-40, 40):
        for _twice in range(2):
            before = set(kinds())
            sweep(at=morning(days))
            for kind in set(kinds()) - before:
                promised[kind] = days
    assert promised == {
        "before_30": -30,
        "before_14": -14,
        "before_7": -7,
        "before_1": -1,
        "due": 0,
        "after_7": 7,
        "after_14": 14,
    }
    assert len(kinds()) == len(promised)


def test_after_a_standstill_nothing_overdue_is_lost(approved):
    sweep(at=morning(20))
    assert sorted(kinds()) == ["after_14", "after_7", "due"]


def test_before_the_due_date_only_the_latest_missed_kind_is_promised(approved):
    sweep(at=morning(-5))
    assert kinds() == ["before_7"]
    sweep(at=morning(-1))
    assert kinds() == ["before_7", "before_1"]


def test_midnight_is_the_hospitals(approved):
    sweep(at=datetime(2027, 1, 23, 22, 59, tzinfo=ZoneInfo("UTC")))
    assert kinds() == []
    sweep(at=datetime(2027, 1, 23, 23, 1, tzinfo=ZoneInfo("UTC")))
    assert kinds() == ["before_30"]


def test_a_moved_due_date_arms_again_and_the_old_reminder_is_superseded(people, approved):
    sweep(at=morning(-30))
    actions.record_infusion(approved.pk, on=date(2026, 12, 20), by=people["prescriber-w3"], at=morning(-30))
    keep_reminders(at=morning(-30))
    assert reminder_mails() == []
    sweep(at=datetime(2027, 2, 18, 7, tzinfo=ZoneInfo("Europe/Rome")))
    assert kinds() == ["before_30", "before_30"]
    assert len(set(Promise.objects.filter(job="remind").values_list("key", flat=True))) == 2


def test_a_settled_period_is_disarmed(people, approved):
    sweep(at=morning(-7))
    actions.reassess(approved.pk, outcome=judged(BETTER), by=people["prescriber-w3"], at=morning(-7))
    old = approved.authorisations.get(period=1)
    keep_reminders(at=morning(-7))
    assert reminder_mails() == []
    assert not NextReminder.objects.filter(authorisation=old).exists()


def reminder_mails():
    """Everything that was sent: `keep_reminders` keeps nothing else."""
    return mail.outbox


@pytest.mark.parametrize(
    ("days", "kind", "to"),
    [
        (-14, Kind.BEFORE_14, {"prescriber-w3"}),
        (0, Kind.DUE, {"prescriber-w3"}),
        (7, Kind.AFTER_7, {"head-w3"}),
        (14, Kind.AFTER_14, {"pharmacist-1", "pharmacist-2", "director"}),
    ],
)
def test_each_kind_reaches_its_people(approved, days, kind, to):
    found = reminders.recipients(kind, approved.authorisations.get(), at=morning(days))
    assert {user.username for user in found} == to


def test_when_the_prescriber_has_left_the_head_is_reminded(people, approved):
    people["prescriber-w3"].memberships.update(to_on=date(2026, 12, 31))
    period = approved.authorisations.select_related("prescriber").get()
    found = reminders.recipients(Kind.BEFORE_7, period, at=morning(-7))
    assert [user.username for user in found] == ["head-w3"]


def test_when_nobody_is_left_in_the_unit_the_medical_director_is_reminded(people, approved):
    for name in ("prescriber-w3", "head-w3"):
        people[name].memberships.update(to_on=date(2026, 12, 31))
    period = approved.authorisations.select_related("prescriber").get()
    found = reminders.recipients(Kind.AFTER_7, period, at=morning(7))
    assert [user.username for user in found] == ["director"]


def test_the_mail_carries_number_and_link_and_no_patient_data(approved):
    sweep(at=morning(-14))
    keep_reminders(at=morning(-14))
    (message,) = reminder_mails()
    patient = approved.patient
    text = f"{message.subject}\n{message.body}"
    assert approved.number in message.subject
    assert f"/richieste/{approved.number}/" in message.body
    assert message.to == ["prescriber-w3@ospedale.example"]
    for secret in (patient.surname, patient.name, patient.tax_code):
        assert secret.lower() not in text.lower()


@pytest.mark.django_db(transaction=True)
def test_four_sweepers_at_once_promise_each_once(people, catalogue):
    for n in range(10):
        walk(people, Status.APPROVED, person=n)

    def run():
        try:
            sweep(at=morning(14))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kinds()) == 30


def test_the_sweep_counts_from_the_row_it_locks(approved):
    """What an authorisation says beside that row may be older: a date can move while the sweep runs."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the trigger looks away
        cursor.execute("UPDATE treatments_authorisation SET due_on = due_on - 60")
        cursor.execute("SET LOCAL session_replication_role = origin")
    sweep(at=morning(-30))
    assert kinds() == ["before_30"]
    assert NextReminder.objects.get().due_on == DUE - timedelta(days=14)


def test_the_row_of_the_sweep_follows_the_due_date(people, approved):
    actions.record_infusion(approved.pk, on=date(2026, 12, 10), by=people["prescriber-w3"], at=morning(-7))
    assert NextReminder.objects.get().reassessment_on == date(2027, 3, 10)


def test_what_can_wait_comes_in_the_digest_and_what_is_overdue_never_does(people, approved, settings):
    settings.MAIL_HOURS = "08:00-18:00"
    people["prescriber-w3"].memberships.update(role="head_of_unit")  # told of both
    people["head-w3"].memberships.update(to_on=date(2026, 12, 31))
    User.objects.filter(username="prescriber-w3").update(wants_digest=True)
    sweep(at=morning(-7))
    keep_reminders(at=morning(-7))
    assert reminder_mails() == []
    keep_due(at=morning(-7) + timedelta(hours=1))
    (digest,) = reminder_mails()
    assert digest.subject == "La giornata: 1 avviso"
    assert approved.number in digest.body
    mail.outbox.clear()
    night = morning(7) - timedelta(hours=4)
    sweep(at=night)
    keep_due(at=night)
    assert [approved.number in one.subject for one in reminder_mails()] == [True]


def test_a_date_that_moved_is_left_out_of_the_digest(people, approved, settings):
    settings.MAIL_HOURS = "08:00-18:00"
    User.objects.filter(username="prescriber-w3").update(wants_digest=True)
    sweep(at=morning(-30))
    keep_reminders(at=morning(-30))
    actions.record_infusion(approved.pk, on=date(2026, 12, 20), by=people["prescriber-w3"], at=morning(-30))
    keep_reminders(at=morning(-20))
    assert reminder_mails() == []
