"""DO: what administrators do with the addresses a client is told at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from api.clients.managing import Refused
from api.models import Client, Delivery, Endpoint
from api.models.webhook import TEST
from api.webhooks import secrets
from api.webhooks.addresses import why_not
from api.webhooks.telling import suspend
from audit import trail
from outbox.promises import promise

Outcome = Delivery.Outcome
MOST_ENDPOINTS = 5


@transaction.atomic
def add(client: Client, url: str, events: Sequence[str], *, by: User, at: datetime) -> tuple[Endpoint, str]:
    """A new address and its secret, which nobody can be shown again."""
    Client.objects.select_for_update().get(pk=client.pk)
    if not client.is_active:
        raise Refused(_("This system was revoked: nothing about it can be changed any more."))
    if reason := why_not(url):
        raise Refused(reason)
    if client.endpoints.count() >= MOST_ENDPOINTS:
        raise Refused(_("%(n)d addresses are enough: use one of those there are.") % {"n": MOST_ENDPOINTS})
    secret = secrets.new()
    endpoint = client.endpoints.create(
        url=url, events=list(events), secret=secrets.sealed(secret), made_by=by, made_at=at
    )
    told = {"endpoint": endpoint.pk, "events": list(events)}
    trail.record(client.chain, "webhook_added", by=by, at=at, data=told)
    return endpoint, secret


@transaction.atomic
def new_secret(endpoint: Endpoint, *, by: User, at: datetime) -> str:
    """Another secret; the one before it signs too for some hours more. Whoever asks for a second one within
    the minute clicked twice: the receiver would know neither."""
    kept = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    overlap = timedelta(hours=settings.SECRET_OVERLAP_HOURS)
    if kept.former_until and at < kept.former_until - overlap + timedelta(minutes=1):
        raise Refused(_("A new secret was made just now: use that one, or make another in a minute."))
    secret = secrets.new()
    kept.former_secret, kept.secret = kept.secret, secrets.sealed(secret)
    kept.former_until = at + overlap
    kept.save(update_fields=["secret", "former_secret", "former_until"])
    told = {"endpoint": endpoint.pk}
    trail.record(endpoint.client.chain, "webhook_secret_renewed", by=by, at=at, data=told)
    return secret


def stop(endpoint: Endpoint, *, by: User, at: datetime) -> bool:
    return suspend(endpoint.pk, Endpoint.Why.BY_HAND, by=by, at=at)


@transaction.atomic
def resume(endpoint: Endpoint, *, by: User, at: datetime) -> bool:
    """Go on, and send what was not delivered meanwhile. False: it was not suspended."""
    changed = Endpoint.objects.filter(pk=endpoint.pk, suspended_at__isnull=False).update(
        suspended_at=None, suspended_by=None, suspended_because="", failing_since=None
    )
    if not changed:
        return False
    for waiting in endpoint.deliveries.filter(outcome__in=[Outcome.WAITING, Outcome.FAILED]).order_by("pk"):
        _promise_again(waiting, by=by, at=at)
    told = {"endpoint": endpoint.pk}
    trail.record(endpoint.client.chain, "webhook_resumed", by=by, at=at, data=told)
    return True


@transaction.atomic
def try_out(endpoint: Endpoint, *, by: User, at: datetime) -> Delivery:
    """One message of its own kind, with no number, to see whether it arrives."""
    _is_open(endpoint)
    delivery = endpoint.deliveries.create(type=TEST, happened=at)
    promise("send_webhook", f"webhook:{delivery.pk}", {"delivery": delivery.pk}, at=at, by=by)
    told = {"endpoint": endpoint.pk, "delivery": delivery.pk}
    trail.record(endpoint.client.chain, "webhook_tested", by=by, at=at, data=told)
    return delivery


@transaction.atomic
def again(delivery: Delivery, *, by: User, at: datetime) -> None:
    """The same message once more, under the same id."""
    _is_open(delivery.endpoint)
    _promise_again(delivery, by=by, at=at)
    told = {"endpoint": delivery.endpoint_id, "delivery": delivery.pk}
    trail.record(delivery.endpoint.client.chain, "webhook_sent_again", by=by, at=at, data=told)


def _is_open(endpoint: Endpoint) -> None:
    if not endpoint.client.is_active:
        raise Refused(_("This system was revoked: nothing about it can be changed any more."))
    if endpoint.suspended_at:
        raise Refused(_("Nothing is sent there now: resume it first."))


def _promise_again(delivery: Delivery, *, by: User, at: datetime) -> None:
    # To the second: a double click is one sending.
    key = f"webhook:{delivery.pk}:again:{int(at.timestamp())}"
    promise("send_webhook", key, {"delivery": delivery.pk, "again": 1}, at=at, by=by)
