"""AFTERWARDS: administrators are told of a review that is due, and of removals that were stopped.

The condition is looked at again before each mail: it may be settled by now.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import reviewing
from accounts.models import ClaimsStop, Role, User
from accounts.people import day, holders
from outbox import sweeping
from outbox.jobs import Superseded, job
from outbox.telling import Text, mail, tell

# Every hospital in which a role that was in force on the first day of the period was not looked at since.
REVIEWS = """
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'role_review:' || un.hospital_id || ':' || %(first)s || ':' || %(stage)s, 'tell_role_review',
       jsonb_build_object('hospital', un.hospital_id, 'first', %(first)s::text, 'stage', %(stage)s::text),
       %(at)s, %(at)s
  FROM accounts_membership m
  JOIN accounts_unit un ON un.id = m.unit_id
  JOIN accounts_user u ON u.id = m.user_id AND u.is_active
 WHERE m.from_on <= %(first)s::date AND (m.to_on IS NULL OR m.to_on >= %(today)s)
   AND NOT EXISTS (SELECT 1 FROM accounts_roleconfirmation c
                    WHERE c.membership_id = m.id AND c.period_on = %(first)s::date)
 GROUP BY un.hospital_id
ON CONFLICT (key) DO NOTHING
"""
STOPS = """
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'claims_stopped:' || id, 'tell_claims_stopped', jsonb_build_object('stop', id), %(at)s, %(at)s
  FROM accounts_claimsstop WHERE released_at IS NULL
ON CONFLICT (key) DO NOTHING
"""


@sweeping.sweep(gettext_noop("role reviews"))
def sweep_reviews(*, at: datetime) -> int:
    """Promise a notice at the beginning of a period, and another one when its review is late."""
    today = day(at)
    first = reviewing.period(today)
    stage = "overdue" if today > reviewing.due_on(first) else "due"
    asked: dict[str, Any] = {"first": first.isoformat(), "stage": stage, "today": today, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(REVIEWS, asked)
        return int(cursor.rowcount)


@sweeping.sweep(gettext_noop("stopped removals of roles"))
def sweep_stops(*, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(STOPS, {"at": at})
        return int(cursor.rowcount)


@job("tell_role_review")
def tell_role_review(*, key: str, at: datetime, hospital: int, first: str, stage: str) -> None:
    still_to_review(hospital, first, at=at)
    told: dict[str, int | str] = {"hospital": hospital, "first": first, "stage": stage}
    with transaction.atomic():
        to = holders(Role.ADMINISTRATOR, at=at, hospital_id=hospital)
        tell("mail_role_review", key, told, to=to, at=at, is_urgent=stage == "overdue")


@mail("mail_role_review")
def mail_role_review(*, at: datetime, to: User, hospital: int, first: str, stage: str) -> Text:
    left = still_to_review(hospital, first, at=at)
    link = reverse("role-review")
    late = stage == "overdue"
    subject = _("The review of roles is late") if late else _("Roles to review")
    due = reviewing.due_on(date.fromisoformat(first))
    context = {"left": left, "due_on": due, "is_late": late, "link": settings.SITE_URL + link}
    return Text(subject, render_to_string("staff/mail/review.txt", context), link)


def still_to_review(hospital: int, first: str, *, at: datetime) -> int:
    """How many roles nobody looked at; the period may be over by now, and the next one asks for itself."""
    begins = date.fromisoformat(first)
    if reviewing.period(day(at)) != begins:
        raise Superseded("The period is over.")
    left = reviewing.to_review(hospital, begins, at=at).filter(is_reviewed=False).count()
    if not left:
        raise Superseded("All roles are reviewed.")
    return left


@job("tell_claims_stopped")
def tell_claims_stopped(*, key: str, at: datetime, stop: int) -> None:
    found = still_stopped(stop)
    with transaction.atomic():
        to = holders(Role.ADMINISTRATOR, at=at, hospital_id=found.hospital_id)
        tell("mail_claims_stopped", key, {"stop": stop}, to=to, at=at, is_urgent=True)


@mail("mail_claims_stopped")
def mail_claims_stopped(*, at: datetime, to: User, stop: int) -> Text:
    found, link = still_stopped(stop), reverse("role-proposals")
    context = {"people": found.people, "link": settings.SITE_URL + link}
    body = render_to_string("staff/mail/stopped.txt", context)
    return Text(_("Removals of roles are stopped"), body, link)


def still_stopped(stop: int) -> ClaimsStop:
    found = ClaimsStop.objects.get(pk=stop)
    if found.released_at:
        raise Superseded("An administrator lets removals go on.")
    return found
