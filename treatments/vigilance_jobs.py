"""AFTERWARDS: reminders to report an adverse event, as mails. Each looks again first: it may be reported."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from outbox.jobs import Superseded, job
from outbox.telling import Text, mail, tell
from treatments import vigilance
from treatments.models import AdverseEvent


@job("remind_to_report")
def remind_to_report(*, key: str, at: datetime, event: int, kind: str) -> None:
    """Promise one mail to each person the reminder is for, at once: the hours run by night too."""
    awaited = still_due(event, kind, at=at)
    with transaction.atomic():
        people = vigilance.recipients(awaited, kind, at=at)
        tell("mail_to_report", key, {"event": event, "kind": kind}, to=people, at=at, is_urgent=True)


@mail("mail_to_report")
def mail_to_report(*, at: datetime, to: User, event: int, kind: str) -> Text:
    awaited = still_due(event, kind, at=at)
    number = awaited.authorisation.application.number
    link = reverse("events", args=[number])
    subject = (
        _("%(number)s: the time to report an adverse event is over")
        if kind == vigilance.Kind.DUE
        else _("%(number)s: an adverse event is to be reported")
    )
    context = {
        "number": number,
        "due": timezone.localtime(vigilance.report_due(awaited)),
        "is_over": kind == vigilance.Kind.DUE,
        "link": settings.SITE_URL + link,
    }
    return Text(
        subject % {"number": number}, render_to_string("treatments/mail/vigilance.txt", context), link
    )


def still_due(pk: int, kind: str, *, at: datetime) -> AdverseEvent:
    related = ("authorisation__application", "recorded_by")
    event = AdverseEvent.objects.select_related(*related).get(pk=pk)
    if not vigilance.is_due(event, kind, at=at):
        raise Superseded("It was reported meanwhile, or a later reminder says more.")
    return event
