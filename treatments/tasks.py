"""What beat starts each minute."""

from celery import shared_task

from accounts.clock import now
from outbox.waking import wake
from treatments.reminders import sweep as promise_due


@shared_task(name="treatments.tasks.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Promise every reminder that is due and wake a worker for them."""
    if promise_due(at=now()):
        wake()
