"""The house's refusals as problems: which status each kind answers, and where its sentences point."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from accounts.models import User
from api.problems import Problem, error, invalid, pointer
from api.versions import stale
from approvals.models import Application
from approvals.refusals import Refused, Stale
from approvals.workflow import Action, possible_from


@contextmanager
def refusals(prefix: str = "", place: Callable[[str], str] = pointer) -> Iterator[None]:
    """What the body raises, told as a problem: what the content lacks is 422, everything else 409.

    `prefix` is where the sections stand in the body, `place` where a field of an action's form does.
    """
    try:
        yield
    except Refused as refusal:
        raise problem_of(refusal, prefix=prefix, place=place) from refusal


def problem_of(refusal: Refused, *, prefix: str = "", place: Callable[[str], str] = pointer) -> Problem:
    if not refusal.shortcomings:
        return Problem(409, "conflict", refusal.sentence)
    return invalid(
        error(
            prefix + pointer(one.section, *filter(None, [one.field]))
            if one.section
            else place(one.field)
            if one.field
            else "",
            one.sentence,
        )
        for one in refusal.shortcomings
    )


def refused(
    refusal: Refused,
    action: Action,
    application: Application,
    user: User,
    *,
    at: datetime,
    place: Callable[[str], str],
) -> Problem:
    """Of an action: come too late 412, not in this status 409, not this person 403, not so 422."""
    if isinstance(refusal, Stale):
        return stale(application, user, refusal.sentence, at=at)
    if refusal.shortcomings:
        return problem_of(refusal, prefix="/sections", place=place)
    if action not in possible_from(application.status):
        return Problem(409, "conflict", refusal.sentence)
    return Problem(403, "forbidden", refusal.sentence)
