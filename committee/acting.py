"""The one way anything happens to a sitting, as `approvals/acting.py` is for an application.

Locks: first the sitting, then the applications on its agenda; whoever holds an application locks no sitting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from approvals.refusals import AlreadyDone, Refused, Stale
from audit import trail
from committee import permissions, policies
from committee.models import Sitting
from committee.workflow import MOVES, Action


@contextmanager
def acting(
    action: Action,
    pk: int,
    *,
    by: User,
    at: datetime,
    version: int | None = None,
    is_done: Callable[[Sitting], bool] | None = None,
    **content: Any,
) -> Iterator[Sitting]:
    """Lock, ask, move; the body does the rest; then save, audit and commit. Or `Refused`: nothing done.

    `is_done` tells of an action that moves nothing whether the same person did just this already.
    """
    with transaction.atomic():
        sitting = lock(pk)
        if version is not None and version != sitting.version:
            if is_done and version == sitting.version - 1 and is_done(sitting):
                raise AlreadyDone(already())
            raise stale(sitting, action, by=by, seen=version)
        if reason := permissions.why_not(by, action, sitting, at=at):
            raise Refused(reason)
        if missing := policies.shortcomings(action, sitting, by=by, at=at, **content):
            raise Refused(missing[0].sentence, missing)
        source = sitting.status
        if action in MOVES:
            getattr(sitting, action)()
        sitting.version += 1
        told: dict[str, Any] = {"from": source, "to": sitting.status, "version": sitting.version}
        sitting.__dict__["_told"] = told
        yield sitting
        sitting.save()
        trail.record(sitting.chain, action, by=by, at=at, data=told)


def tell(sitting: Sitting, **facts: Any) -> None:
    """Add ids to the trail entry of the action under way."""
    sitting.__dict__["_told"].update(facts)


def lock(pk: int) -> Sitting:
    """The row as it is now, held until the transaction ends."""
    return Sitting.objects.select_for_update(of=("self",)).select_related("hospital").get(pk=pk)


def stale(sitting: Sitting, action: Action, *, by: User, seen: int) -> Refused:
    """The page was drawn before somebody else acted; the same person's same move is a double click."""
    did = {Action.OPEN: "opened", Action.CLOSE: "closed", Action.CANCEL: "cancelled"}
    did[Action.SIGN_MINUTES] = "signed"
    if action in did and getattr(sitting, f"{did[action]}_by_id") == by.pk and sitting.version == seen + 1:
        return AlreadyDone(already())
    return Stale(_("The sitting has changed meanwhile: read it again before you go on."))


def already() -> str:
    return _("You have already done this.")
