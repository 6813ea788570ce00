"""An emergency: asked for with the short form, agreed to and authorised by two people on call, or declined.

What follows is the whole form (`applying.submit`), and the committee, which ratifies it or does not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.utils import timezone

from accounts.models import User
from accounts.people import day
from approvals.acting import acting
from approvals.actions.applying import connect, freeze, next_number, one_open_application
from approvals.actions.deciding import terms
from approvals.emergency import cycle_grams
from approvals.limits import NO_LIMITS
from approvals.models import Application
from approvals.workflow import Action
from treatments import deadlines, periods


def request_emergency(pk: int, *, by: User, at: datetime, version: int | None = None) -> Application:
    """Freeze the short form, give the number, call the people on call."""
    with (
        one_open_application(),
        acting(Action.REQUEST_EMERGENCY, pk, by=by, at=at, version=version) as act,
    ):
        application = act.application
        application.emergency_requested_at, application.emergency_requested_by = at, by
        connect(application, freeze(act, by=by))
        application.decision_due = deadlines.emergency_due(at)
        act.promise("notify")
        application.number = next_number(timezone.localtime(at).year)
    return application


def agree_emergency(pk: int, *, by: User, at: datetime, version: int | None = None) -> Application:
    """The on-call pharmacist agrees: the consultant's word is still wanted."""
    with acting(Action.AGREE_EMERGENCY, pk, by=by, at=at, version=version) as act:
        act.application.emergency_agreed_at, act.application.emergency_agreed_by = at, by
        act.promise("notify")
    return act.application


def authorise_emergency(pk: int, *, by: User, at: datetime, version: int | None = None) -> Application:
    """The on-call consultant authorises: one cycle, provisionally; whole form and ratification are due."""
    with acting(Action.AUTHORISE_EMERGENCY, pk, by=by, at=at, version=version) as act:
        application = act.application
        application.emergency_authorised_at, application.emergency_authorised_by = at, by
        application.full_form_due = deadlines.full_form_due(at)
        application.decision_due = deadlines.ratification_due(at)
        until = day(application.decision_due)
        periods.open_period(one_cycle(application, until=until), by=by, at=at)
        act.promise("issue_letter")
    return application


def decline_emergency(
    pk: int, *, reason: str, by: User, at: datetime, version: int | None = None
) -> Application:
    """Either of the two says no. The committee decided nothing: a new application may follow."""
    with acting(
        Action.DECLINE_EMERGENCY, pk, by=by, at=at, version=version, comment=reason, reason=reason
    ) as act:
        act.application.decision_due = None
        act.promise("notify")
    return act.application


def one_cycle(application: Application, *, until: date) -> periods.Terms:
    """The terms of an emergency: one cycle of what was asked, until the committee is due to ratify it."""
    asked = terms(application, "", NO_LIMITS)
    grams = cycle_grams(application.snapshot.dose)
    return replace(asked, cycles=1, grams=grams, is_provisional=True, due_on=until)
