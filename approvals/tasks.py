"""What beat starts each minute."""

from celery import shared_task
from django.utils import timezone

from approvals import lapsing
from approvals.actions import lapse
from outbox.waking import wake


@shared_task(name="approvals.tasks.lapse_unanswered")  # type: ignore[untyped-decorator]
def lapse_unanswered() -> None:
    """Warn those whose application is about to lapse, and end what nobody has answered in time."""
    at = timezone.now()
    warned = lapsing.warn(at=at)
    ended = [pk for pk in lapsing.lapsed(at=at).values_list("pk", flat=True) if lapse(pk, at=at)]
    if warned or ended:
        wake()
