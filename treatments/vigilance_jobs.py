"""AFTERWARDS: reminders to report an adverse event, as mails. Each looks again first: it may be reported."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from outbox.jobs import Superseded, job
from outbox.mail import send
from outbox.promises import promise
from treatments import vigilance
from treatments.models import AdverseEvent


@job("remind_to_report")
def remind_to_report(*, key: str, at: datetime, event: int, kind: str) -> None:
    """Promise one mail to each person the reminder is for."""
    awaited = still_due(event, kind, at=at)
    with transaction.atomic():
        for user in vigilance.recipients(awaited, kind, at=at):
            told: dict[str, int | str] = {"event": event, "kind": kind, "user": user.pk}
            promise("mail_to_report", f"{key}:{user.pk}", told, at=at)


@job("mail_to_report")
def mail_to_report(*, key: str, at: datetime, event: int, kind: str, user: int) -> None:
    awaited = still_due(event, kind, at=at)
    number, recipient = awaited.authorisation.application.number, User.objects.get(pk=user)
    with translation.override(recipient.language):
        due = timezone.localtime(vigilance.report_due(awaited))
        subject = (
            _("%(number)s: the time to report an adverse event is over")
            if kind == vigilance.Kind.DUE
            else _("%(number)s: an adverse event is to be reported")
        )
        body = render_to_string(
            "treatments/mail/vigilance.txt",
            {
                "number": number,
                "due": due,
                "is_over": kind == vigilance.Kind.DUE,
                "link": settings.SITE_URL + reverse("events", args=[number]),
            },
        )
        send(key, recipient.email, subject % {"number": number}, body)


def still_due(pk: int, kind: str, *, at: datetime) -> AdverseEvent:
    related = ("authorisation__application", "recorded_by")
    event = AdverseEvent.objects.select_related(*related).get(pk=pk)
    if not vigilance.is_due(event, kind, at=at):
        raise Superseded("It was reported meanwhile, or a later reminder says more.")
    return event
