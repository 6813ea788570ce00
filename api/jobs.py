"""AFTERWARDS, found by the outbox: what follows in other systems, and what tidies up after them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop
from oauth2_provider.models import AccessToken

from api.webhooks.telling import mail_webhook_suspended, send_webhook
from outbox import sweeping

__all__ = ["mail_webhook_suspended", "send_webhook"]

KEPT_FOR = timedelta(hours=1)


@sweeping.sweep(gettext_noop("tokens that are over"))
def forget_tokens(*, at: datetime) -> int:
    """A token is of no use when its ten minutes are over. The library counts them by the real clock."""
    AccessToken.objects.filter(expires__lt=timezone.now() - KEPT_FOR).delete()
    return 0
