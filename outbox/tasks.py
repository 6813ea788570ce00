"""What the Celery worker runs. A task says nothing but "look": what is to be done is in the database."""

import time

from celery import shared_task

from accounts.clock import now
from outbox import sweeping
from outbox.keeping import is_due, keep_next
from outbox.seeing import forget, seen
from outbox.waking import wake

# Well below the time limit of a task, which a slow last job still has to fit in.
DRAIN_SECONDS = 20


@shared_task(name="outbox.tasks.keep_promises")  # type: ignore[untyped-decorator]  # Celery has no types
def keep_promises() -> None:
    """Keep what is due, one by one. While more is waiting, another worker is woken to help or to go on."""
    seen(at=now())
    end = time.monotonic() + DRAIN_SECONDS
    helped = False
    while time.monotonic() < end and keep_next(at=now()):
        if not helped and is_due(at=now()):
            wake()
            helped = True


@shared_task(name="outbox.tasks.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Promise everything that is due, and wake a worker for it."""
    at = now()
    seen(at=at)
    forget(at=at)
    if any(sweeping.run_all(at=at).values()):
        wake()
