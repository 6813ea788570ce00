"""What happens while the committee hears an application, up to its decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, cast

from django.utils.translation import gettext as _

from accounts.models import User
from approvals import voting
from approvals.acting import acting, lock
from approvals.models import Application, Declaration, Hearing, Presence, Vote
from approvals.refusals import AlreadyDone, Refused
from approvals.workflow import ON_TREATMENT, Action, Status


def name_rapporteur(
    pk: int, *, member: User | None, by: User, at: datetime, version: int | None = None
) -> Application:
    """One member reads the case for the others."""
    name = member.signature if member else ""
    with acting(
        Action.NAME_RAPPORTEUR, pk, by=by, at=at, version=version, comment=name, member=member
    ) as act:
        act.application.rapporteur = cast(User, member)  # the policy wants one
    return act.application


def open_hearing(
    pk: int,
    *,
    present: Iterable[User] = (),
    voting_until: datetime | None = None,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Hearing:
    """Let the votes begin: of those `present`, or of every member until `voting_until` (a virtual round).

    What the chair decided alone is voted on in a round of its own.
    """
    terms: dict[str, Any] = {"is_virtual": voting_until is not None, "voting_until": voting_until}
    with acting(Action.OPEN_HEARING, pk, by=by, at=at, version=version, **terms) as act:
        if act.application.status in ON_TREATMENT:
            act.application.round += 1
        heard = Hearing.objects.create(
            application=act.application, round=act.application.round, opened_at=at, opened_by=by, **terms
        )
        Presence.objects.bulk_create(
            Presence(hearing=heard, member=member, arrived_at=at, arrived_by=by) for member in present
        )
    return heard


def arrive(pk: int, *, member: User, by: User, at: datetime) -> None:
    """A member comes into the room while the application is heard; nothing happens where none is."""
    if heard := held(pk):
        Presence.objects.get_or_create(
            hearing=heard, member=member, left_at=None, defaults={"arrived_at": at, "arrived_by": by}
        )


def leave(pk: int, *, member: User, by: User, at: datetime) -> None:
    """A member leaves the room: the vote cast stays, a new one needs the member back."""
    if heard := held(pk):
        heard.presences.filter(member=member, left_at=None).update(left_at=at, left_by=by)


def held(pk: int) -> Hearing | None:
    """The hearing under way of an application that is locked here first: nobody closes it meanwhile."""
    return voting.hearing(lock(pk))


def declare(
    pk: int, *, round: int, has_conflict: bool, text: str = "", by: User, at: datetime
) -> Application:
    """A member has, or has not, a conflict of interest. A conflict voids the vote cast before it.

    Like a vote it holds for a round, not for a version: members act at the same time.
    """
    told: dict[str, Any] = {"has_conflict": has_conflict, "text": text, "round": round}
    comment = text if has_conflict else ""
    same: dict[str, Any] = {"application": pk, "declared_by": by, "has_conflict": has_conflict}
    try:
        with acting(Action.DECLARE, pk, by=by, at=at, comment=comment, **told) as act:
            if Declaration.objects.filter(**same, round=round).exists():
                raise AlreadyDone(_("You have already declared this."))
            Declaration.objects.create(
                application=act.application,
                round=round,
                has_conflict=has_conflict,
                text=comment,
                declared_at=at,
                declared_by=by,
            )
            if has_conflict:
                act.promise("notify_appointers")  # perhaps too few are left
    except AlreadyDone:
        raise
    except Refused as refusal:  # a second click: the conflict just declared closes this page too
        if Declaration.objects.filter(**same, round=round, text=comment).exists():
            raise AlreadyDone(refusal.sentence) from refusal
        raise
    return act.application


def vote(
    pk: int,
    *,
    round: int,
    choice: str,
    text: str = "",
    reason_codes: list[str] | None = None,
    by: User,
    at: datetime,
) -> Application:
    """One member's vote, or a change of it until the item is closed; every vote is kept."""
    told: dict[str, Any] = {"choice": choice, "text": text, "reason_codes": reason_codes or []}
    try:
        with acting(Action.VOTE, pk, by=by, at=at, round=round, **told) as act:
            before = act.application.votes.filter(round=round, voted_by=by).order_by("change").last()
            if before and (before.choice, before.text, before.reason_codes) == tuple(told.values()):
                raise AlreadyDone(_("You have already voted so."))
            change = before.change + 1 if before else 0
            Vote.objects.create(
                application=act.application, round=round, change=change, voted_at=at, voted_by=by, **told
            )
    except Refused as refusal:
        if refusal.__class__ is not AlreadyDone and is_same_click(pk, round=round, by=by, told=told):
            raise AlreadyDone(refusal.sentence) from refusal
        raise
    return act.application


def is_same_click(pk: int, *, round: int, by: User, told: dict[str, Any]) -> bool:
    """Whether this very vote stands already: a second click that came after the item was closed."""
    last = Vote.objects.filter(application=pk, round=round, voted_by=by).order_by("change").last()
    return last is not None and all(getattr(last, name) == value for name, value in told.items())


def defer(
    pk: int, *, reason: str, until: date | None, by: User, at: datetime, version: int | None = None
) -> Application:
    """Put the application off to a later sitting. What was voted does not count there."""
    told: dict[str, Any] = {"reason": reason, "until": until}
    with acting(Action.DEFER, pk, by=by, at=at, version=version, comment=reason, **told) as act:
        heard = cast(Hearing, voting.hearing(act.application))  # the rule wants one
        heard.reason, heard.deferred_to = reason, until  # saved when it is closed
        if act.application.status == Status.COMMITTEE_REVIEW:
            act.application.round += 1
        act.promise("notify")
    return act.application
