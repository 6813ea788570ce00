"""What a webhook says, and how it is signed. A number and a status; never who the patient is or what for."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from django.conf import settings
from standardwebhooks import Webhook

from accounts.people import day
from api.models import Delivery, Endpoint, Mandate
from api.models.webhook import TEST
from api.webhooks import secrets


def covers(delivery: Delivery, *, at: datetime) -> bool:
    """Whether a mandate of the client, in force now, covers what is told. The same people as in migration
    0003."""
    if delivery.authorisation:
        people = {delivery.authorisation.prescriber_id}
    elif delivery.step:
        application = delivery.step.application
        last = application.authorisations.order_by("period").values_list("prescriber", flat=True).last()
        people = {application.author_id}
        people.update(pk for pk in (application.prepared_by_id, last) if pk)
    else:
        return delivery.type == TEST
    mandates = Mandate.objects.valid(on=day(at)).filter(client=delivery.endpoint.client)
    return mandates.filter(user__in=people).exists()


def body_of(delivery: Delivery) -> str | None:
    """The same at every attempt; None where there is no number to tell (a draft that was withdrawn)."""
    number, status = _said(delivery)
    if number is None and delivery.type != TEST:
        return None
    told = {
        "type": delivery.type,
        "timestamp": delivery.happened.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {"number": number, "status": status},
    }
    return json.dumps(told, separators=(",", ":"))


def _said(delivery: Delivery) -> tuple[str | None, str]:
    if delivery.authorisation:
        return delivery.authorisation.number, "overdue"
    if delivery.step:
        return delivery.step.application.number, delivery.step.target
    return None, "test"


def headers_of(delivery: Delivery, body: str, *, at: datetime, sent: datetime) -> dict[str, str]:
    """`sent` is the time by the real clock: receivers refuse what was signed at another one."""
    name = f"msg_{delivery.message.hex}"
    signed = sent.astimezone(UTC)
    signatures = [Webhook(one).sign(name, signed, body) for one in _secrets(delivery.endpoint, at)]
    return {
        "Content-Type": "application/json",
        "User-Agent": f"nullaosta/{settings.VERSION}",
        "webhook-id": name,
        "webhook-timestamp": str(int(signed.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _secrets(endpoint: Endpoint, at: datetime) -> list[str]:
    kept = [endpoint.secret]
    if endpoint.former_secret and endpoint.former_until and at < endpoint.former_until:
        kept.append(endpoint.former_secret)
    return [secrets.opened(one) for one in kept]
