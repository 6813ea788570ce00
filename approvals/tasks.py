"""What beat starts each minute."""

from celery import shared_task
from django.utils import timezone

from approvals.lapsing import sweep
from outbox.waking import wake


@shared_task(name="approvals.tasks.sweep_lapses")  # type: ignore[untyped-decorator]
def sweep_lapses() -> None:
    """Promise every warning and every lapse that is due, and wake a worker for them."""
    if sweep(at=timezone.now()):
        wake()
