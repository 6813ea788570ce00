"""AFTERWARDS: sending one webhook, as often as it takes, and giving up on a receiver that does not answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.people import holders
from api.models import Delivery, Endpoint
from api.webhooks import overdue  # noqa: F401  its sweep promises `send_webhook`
from api.webhooks.addresses import resolved
from api.webhooks.messages import body_of, covers, headers_of
from api.webhooks.sending import post
from audit import trail
from outbox.jobs import Superseded, job
from outbox.telling import Text, mail, tell

GONE = 410
Outcome = Delivery.Outcome


class NotDelivered(OSError):
    """Of the answer its status, nothing else. An `OSError`: the outbox shows its sentence."""


@job("send_webhook")
def send_webhook(*, key: str, at: datetime, delivery: int, again: bool = False) -> None:
    """The same message, under the same id, at every attempt: a receiver that had it already drops it."""
    related = ("endpoint__client", "step__application", "authorisation")
    told = Delivery.objects.select_related(*related).get(pk=delivery)
    if told.outcome == Outcome.DELIVERED and not again:
        return  # a worker died between the answer and its record
    _skip_where_it_makes_no_sense(told, at=at)
    body = body_of(told)
    if body is None:
        _settle(told, Outcome.SKIPPED)
        raise Superseded("It has no number.")
    try:
        # By the real clock, which a demonstration may have left behind.
        headers = headers_of(told, body, at=at, sent=timezone.now())
        status = post(resolved(told.endpoint.url), body.encode(), headers)
    except OSError as error:
        _failed(told, type(error).__name__, at=at)
        raise
    if not 200 <= status < 300:
        _failed(told, str(status), at=at)
        raise NotDelivered(f"The receiver answered {status}.")
    _record(told, Outcome.DELIVERED, str(status), at=at)
    Endpoint.objects.filter(pk=told.endpoint_id, failing_since__isnull=False).update(failing_since=None)


def _skip_where_it_makes_no_sense(told: Delivery, *, at: datetime) -> None:
    if not told.endpoint.client.is_active:
        _settle(told, Outcome.SKIPPED)
        raise Superseded("The client was revoked.")
    if told.endpoint.suspended_at:
        raise Superseded("The endpoint is suspended: it is sent when somebody resumes it.")
    if not covers(told, at=at):
        _settle(told, Outcome.SKIPPED)
        raise Superseded("No mandate covers it any more.")


def _settle(told: Delivery, outcome: Outcome) -> None:
    Delivery.objects.filter(pk=told.pk).update(outcome=outcome)


def _record(told: Delivery, outcome: Outcome, answer: str, *, at: datetime) -> None:
    Delivery.objects.filter(pk=told.pk).update(
        outcome=outcome, answer=answer[:60], tried=at, attempts=F("attempts") + 1
    )


def _failed(told: Delivery, answer: str, *, at: datetime) -> None:
    _record(told, Outcome.FAILED, answer, at=at)
    Endpoint.objects.filter(pk=told.endpoint_id, failing_since=None).update(failing_since=at)
    since = Endpoint.objects.values_list("failing_since", flat=True).get(pk=told.endpoint_id) or at
    if answer == str(GONE):
        suspend(told.endpoint_id, Endpoint.Why.GONE, by=None, at=at)
        raise Superseded("The receiver is gone (410).")
    if at - since >= timedelta(hours=settings.WEBHOOK_PATIENCE_HOURS):
        suspend(told.endpoint_id, Endpoint.Why.FAILING, by=None, at=at)
        raise Superseded("It has failed for too long: the endpoint is suspended.")


@transaction.atomic
def suspend(pk: int, because: Endpoint.Why, *, by: User | None, at: datetime) -> bool:
    """Nothing more is sent there; where nobody did it, the administrators are told. False: it was before."""
    changed = Endpoint.objects.filter(pk=pk, suspended_at=None).update(
        suspended_at=at, suspended_by=by, suspended_because=because
    )
    if not changed:
        return False
    client = Endpoint.objects.select_related("client").get(pk=pk).client
    told: dict[str, int | str] = {"endpoint": pk, "because": because.value}
    trail.record(client.chain, "webhook_suspended", by=by, at=at, data=told)
    if by is None:
        people = holders(Role.ADMINISTRATOR, at=at, hospital_id=client.hospital_id)
        key = f"webhook_suspended:{pk}:{int(at.timestamp())}"
        tell("mail_webhook_suspended", key, {"endpoint": pk}, to=people, at=at)
    return True


@mail("mail_webhook_suspended")
def mail_webhook_suspended(*, at: datetime, to: User, endpoint: int) -> Text:
    stopped = Endpoint.objects.select_related("client").get(pk=endpoint)
    if stopped.suspended_at is None:
        raise Superseded("It was resumed meanwhile.")
    link = reverse("client", args=[stopped.client_id])
    context = {
        "client": stopped.client,
        "because": stopped.get_suspended_because_display(),
        "since": stopped.failing_since,
        "link": settings.SITE_URL + link,
    }
    subject = _("%(client)s is told nothing any more") % {"client": stopped.client}
    return Text(subject, render_to_string("api/mail/webhook_suspended.txt", context), link)
