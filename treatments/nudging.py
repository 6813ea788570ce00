"""A reminder that somebody sends by hand for a period: once a day, to whom an ordinary one would reach."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import day
from audit import trail
from outbox.jobs import Superseded, job
from outbox.models import Promise
from outbox.promises import promise
from outbox.telling import Text, mail, tell
from treatments.models import Authorisation
from treatments.reminders import Kind, recipients

KIND = "by_hand"


class NotReminded(Exception):
    """Nothing was promised; the message says why, in the user's language."""


def remind_by_hand(pk: int, *, by: User, at: datetime) -> None:
    """Promise one reminder of that period for today. Two people at once: one of them is told of the other."""
    with transaction.atomic():
        period = Authorisation.objects.select_for_update().get(pk=pk)
        if period.settled_at:
            raise NotReminded(
                _("This treatment was reassessed or ended meanwhile: there is nothing to recall.")
            )
        key = f"remind_by_hand:{pk}:{day(at).isoformat()}"
        if before := Promise.objects.select_related("promised_by").filter(key=key).first():
            raise NotReminded(_already(before))
        arguments: dict[str, int | str] = {"authorisation": pk, "due_on": period.due_on.isoformat()}
        promise("remind_by_hand", key, arguments, at=at, by=by)
        trail.record(
            f"application:{period.application_id}",
            "reminded_by_hand",
            by=by,
            at=at,
            data={"authorisation": pk, "due_on": period.due_on.isoformat()},
        )


def _already(before: Promise) -> str:
    who = before.promised_by
    return _("%(who)s had a reminder sent today at %(time)s: the next one can leave tomorrow.") % {
        "who": who.signature if isinstance(who, User) else _("Somebody"),
        "time": date_format(timezone.localtime(before.promised_at), "TIME_FORMAT"),
    }


@job("remind_by_hand")
def tell_people(*, key: str, at: datetime, authorisation: int, due_on: str) -> None:
    """Promise one mail to each person an ordinary reminder would reach: at once, somebody waits for it."""
    period = still_awaited(authorisation, due_on)
    with transaction.atomic():
        told: dict[str, int | str] = {"authorisation": authorisation, "kind": KIND, "due_on": due_on}
        people = recipients(Kind.DUE, period, at=at)
        tell("mail_by_hand", key, told, to=people, at=at, is_urgent=True)


@mail("mail_by_hand")
def mail_by_hand(*, at: datetime, to: User, authorisation: int, kind: str, due_on: str) -> Text:
    period = still_awaited(authorisation, due_on)
    number = period.application.number
    link = reverse("application", args=[number])
    context = {
        "number": number,
        "due_on": period.due_on,
        "days": (period.due_on - day(at)).days,
        "last_on": period.last_dispensed_on,
        "link": settings.SITE_URL + link,
    }
    body = render_to_string("treatments/mail/by_hand.txt", context)
    return Text(_("%(number)s: you are asked to look at it") % {"number": number}, body, link)


def still_awaited(authorisation: int, due_on: str) -> Authorisation:
    """The period, if its reassessment is still awaited for that very date."""
    period = Authorisation.objects.select_related("application", "prescriber").get(pk=authorisation)
    if period.settled_at:
        raise Superseded("The period is settled.")
    if period.due_on != date.fromisoformat(due_on):
        raise Superseded("The due date has moved.")
    return period
