"""Each promise is kept once, by any number of workers, whatever dies."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from outbox.jobs import Superseded
from outbox.keeping import claim, delay_after, describe, is_due, keep, keep_due, keep_next, send_again
from outbox.models import Promise, Status
from outbox.promises import promise
from tests.outbox.conftest import AT, the_promise

MINUTE = timedelta(minutes=1)


@pytest.fixture
def done(job):
    """A job that counts how often it was done, by its argument."""
    counted = Counter()

    @job("count")
    def count(*, key, at, number=0):
        counted[number] += 1

    return counted


@pytest.fixture
def broken(job):
    @job("break")
    def fail(*, key, at, **arguments):
        raise ConnectionRefusedError(111, "Connection refused")


def test_a_job_gets_its_key_the_time_and_its_arguments(db, job):
    seen = []

    @job("remind")
    def remind(*, key, at, authorisation, kind):
        seen.append((key, at, authorisation, kind))

    promise("remind", "remind:3:first", {"authorisation": 3, "kind": "first"}, at=AT)
    assert keep_next(at=AT + MINUTE) is True
    assert seen == [("remind:3:first", AT + MINUTE, 3, "first")]
    kept = the_promise()
    assert (kept.status, kept.settled_at, kept.token, kept.leased_until) == (
        Status.DONE,
        AT + MINUTE,
        None,
        None,
    )
    assert kept.settled_by


def test_what_is_kept_is_not_kept_again(db, done):
    promise("count", "one", {"number": 1}, at=AT)
    assert keep_due(at=AT) == 1
    assert keep_due(at=AT + timedelta(days=9)) == 0
    assert done == {1: 1}


def test_nothing_is_kept_before_its_time(db, done):
    promise("count", "one", {"number": 1}, at=AT, not_before=AT + MINUTE)
    assert keep_next(at=AT) is False
    assert keep_next(at=AT + MINUTE) is True


def test_the_oldest_comes_first(db, job):
    order = []

    @job("note")
    def note(*, key, at):
        order.append(key)

    promise("note", "later", {}, at=AT, not_before=AT + MINUTE)
    promise("note", "sooner", {}, at=AT)
    keep_due(at=AT + MINUTE)
    assert order == ["sooner", "later"]


@pytest.mark.django_db(transaction=True)
def test_four_keepers_keep_two_hundred_promises_once_each(at_once, done):
    for number in range(200):
        promise("count", f"number:{number}", {"number": number}, at=AT)
    at_once(4, lambda: keep_due(at=AT))
    assert done == Counter(range(200))
    assert Promise.objects.filter(status=Status.DONE, attempts=1).count() == 200


@pytest.mark.django_db(transaction=True)
def test_no_lock_is_held_while_a_job_runs(job):
    """Else a mail server that is slow would hold the tables."""

    @job("look")
    def look(*, key, at):
        assert not connection.in_atomic_block
        Promise.objects.filter(key=key).update(attempts=1)

    promise("look", "one", {}, at=AT)
    keep_next(at=AT)
    assert the_promise().status == Status.DONE


@pytest.mark.django_db(transaction=True)
def test_a_claimed_promise_is_passed_over_without_waiting(done):
    promise("count", "one", {"number": 1}, at=AT)
    promise("count", "two", {"number": 2}, at=AT)
    first = claim(at=AT)
    assert first.key == "one"
    assert keep_due(at=AT) == 1
    assert done == {2: 1}
    assert not is_due(at=AT)


def test_what_a_dead_worker_left_is_kept_when_its_lease_runs_out(db, done, settings):
    settings.OUTBOX_LEASE_SECONDS = 150
    promise("count", "one", {"number": 1}, at=AT)
    claim(at=AT)  # and the worker is killed
    assert keep_due(at=AT + timedelta(seconds=149)) == 0
    assert keep_due(at=AT + timedelta(seconds=150)) == 1
    assert done == {1: 1}


def test_an_overtaken_worker_records_nothing(db, done, caplog):
    promise("count", "one", {"number": 1}, at=AT)
    slow = claim(at=AT)
    later = AT + timedelta(hours=1)
    quick = claim(at=later)
    keep(slow, at=AT)
    assert the_promise().token == quick.token
    assert "taken over" in caplog.text

    keep(quick, at=later)
    assert the_promise().settled_at == later


def test_an_overtaken_worker_that_fails_does_not_undo_the_success(db, broken, done, job):
    promise("break", "one", {}, at=AT)
    slow = claim(at=AT)
    Promise.objects.update(job="count")
    keep_due(at=AT + timedelta(hours=1))
    keep(slow, at=AT)
    assert the_promise().status == Status.DONE


def test_a_failure_waits_longer_each_time(db, broken, settings):
    settings.OUTBOX_FIRST_DELAY_SECONDS = 60
    promise("break", "one", {}, at=AT)
    at = AT
    for minutes in (1, 2, 4):
        assert keep_due(at=at) == 1
        at += minutes * MINUTE
        assert the_promise().not_before == at
    assert the_promise().attempts == 3
    assert delay_after(1000) == timedelta(hours=1)


def test_a_failure_succeeds_later(db, broken, done):
    promise("break", "one", {}, at=AT)
    keep_due(at=AT)
    Promise.objects.update(job="count")
    keep_due(at=AT + timedelta(hours=2))
    assert (the_promise().status, the_promise().last_error) == (Status.DONE, "")


def test_one_failure_does_not_hold_up_the_others(db, broken, done):
    promise("break", "one", {}, at=AT)
    promise("count", "two", {"number": 2}, at=AT)
    assert keep_due(at=AT) == 2
    assert done == {2: 1}


def test_a_promise_is_given_up_after_the_last_attempt_and_may_be_sent_again(
    db, broken, settings, django_user_model
):
    settings.OUTBOX_ATTEMPTS = 3
    promise("break", "one", {}, at=AT)
    later = AT + timedelta(days=1)
    for number in range(5):
        keep_due(at=later + number * timedelta(days=1))
    given_up = the_promise()
    assert (given_up.status, given_up.attempts) == (Status.FAILED, 3)
    assert "Connection refused" in given_up.last_error

    administrator = django_user_model.objects.create_user("administrator")
    again = later + timedelta(days=9)
    assert send_again(given_up, by=administrator, at=again) is True
    assert (the_promise().status, the_promise().attempts, the_promise().not_before) == (
        Status.WAITING,
        0,
        again,
    )
    assert send_again(given_up, by=administrator, at=again) is False
    assert keep_due(at=again) == 1


def test_a_promise_that_kills_its_workers_is_given_up(db, done, settings):
    settings.OUTBOX_ATTEMPTS = 3
    promise("count", "one", {"number": 1}, at=AT)
    for day in range(3):
        assert claim(at=AT + timedelta(days=day))
    keep_due(at=AT + timedelta(days=3))
    assert (the_promise().status, done) == (Status.FAILED, {})


def test_what_was_decided_meanwhile_is_superseded_and_not_repeated(db, job):
    @job("remind")
    def remind(*, key, at):
        raise Superseded("The treatment was stopped.")

    promise("remind", "one", {}, at=AT)
    keep_due(at=AT)
    kept = the_promise()
    assert (kept.status, kept.last_error) == (Status.SUPERSEDED, "The treatment was stopped.")
    assert keep_due(at=AT + timedelta(days=9)) == 0


def test_an_unknown_job_is_tried_again_later(db, job):
    """As when the new web servers promise what the old workers do not know yet."""
    promise("unheard_of", "one", {}, at=AT)
    keep_due(at=AT)
    assert the_promise().status == Status.WAITING
    assert "LookupError" in the_promise().last_error


def test_a_job_may_promise_another_which_is_kept_in_the_same_go(db, job, done):
    @job("letter")
    def letter(*, key, at):
        with transaction.atomic():
            promise("count", f"mail:{key}", {"number": 1}, at=at)

    promise("letter", "letter:1", {}, at=AT)
    assert keep_due(at=AT) == 2
    assert done == {1: 1}


def test_what_is_recorded_of_an_error_never_quotes_a_value():
    try:
        int("RSSMRA80A01H501U")
    except ValueError as error:
        described = describe(error)
    assert "ValueError" in described
    assert "test_keeping.py" in described
    assert "RSSMRA" not in described


def test_what_is_recorded_of_an_error_says_what_the_machine_said():
    try:
        try:
            raise ConnectionRefusedError(111, "Connection refused")
        except OSError as error:
            raise RuntimeError("Mario Rossi") from error
    except RuntimeError as error:
        described = describe(error)
    assert described.startswith("RuntimeError: [Errno 111] Connection refused (")
    assert "Rossi" not in described


def test_two_jobs_of_one_name_are_refused(job):
    job("letter")(lambda: None)
    with pytest.raises(ValueError, match="letter"):
        job("letter")(lambda: None)


def test_the_command_keeps_what_is_due(db, done, capsys):
    promise("count", "one", {"number": 1}, at=AT)
    call_command("keep_promises")
    assert "1 promises tried" in capsys.readouterr().out
    assert done == {1: 1}
