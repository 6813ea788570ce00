"""What beat starts each minute."""

from celery import shared_task

from accounts.clock import now
from approvals import escalating, lapsing
from outbox.waking import wake


@shared_task(name="approvals.tasks.escalate_emergencies")  # type: ignore[untyped-decorator]
def escalate_emergencies() -> None:
    """Promise to tell every emergency that is late, and wake a worker for it."""
    if escalating.sweep(at=now()):
        wake()


@shared_task(name="approvals.tasks.sweep_lapses")  # type: ignore[untyped-decorator]
def sweep_lapses() -> None:
    """Promise every warning and every lapse that is due, and wake a worker for them."""
    if lapsing.sweep(at=now()):
        wake()
