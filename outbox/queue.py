"""What an administrator sees of the work that goes on by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Count, Min, Q

from audit.trail import record
from outbox import sweeping
from outbox.models import Promise, Status, Sweep, Worker

SHOWN_WORKERS = timedelta(days=1)


@dataclass(frozen=True)
class Swept:
    """A sweep and how it last went; None where it has not yet been tried."""

    name: str
    sweep: Sweep | None


@dataclass(frozen=True)
class Queue:
    """`due` waits for a worker, `later` for its time; `oldest` is the first of those that are due."""

    due: int
    later: int
    failed: int
    oldest: datetime | None
    sweeps: list[Swept]
    workers: list[Worker]


def queue(*, at: datetime) -> Queue:
    waiting, due = Q(status=Status.WAITING), Q(not_before__lte=at)
    counted = Promise.objects.filter(waiting | Q(status=Status.FAILED)).aggregate(
        due=Count("pk", filter=waiting & due),
        later=Count("pk", filter=waiting & ~due),
        failed=Count("pk", filter=Q(status=Status.FAILED)),
        oldest=Min("not_before", filter=waiting & due),
    )
    swept = Sweep.objects.in_bulk()
    workers = Worker.objects.filter(seen_at__gte=at - SHOWN_WORKERS).order_by("name")
    sweeps = [Swept(name, swept.get(name)) for name in sweeping.names()]
    return Queue(sweeps=sweeps, workers=list(workers), **counted)


@transaction.atomic
def send_all_again(*, by: AbstractBaseUser, at: datetime) -> int:
    """Everything that was given up is tried again from the start; how many."""
    changed = Promise.objects.filter(status=Status.FAILED).update(
        status=Status.WAITING, attempts=0, not_before=at, settled_at=None, settled_by=""
    )
    if changed:
        record("promises:all", "send_all_again", by=by, at=at, data={"count": changed})
    return changed
