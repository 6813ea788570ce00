"""The watchdog: whether everything that has to go on by itself does. One reason in words for each part that
does not; `docs/operations.md` says what to do about each. No name, number or address is ever among them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import redis
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Max, Min

from outbox import sweeping
from outbox.models import Promise, Status, Sweep, Worker

QUEUE = "celery"


@dataclass(frozen=True)
class Trouble:
    """A part that does not work, and why."""

    part: str
    reason: str


def troubles(clock: Callable[[], datetime]) -> list[Trouble]:
    """Everything that is wrong, causes before what follows. `clock` may have to ask the database."""
    found: list[Trouble] = []
    waiting = posted()
    if waiting is None:
        found.append(Trouble("redis", "Redis does not answer."))
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '5s'")
            found.extend(_by_itself(clock(), waiting))
    except DatabaseError:
        found.insert(0, Trouble("database", "The database does not answer."))
    return found


def posted() -> int | None:
    """How many tasks wait for a worker; None where Redis does not answer."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
            return int(client.llen(QUEUE))
    except redis.RedisError:
        return None


def _by_itself(at: datetime, waiting: int | None) -> Iterator[Trouble]:
    seen = Worker.objects.aggregate(last=Max("seen_at"))["last"]
    beaten = Sweep.objects.aggregate(last=Max("tried_at"))["last"]
    no_worker = _is_old(seen, at, settings.HEALTH_WORKER_SECONDS)
    no_beat = _is_old(beaten, at, settings.HEALTH_BEAT_SECONDS)
    # Without a worker beat's tasks pile up; without beat nothing is posted that a worker could be seen at.
    if no_worker and (waiting or not no_beat):
        yield Trouble("worker", f"No worker was seen {_since(seen, at)}; tasks wait for one.")
    elif no_beat or no_worker:
        yield Trouble("beat", f"Beat has started no sweep {_since(beaten, at)}.")
    yield from _promises(at)
    if not no_beat and not no_worker:
        yield from _sweeps(at)


def _promises(at: datetime) -> Iterator[Trouble]:
    due = Promise.objects.filter(status=Status.WAITING, not_before__lte=at)
    oldest = due.aggregate(first=Min("not_before"))["first"]
    if oldest and (at - oldest).total_seconds() > settings.HEALTH_PROMISE_SECONDS:
        yield Trouble("promises", f"A promise has been due {_since(oldest, at)} and is not kept.")


def _sweeps(at: datetime) -> Iterator[Trouble]:
    last = dict(Sweep.objects.values_list("name", "swept_at"))
    for name in sweeping.names():
        if _is_old(last.get(name), at, settings.HEALTH_SWEEP_SECONDS):
            yield Trouble("sweep", f"The sweep “{name}” has not ended well {_since(last.get(name), at)}.")


def _is_old(when: datetime | None, at: datetime, seconds: int) -> bool:
    return when is None or (at - when).total_seconds() > seconds


def _since(when: datetime | None, at: datetime) -> str:
    return f"for {int((at - when).total_seconds())} seconds" if when else "so far"
