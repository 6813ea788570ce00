"""AFTERWARDS: reminders as mails. The condition is looked at again before each: it may be settled by now."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import day
from outbox.jobs import Superseded, job
from outbox.mail import send
from outbox.promises import promise
from treatments import reminders
from treatments.models import Authorisation


@job("remind")
def remind(*, key: str, at: datetime, authorisation: int, kind: str, due_on: str) -> None:
    """Promise one mail to each person the reminder is for."""
    period = still_due(authorisation, due_on)
    with transaction.atomic():
        for user in reminders.recipients(reminders.Kind(kind), period, at=at):
            promise(
                "mail_reminder",
                f"{key}:{user.pk}",
                {"authorisation": authorisation, "kind": kind, "due_on": due_on, "user": user.pk},
                at=at,
            )


@job("mail_reminder")
def mail_reminder(*, key: str, at: datetime, authorisation: int, kind: str, due_on: str, user: int) -> None:
    period = still_due(authorisation, due_on)
    recipient = User.objects.get(pk=user)
    with translation.override(recipient.language):
        days = (period.due_on - day(at)).days
        subject = _("%(number)s: reassessment due on %(date)s") % {
            "number": period.application.number,
            "date": period.due_on.strftime("%d/%m/%Y"),
        }
        body = render_to_string(
            "treatments/mail/reminder.txt",
            {
                "number": period.application.number,
                "due_on": period.due_on,
                "days": days,
                "days_late": -days,
                "link": settings.SITE_URL + reverse("application", args=[period.application.number]),
            },
        )
    send(key, recipient.email, subject, body)


def still_due(authorisation: int, due_on: str) -> Authorisation:
    """The period, if its reassessment is still awaited for that very date."""
    period = Authorisation.objects.select_related("application", "prescriber").get(pk=authorisation)
    if period.settled_at:
        raise Superseded("The period is settled.")
    if period.due_on != date.fromisoformat(due_on):
        raise Superseded("The due date has moved.")
    return period
