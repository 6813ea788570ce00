"""/healthz: 200 while everything goes on by itself, 503 with the reason when a part does not."""

from datetime import timedelta

import pytest
import redis
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.people import day
from audit.anchors import anchor
from outbox import health, tasks
from outbox.models import Promise, Sweep, Worker
from outbox.promises import promise

LONG = timedelta(minutes=30)


QUEUE = "celery-of-these-tests"


@pytest.fixture(autouse=True)
def _empty_queue(settings, monkeypatch):
    """One of their own: tests beside these wake workers that are not there."""
    monkeypatch.setattr(health, "QUEUE", QUEUE)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.delete(QUEUE)


@pytest.fixture
def beaten(db):
    """Beat has just started a sweep that found nothing to promise, and a worker has run it."""
    anchor(day(timezone.now()), at=timezone.now())
    tasks.sweep()


def asked(client):
    answer = client.get(reverse("healthz"))
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json()
    assert answer.status_code == (503 if told["reasons"] else 200)
    return [one["part"] for one in told["reasons"]]


def test_all_is_well_without_signing_in(client, beaten):
    assert asked(client) == []


def test_it_says_nothing_of_anybody(client, beaten):
    promise("x", "mail:OL-2026-000123:rossi", {}, at=timezone.now() - LONG)
    text = client.get(reverse("healthz")).text
    assert "rossi" not in text and "OL-" not in text and "mail" not in text
    assert asked(client) == ["promises"]


def test_beat_that_stands_still(client, beaten):
    Sweep.objects.update(tried_at=timezone.now() - LONG)
    assert asked(client) == ["beat"]


def test_neither_beat_nor_anything_that_would_show_a_worker(client, beaten):
    Sweep.objects.update(tried_at=timezone.now() - LONG)
    Worker.objects.update(seen_at=timezone.now() - LONG)
    assert asked(client) == ["beat"]


def test_no_worker_takes_what_beat_posts(client, beaten, settings):
    Sweep.objects.update(tried_at=timezone.now() - LONG)
    Worker.objects.update(seen_at=timezone.now() - LONG)
    with redis.Redis.from_url(settings.REDIS_URL) as queue:
        queue.lpush(QUEUE, "{}")
        assert asked(client) == ["worker"]


def test_a_sweep_that_fails_while_the_others_do_not(client, beaten):
    Sweep.objects.filter(name="reminders").update(swept_at=timezone.now() - LONG)
    assert asked(client) == ["sweep"]
    assert "reminders" in client.get(reverse("healthz")).text


def test_a_promise_waiting_for_its_time_is_no_trouble(client, beaten):
    promise("x", "k", {}, at=timezone.now() - LONG, not_before=timezone.now() + LONG)
    assert asked(client) == []
    Promise.objects.update(not_before=timezone.now() - timedelta(minutes=14))
    assert asked(client) == []


def test_redis_that_is_gone(client, beaten, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert asked(client) == ["redis"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_gone(client, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    try:
        assert asked(client) == ["database"]
    finally:
        monkeypatch.undo()
        connection.close()


def test_a_house_where_nothing_ever_ran_is_not_well(client, db):
    assert asked(client) == ["beat"]


def test_the_thresholds_are_the_hospitals(client, beaten, settings):
    settings.HEALTH_PROMISE_SECONDS = 60
    promise("x", "k", {}, at=timezone.now() - timedelta(seconds=90))
    assert asked(client) == ["promises"]
