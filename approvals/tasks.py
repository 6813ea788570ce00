"""What beat starts each minute."""

from celery import shared_task
from django.utils import timezone

from approvals import escalating, lapsing
from approvals.actions import lapse
from outbox.waking import wake


@shared_task(name="approvals.tasks.escalate_emergencies")  # type: ignore[untyped-decorator]
def escalate_emergencies() -> None:
    """Promise to tell every emergency that is late, and wake a worker for it."""
    if escalating.sweep(at=timezone.now()):
        wake()


@shared_task(name="approvals.tasks.lapse_unanswered")  # type: ignore[untyped-decorator]
def lapse_unanswered() -> None:
    """Warn those whose application is about to lapse, and end what nobody has answered in time."""
    at = timezone.now()
    warned = lapsing.warn(at=at)
    ended = [pk for pk in lapsing.lapsed(at=at).values_list("pk", flat=True) if lapse(pk, at=at)]
    if warned or ended:
        wake()
