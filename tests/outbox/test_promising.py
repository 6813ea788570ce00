"""A promise exists if and only if what it follows was committed, and it is promised once."""

import socket
import threading
import time
from datetime import timedelta

import pytest
import redis
from celery import Celery
from django.db import connection, transaction
from django.db.utils import IntegrityError

from outbox import promises, waking
from outbox.models import Promise, Status
from outbox.promises import promise
from tests.outbox.conftest import AT, the_promise


@pytest.fixture
def rings(monkeypatch):
    """How often a worker was called."""
    rung = []
    monkeypatch.setattr(promises, "wake", lambda: rung.append(1))
    return rung


def test_a_promise_says_what_who_and_when(django_user_model, db, django_assert_num_queries):
    by = django_user_model.objects.create_user("chair")
    with django_assert_num_queries(1):
        promise("issue_letter", "letter:7", {"step": 7}, at=AT, by=by)

    made = the_promise()
    assert (made.job, made.key, made.arguments) == ("issue_letter", "letter:7", {"step": 7})
    assert (made.promised_at, made.promised_by, made.not_before) == (AT, by, AT)
    assert (made.status, made.attempts, made.last_error) == (Status.WAITING, 0, "")


def test_the_same_key_again_changes_nothing(db):
    promise("issue_letter", "letter:7", {"step": 7}, at=AT)
    promise("issue_letter", "letter:7", {"step": 8}, at=AT + timedelta(days=1))
    assert the_promise().arguments == {"step": 7}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_promise_once(at_once):
    at_once(8, lambda: promise("remind", "remind:1", {}, at=AT))
    assert Promise.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_promise_is_rolled_back_with_what_it_follows(rings):
    with pytest.raises(RuntimeError), transaction.atomic():
        promise("issue_letter", "letter:7", {"step": 7}, at=AT)
        raise RuntimeError
    assert not Promise.objects.exists()
    assert rings == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_called_after_the_commit_and_not_before(rings):
    with transaction.atomic():
        promise("issue_letter", "letter:7", {"step": 7}, at=AT)
        assert rings == []
    assert rings == [1]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_called_for_what_is_due_later(rings):
    promise("remind", "remind:1", {}, at=AT, not_before=AT + timedelta(days=30))
    assert rings == []
    assert the_promise().not_before == AT + timedelta(days=30)


def test_a_sweep_may_promise_in_sql_naming_only_what_it_knows(db):
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
               SELECT 'remind:' || n, 'remind', jsonb_build_object('authorisation', n), %(at)s, %(at)s
               FROM generate_series(1, 3) AS n
               ON CONFLICT (key) DO NOTHING""",
            {"at": AT},
        )
    assert Promise.objects.filter(status=Status.WAITING, attempts=0).count() == 3


@pytest.mark.parametrize(
    "wrong",
    [{"status": "lost"}, {"status": "done"}, {"settled_at": AT}, {"leased_until": AT}],
)
def test_the_database_refuses_a_promise_that_contradicts_itself(db, wrong):
    promise("remind", "remind:1", {}, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.update(**wrong)


@pytest.fixture
def broker(monkeypatch, settings):
    """Points the wake-ups at another broker, from a thread that no other test keeps busy."""
    monkeypatch.setattr(waking, "_thread", None)
    monkeypatch.setattr(waking, "_rung", threading.Event())

    def point(url):
        app = Celery(set_as_current=False, broker=url)
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        monkeypatch.setattr(waking, "current_app", app)

    return point


def wait_for(condition):
    deadline = time.monotonic() + 60  # only against hanging
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.django_db(transaction=True)
def test_a_silent_broker_delays_no_commit(broker):
    """It accepts connections and never answers, which is worse than being down."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        broker(f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        began = time.monotonic()
        for number in range(20):
            promise("issue_letter", f"letter:{number}", {}, at=AT)
        assert time.monotonic() - began < 20  # each commit that waited would take five
        server.settimeout(10)
        server.accept()  # somebody did try


def test_waking_survives_a_broker_that_is_down(broker, caplog):
    """Twice: the thread that rings has to outlive its first failure."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # taken, so that nobody else answers there
        broker(f"redis://127.0.0.1:{nobody.getsockname()[1]}/0")
        for failures in (1, 2):
            waking.wake()
            wait_for(lambda failures=failures: caplog.text.count("No worker woken") == failures)


def test_a_wake_up_reaches_the_broker(broker, settings):
    client = redis.Redis.from_url(settings.REDIS_URL)
    broker(settings.REDIS_URL)
    before = client.llen("celery")
    waking.wake()
    wait_for(lambda: client.llen("celery") > before)
