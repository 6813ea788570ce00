"""A treatment ends because the application that follows it is approved: never two for the same grams."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import day
from approvals.acting import lock, taking
from approvals.lineage import REPLACING
from approvals.models import Application
from approvals.workflow import Action, possible_from
from approvals.worth import letters_of
from documents import filing
from treatments import periods
from treatments.models import Authorisation, Verdict


def replace_followed(application: Application, *, by: User, at: datetime) -> None:
    """Close what the application just approved takes the place of, if that treatment still goes on.

    Called inside the approval, before its status is saved. Locks: first the follower (the approval holds
    it), then the followed; nobody who holds an application locks one that follows it.
    """
    if application.type not in REPLACING or application.follows_id is None:
        return
    followed = lock(application.follows_id)
    if Action.REPLACE not in possible_from(followed.status):
        return
    told = _("Replaced by application %(number)s.") % {"number": application.number}
    with taking(followed, Action.REPLACE, by=by, at=at, comment=told) as act:
        period = periods.live(followed.pk)
        periods.settle(period, verdict=Verdict.REPLACED, by=by, at=at)
        end_letter(period, day(at))
        if followed.author_id != application.author_id:  # a transfer ends a treatment of another unit
            act.promise("notify")


def end_letter(period: Authorisation, on: date) -> None:
    """The letters of the period are worth something until that day. One not issued yet gets the
    date when it is (jobs.issue_letter)."""
    for letter in letters_of(period):
        filing.move_end(letter.document, valid_until=on)
