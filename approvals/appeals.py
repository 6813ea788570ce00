"""The appeal of a refusal: until when, why not, and which decision is the one on it."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import day
from approvals.models import Application, Decision, Step
from approvals.workflow import Status
from treatments import deadlines

REFUSED = (Status.REJECTED, Status.INADMISSIBLE)


def refusal(application: Application) -> Step:
    """The step that refused it last. Raises `Step.DoesNotExist` where none did."""
    return application.steps.filter(target__in=REFUSED).exclude(source=F("target")).latest("sequence")


def until(application: Application) -> date:
    """The last day on which it may be appealed."""
    return deadlines.appeal_until(refusal(application).at)


def may_be_appealed(user: User, application: Application, at: datetime) -> str:
    """A rule (`permissions.py`): once, in time, and only what was judged on the whole form."""
    if application.submitted_at is None:
        return _("An emergency that was declined is not appealed: write an ordinary application.")
    if application.appealed_at:
        return _("An appeal is possible once: this is the decision after it.")
    last_day = until(application)
    if day(at) > last_day:
        return _("The time to appeal is over: it was possible until %(day)s.") % {
            "day": date_format(last_day, "DATE_FORMAT")
        }
    return ""


def is_on_appeal(decision: Decision) -> bool:
    """Whether it decides the appeal: the first decision after it. A later one, after a reassessment, is an
    ordinary one."""
    appealed_round = decision.application.appealed_round
    if appealed_round is None or decision.round <= appealed_round:
        return False
    between = decision.application.decisions.filter(round__gt=appealed_round, round__lt=decision.round)
    return not between.exists()
