"""AFTERWARDS: reminders as mails. The condition is looked at again before each: it may be settled by now."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import day
from outbox.jobs import Superseded, job
from outbox.telling import Text, mail, tell
from treatments import haemolysis, reminders
from treatments.models import Authorisation


@job("remind")
def remind(*, key: str, at: datetime, authorisation: int, kind: str, due_on: str) -> None:
    """Promise one mail to each person the reminder is for."""
    period, wanted = still_due(authorisation, due_on), reminders.Kind(kind)
    with transaction.atomic():
        told: dict[str, int | str] = {"authorisation": authorisation, "kind": kind, "due_on": due_on}
        people = reminders.recipients(wanted, period, at=at)
        tell("mail_reminder", key, told, to=people, at=at, is_urgent=wanted in reminders.OVERDUE)


@mail("mail_reminder")
def mail_reminder(*, at: datetime, to: User, authorisation: int, kind: str, due_on: str) -> Text:
    period = still_due(authorisation, due_on)
    days, link = (period.due_on - day(at)).days, reverse("application", args=[period.application.number])
    subject = _("%(number)s: reassessment due on %(date)s") % {
        "number": period.application.number,
        "date": period.due_on.strftime("%d/%m/%Y"),
    }
    context = {
        "number": period.application.number,
        "due_on": period.due_on,
        "days": days,
        "days_late": -days,
        "link": settings.SITE_URL + link,
    }
    return Text(subject, render_to_string("treatments/mail/reminder.txt", context), link)


def still_due(authorisation: int, due_on: str) -> Authorisation:
    """The period, if its reassessment is still awaited for that very date."""
    period = Authorisation.objects.select_related("application", "prescriber").get(pk=authorisation)
    if period.settled_at:
        raise Superseded("The period is settled.")
    if period.due_on != date.fromisoformat(due_on):
        raise Superseded("The due date has moved.")
    return period


@job("tell_haemolysis")
def tell_haemolysis(*, key: str, at: datetime, authorisation: int, cycle: int, last_on: str) -> None:
    """The prescriber is told that the blood count is due; where that one has left, the head of the unit."""
    period = still_to_check(authorisation, cycle, last_on)
    with transaction.atomic():
        told: dict[str, int | str] = {"authorisation": authorisation, "cycle": cycle, "last_on": last_on}
        people = reminders.recipients(reminders.Kind.DUE, period, at=at)
        tell("mail_haemolysis", key, told, to=people, at=at, is_urgent=True)


@mail("mail_haemolysis")
def mail_haemolysis(*, at: datetime, to: User, authorisation: int, cycle: int, last_on: str) -> Text:
    number = still_to_check(authorisation, cycle, last_on).application.number
    link = reverse("application", args=[number])
    body = render_to_string(
        "treatments/mail/haemolysis.txt",
        {"number": number, "last_on": date.fromisoformat(last_on), "link": settings.SITE_URL + link},
    )
    return Text(_("%(number)s: blood count due") % {"number": number}, body, link)


def still_to_check(authorisation: int, cycle: int, last_on: str) -> Authorisation:
    if not haemolysis.is_wanted(authorisation, cycle, date.fromisoformat(last_on)):
        raise Superseded("More was given meanwhile, or less.")
    return Authorisation.objects.select_related("application", "prescriber").get(pk=authorisation)
