"""Sweeps: each finds, in one statement, everything of its kind that is due, and promises it.

A sweep is written where its deadline is, in a module that the `jobs` of its app import:

    @sweeping.sweep(gettext_noop("lapses"))
    def sweep(*, at: datetime) -> int:

The name stands on the administrators' page, translated there. It returns how many promises were new. The
keys of the promises say what was promised before: any number of sweepers may run at the same time. Beat runs
all of them each minute, `manage.py sweep` does it by hand. One that fails does not stop the others; when each
last went well is what the watchdog reads.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, transaction

from outbox.keeping import describe

logger = logging.getLogger(__name__)

Sweeper = Callable[..., int]
S = TypeVar("S", bound=Sweeper)

_sweeps: dict[str, Sweeper] = {}

RECORD = """
INSERT INTO outbox_sweep (name, tried_at, swept_at, promised, last_error)
VALUES (%(name)s, %(at)s, %(swept_at)s, %(promised)s, %(error)s)
ON CONFLICT (name) DO UPDATE SET tried_at = EXCLUDED.tried_at, last_error = EXCLUDED.last_error,
  swept_at = coalesce(EXCLUDED.swept_at, outbox_sweep.swept_at),
  promised = CASE WHEN EXCLUDED.swept_at IS NULL THEN outbox_sweep.promised ELSE EXCLUDED.promised END
"""


def sweep(name: str) -> Callable[[S], S]:
    """Register a function as the sweep of that name."""

    def register(function: S) -> S:
        if name in _sweeps:
            raise ValueError(f"Two sweeps are called {name!r}.")
        _sweeps[name] = function
        return function

    return register


def names() -> list[str]:
    return sorted(_sweeps)


def run_all(*, at: datetime) -> dict[str, int | None]:
    """Promise everything that is due; how many each sweep promised, None where it failed."""
    return {name: run(name, at=at) for name in names()}


def run(name: str, *, at: datetime) -> int | None:
    """One sweep in a transaction of its own, and how it went."""
    try:
        with transaction.atomic():
            promised = _sweeps[name](at=at)
    except Exception as error:
        described = describe(error)
        logger.warning("Sweep %s: %s", name, described)
        _record(name, at, None, 0, described)
        return None
    _record(name, at, at, promised, "")
    return promised


def _record(name: str, at: datetime, swept_at: datetime | None, promised: int, error: str) -> None:
    values: dict[str, Any] = {
        "name": name,
        "at": at,
        "swept_at": swept_at,
        "promised": promised,
        "error": error,
    }
    with connection.cursor() as cursor:
        cursor.execute(RECORD, values)
