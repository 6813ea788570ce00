"""Mails at once, in working hours, or once a day together: each once, whatever is chosen meanwhile."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as mails
from django.db import transaction

from outbox import telling
from outbox.jobs import Superseded
from outbox.keeping import claim, keep, keep_due
from outbox.models import Line, Promise, Status
from outbox.telling import Text, mail, tell
from tests.people import people

__all__ = ["people"]

ROME = ZoneInfo("Europe/Rome")
MONDAY = datetime(2026, 11, 23, 10, tzinfo=ROME)
EVENING, MORNING = MONDAY.replace(hour=20), MONDAY.replace(day=24, hour=7, minute=30)
TOLD = {"number": 1}


@pytest.fixture(autouse=True)
def _hours(settings):
    settings.MAIL_HOURS, settings.DIGEST_AT = "08:00-18:00", "07:30"


@pytest.fixture
def settled():
    """The numbers about which nothing is left to say."""
    return set()


@pytest.fixture(autouse=True)
def _mail(job, monkeypatch, settled):
    monkeypatch.setattr(telling, "_writers", {})
    telling.job("digest")(telling.digest)

    @mail("mail_one")
    def write(*, at, to, number):
        if number in settled:
            raise Superseded("Settled.")
        if number == 13:
            raise ValueError("Cannot be written.")
        return Text(f"About {number} for {to.username}", f"Body {number}", f"/n/{number}/")


@pytest.fixture
def digester(people):
    user = people["prescriber-w3"]
    user.wants_digest = True
    user.save()
    return user


def about(number, *to, at=MONDAY, urgent=False):
    with transaction.atomic():
        tell("mail_one", f"k:{number}", {"number": number}, to=to, at=at, is_urgent=urgent)


def sent(*, at):
    mails.outbox.clear()
    keep_due(at=at)
    return [(one.to[0].partition("@")[0], one.subject) for one in mails.outbox]


def test_in_working_hours_a_single_mail_goes_at_once(people):
    about(1, people["chair"], people["director"])
    assert sorted(sent(at=MONDAY)) == [("chair", "About 1 for chair"), ("director", "About 1 for director")]


def test_outside_them_it_waits_and_an_urgent_one_does_not(people):
    about(1, people["chair"], at=EVENING)
    about(2, people["chair"], at=EVENING, urgent=True)
    assert sent(at=EVENING) == [("chair", "About 2 for chair")]
    assert sent(at=MORNING) == []
    assert sent(at=MORNING + timedelta(minutes=30)) == [("chair", "About 1 for chair")]


def test_a_digest_holds_everything_of_a_day_and_goes_once(digester):
    for number in (1, 2, 3):
        about(number, digester, at=MONDAY + timedelta(hours=number))
    about(4, digester, at=MONDAY, urgent=True)
    assert sent(at=EVENING) == [("prescriber-w3", "About 4 for prescriber-w3")]
    assert sent(at=MORNING) == [("prescriber-w3", "La giornata: 3 avvisi")]
    body = mails.outbox[0].body
    assert all(f"About {number} for" in body and f"/n/{number}/" in body for number in (1, 2, 3))
    assert sent(at=MORNING + timedelta(days=2)) == []


def test_what_is_settled_by_then_is_left_out_and_nothing_to_say_is_not_said(digester, settled):
    about(1, digester)
    about(2, digester)
    settled.add(1)
    sent(at=MORNING)
    assert "About 1" not in mails.outbox[0].body
    about(3, digester, at=MORNING + timedelta(hours=1))
    settled.add(3)
    assert sent(at=MORNING + timedelta(days=1)) == []
    assert Promise.objects.get(key__endswith="2026-11-25").status == Status.SUPERSEDED


def test_a_line_that_cannot_be_written_does_not_hold_up_the_others(digester, settings):
    settings.OUTBOX_ATTEMPTS = 1
    about(13, digester)
    about(1, digester)
    assert sent(at=MORNING) == [("prescriber-w3", "La giornata: 1 avviso")]
    keep_due(at=MORNING)
    assert Promise.objects.get(job="mail_one").status == Status.FAILED


def test_before_it_leaves_the_digest_of_the_day_takes_lines_then_that_of_the_next_working_day(digester):
    for number, at in enumerate([MORNING - timedelta(hours=1), MORNING, MONDAY + timedelta(days=4)]):
        about(number, digester, at=at)
    days = list(Line.objects.order_by("key").values_list("digest_on", flat=True))
    assert [day.isoformat() for day in days] == ["2026-11-24", "2026-11-25", "2026-11-30"]


def test_a_digest_that_was_begun_takes_no_more_lines(digester):
    """It may have arrived: sent again it says the same, under the same Message-ID."""
    about(1, digester)
    begun = claim(at=MORNING)
    about(2, digester)  # a clock that goes back, or a transaction that took its time
    assert Line.objects.get(key__startswith="k:2:").digest_on.isoformat() == "2026-11-25"
    keep(begun, at=MORNING)
    assert "About 2" not in mails.outbox[0].body
    mails.outbox.clear()
    about(3, digester)
    assert Line.objects.get(key__startswith="k:3:").digest_on.isoformat() == "2026-11-25"


def test_a_digest_sent_again_carries_the_same_message_id(digester, settings):
    about(1, digester)
    for later in (timedelta(), timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)):
        promise = claim(at=MORNING + later)  # the first worker is killed after the server's OK
        telling.digest(key=promise.key, at=MORNING, **promise.arguments)
    first, second = (one.extra_headers["Message-ID"] for one in mails.outbox)
    assert first == second


@pytest.mark.parametrize("first", [True, False])
def test_whoever_changes_the_choice_gets_no_mail_twice(people, first):
    user = people["chair"]
    for wants in (first, not first):
        type(user).objects.filter(pk=user.pk).update(wants_digest=wants)
        about(1, user)  # its job ran again
    assert Line.objects.count() + Promise.objects.filter(job="mail_one").count() == 1
    assert len(sent(at=MONDAY) + sent(at=MORNING)) == 1


@pytest.mark.django_db(transaction=True)
def test_many_tell_the_same_people_at_once(people, at_once):
    everybody = list(people.values())[:6]
    type(everybody[0]).objects.filter(pk__in=[one.pk for one in everybody[::2]]).update(wants_digest=True)
    numbers = iter(range(20, 60))

    def run():
        for number in [next(numbers) for _ in range(5)]:
            about(number, *everybody[:: 1 if number % 2 else -1])

    at_once(4, run)
    assert Line.objects.count() == 20 * 3
    assert Promise.objects.filter(job="mail_one").count() == 20 * 3
    assert Promise.objects.filter(job="digest").count() == 3


def test_who_left_gets_no_digest(digester):
    about(1, digester)
    type(digester).objects.filter(pk=digester.pk).update(is_active=False)
    assert sent(at=MORNING) == []


def test_at_any_hour_where_the_hospital_wants_it_so(people, digester, settings):
    settings.MAIL_HOURS = ""
    sunday = datetime(2026, 11, 22, 3, tzinfo=UTC)
    about(1, people["chair"], digester, at=sunday)
    assert sent(at=sunday) == [("chair", "About 1 for chair")]
    assert Line.objects.get().digest_on.isoformat() == "2026-11-22"
