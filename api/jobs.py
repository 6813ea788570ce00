"""AFTERWARDS, found by the outbox: what follows in other systems, and what tidies up after them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop
from oauth2_provider.models import AccessToken

from api import idempotency
from api.webhooks.telling import mail_webhook_suspended, send_webhook
from outbox import sweeping

__all__ = ["mail_webhook_suspended", "send_webhook"]

KEPT_FOR = timedelta(hours=1)
# A caller that lost the answer asks again within minutes; the answers hold patients' data.
ANSWERS_KEPT_FOR = timedelta(days=1)


@sweeping.sweep(gettext_noop("tokens that are over"))
def forget_tokens(*, at: datetime) -> int:
    """A token is of no use when its ten minutes are over. The library counts them by the real clock."""
    AccessToken.objects.filter(expires__lt=timezone.now() - KEPT_FOR).delete()
    return 0


@sweeping.sweep(gettext_noop("answers kept for repeated calls"))
def forget_answers(*, at: datetime) -> int:
    idempotency.forget(before=at - ANSWERS_KEPT_FOR)
    return 0
