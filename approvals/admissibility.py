"""Whether an application is admissible: the proposal of the pharmacist in charge, and who may settle it.

The functions of `user, application, at` are rules (`permissions.py`): "" or the reason in words.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from approvals.models import Application, Inadmissibility
from approvals.workflow import Status

Outcome = Inadmissibility.Outcome


def last_proposal(application: Application) -> Inadmissibility | None:
    """The latest proposal, read once for each version of the application."""
    known: dict[int, Inadmissibility | None] = application.__dict__.setdefault("_proposals", {})
    version = application.version
    if version not in known:
        proposals = application.inadmissibilities.select_related("proposed_by", "settled_by")
        known[version] = proposals.order_by("pk").last()
    return known[version]


def open_proposal(application: Application) -> Inadmissibility | None:
    """The proposal that a second pharmacist has not answered yet."""
    if application.status != Status.PHARMACY_REVIEW:
        return None
    last = last_proposal(application)
    return last if last and last.settled_at is None else None


def is_undisputed(user: User, application: Application, at: datetime) -> str:
    """While it is proposed as not admissible nothing else happens to it in the pharmacy."""
    if open_proposal(application):
        return _(
            "It is proposed as not admissible: wait for the second pharmacist, or take the proposal back."
        )
    return ""


def may_be_proposed(user: User, application: Application, at: datetime) -> str:
    if application.emergency_authorised_at:
        return _("One cycle was authorised as an emergency: the committee judges it. Refer it.")
    last = last_proposal(application)
    if last is None:
        return ""
    if last.settled_at is None:
        return _("It is proposed as not admissible already: a second pharmacist countersigns or objects.")
    if last.outcome == Outcome.OBJECTED and application.snapshot.frozen_at < last.settled_at:
        return _("A second pharmacist holds that it is admissible: refer it, the committee judges it.")
    return ""


def is_proposed(user: User, application: Application, at: datetime) -> str:
    if open_proposal(application):
        return ""
    return _("Nobody has proposed it as not admissible.")


def did_not_propose(user: User, application: Application, at: datetime) -> str:
    proposal = open_proposal(application)
    if proposal and user.pk == proposal.proposed_by_id:
        return _("You proposed it as not admissible: a second pharmacist has to countersign.")
    return ""


def did_not_endorse(user: User, application: Application, at: datetime) -> str:
    if user.pk == application.endorsed_by_id:
        return _("You endorsed this application: somebody else has to do this.")
    return ""
