"""Keeping promises: claim, commit, do, settle.

Any number of workers may call this at once. A claim takes one due promise that nobody else is taking
(SKIP LOCKED), marks it with a lease and a token of its own, and commits: no lock is held while the work
is done. Settling compares the token: a worker that was overtaken, because its lease ran out, records
nothing. A worker that dies leaves a lease that runs out, and the promise is due again.
"""

import logging
import os
import socket
import traceback
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from structlog.contextvars import bound_contextvars

from audit.trail import record
from outbox.jobs import Superseded, job_named
from outbox.models import Promise, Status

logger = logging.getLogger(__name__)

LONGEST_DELAY = timedelta(hours=1)

# `= (SELECT …)`, not `IN`: the planner may run the subquery of an IN more than once, and lock more rows.
CLAIM = """
UPDATE outbox_promise SET token = %(token)s, leased_until = %(until)s, attempts = attempts + 1
WHERE id = (
    SELECT id FROM outbox_promise
    WHERE status = 'waiting' AND not_before <= %(at)s AND (leased_until IS NULL OR leased_until <= %(at)s)
    ORDER BY not_before, id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING *
"""


def claim(*, at: datetime) -> Promise | None:
    """The next due promise, leased to the caller; None if nothing is due."""
    until = at + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    claimed: Iterator[Promise] = iter(
        Promise.objects.raw(CLAIM, {"token": uuid.uuid4(), "until": until, "at": at})
    )
    return next(claimed, None)


def is_due(*, at: datetime) -> bool:
    """Whether anything waits to be claimed."""
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    return Promise.objects.filter(free, status=Status.WAITING, not_before__lte=at).exists()


def keep_next(*, at: datetime) -> bool:
    """Keep one due promise, or record that it failed. False if nothing was due."""
    promise = claim(at=at)
    if promise is None:
        return False
    keep(promise, at=at)
    return True


def keep_due(*, at: datetime) -> int:
    """Keep everything due at that time, one after the other; how many were tried."""
    tried = 0
    while keep_next(at=at):
        tried += 1
    return tried


def keep(promise: Promise, *, at: datetime) -> None:
    """Do the job of a claimed promise and settle it. Failures of the job do not come out of here. Every line
    of the log written meanwhile says which promise it was, and in which request it was made."""
    known_by = {"request": promise.request} if promise.request else {}
    with bound_contextvars(promise=promise.key, **known_by):
        _keep(promise, at=at)


def _keep(promise: Promise, *, at: datetime) -> None:
    if promise.attempts > settings.OUTBOX_ATTEMPTS:
        _settle(promise, Status.FAILED, at=at, last_error="Each worker that took it died.")
        return
    try:
        job_named(promise.job)(key=promise.key, at=at, **promise.arguments)
    except Superseded as reason:
        _settle(promise, Status.SUPERSEDED, at=at, last_error=str(reason)[:500])
    except Exception as error:
        _failed(promise, error, at=at)
    else:
        _settle(promise, Status.DONE, at=at)
        logger.info("Kept, attempt %s", promise.attempts)


def send_again(promise: Promise, *, by: AbstractBaseUser, at: datetime) -> bool:
    """A person wants a failed promise tried again from the start. False if it no longer is a failed one."""
    changed = Promise.objects.filter(pk=promise.pk, status=Status.FAILED).update(
        status=Status.WAITING, attempts=0, not_before=at, settled_at=None, settled_by=""
    )
    if changed:
        record(f"promise:{promise.pk}", "send_again", by=by, at=at, data={"key": promise.key})
    return bool(changed)


def _failed(promise: Promise, error: Exception, *, at: datetime) -> None:
    described = describe(error)
    logger.warning("Promise %s, attempt %s: %s", promise.key, promise.attempts, described)
    if promise.attempts >= settings.OUTBOX_ATTEMPTS:
        _settle(promise, Status.FAILED, at=at, last_error=described)
    else:
        later = at + delay_after(promise.attempts)
        _release(promise, not_before=later, last_error=described)


def delay_after(attempts: int) -> timedelta:
    """How long to wait after that many failures: doubled each time, up to an hour."""
    seconds: int = settings.OUTBOX_FIRST_DELAY_SECONDS << min(attempts - 1, 20)
    return min(timedelta(seconds=seconds), LONGEST_DELAY)


def describe(error: Exception) -> str:
    """The error in words that may be kept and shown: its kind and the way to its place.

    A message only where a system wrote it (network, mail, files), be it the error's own or its cause's. Any
    other may quote a value, and the value may be a patient's.
    """
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    way = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    chain = (error, error.__cause__, getattr(error.__cause__, "__cause__", None))
    said = next((f": {one}" for one in chain if isinstance(one, OSError)), "")
    return f"{type(error).__name__}{said} ({way})"[:500]


def _settle(promise: Promise, status: Status, *, at: datetime, last_error: str = "") -> None:
    _release(promise, status=status, settled_at=at, settled_by=_worker(), last_error=last_error)


def _release(promise: Promise, **changes: object) -> None:
    held = Promise.objects.filter(pk=promise.pk, token=promise.token)
    if not held.update(token=None, leased_until=None, **changes):
        logger.warning("Promise %s was taken over by another worker: nothing recorded.", promise.key)


def _worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:100]
