"""Who may vote, how the votes stand, and what they decide. Computed under the application's lock.

Quorum: more than half of the members entitled on this application. Majority: more than half of the votes
cast; two thirds where the row is "not routinely indicated" (`design/domain.md` §2). Whoever is recused or
declares a conflict belongs neither to the quorum's base nor to the votes cast.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from accounts.models import VOTING_ROLES, Membership, User
from accounts.people import day
from approvals.models import Application, Vote

IN_FAVOUR = (Vote.Choice.APPROVE, Vote.Choice.CONDITIONS)


@dataclass(frozen=True)
class Member:
    """A member of the committee, as far as one round on one application is concerned.

    `recusal` says why they may not judge it, or ""; `choice` is their vote in the round, or "".
    """

    user: User
    recusal: str
    choice: str


@dataclass(frozen=True)
class Tally:
    """The votes of a round as counts. `entitled` leaves out the recused and those with a conflict."""

    entitled: int
    recused: int
    in_favour: int
    with_conditions: int
    against: int
    two_thirds: bool

    @property
    def cast(self) -> int:
        return self.in_favour + self.against

    @property
    def quorum(self) -> int:
        return self.entitled // 2 + 1

    @property
    def has_quorum(self) -> bool:
        return self.entitled > 0 and self.cast >= self.quorum

    @property
    def is_carried(self) -> bool:
        """Whether the votes cast approve. A tie does not."""
        if self.two_thirds:
            return self.in_favour * 3 >= self.cast * 2
        return self.in_favour * 2 > self.cast

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "cast": self.cast, "quorum": self.quorum}


def recusal(user: User, unit_ids: set[int], application: Application) -> str:
    """Why this member may not judge this application, or ""."""
    if user.pk in (application.author_id, application.submitted_by_id):
        return _("You wrote this application: you may not judge it.")
    if user.pk == application.prepared_by_id:
        return _("You prepared this application: you may not judge it.")
    if user.pk == application.taken_by_id:
        return _("You reviewed this application for the pharmacy: you may not judge it.")
    if user.pk == application.endorsed_by_id:
        return _("You endorsed this application: you may not judge it.")
    if application.unit_id in unit_ids:
        return _("You belong to the unit that applies: you are recused.")
    return ""


def counts_in(round_: Any) -> Q:
    """The votes that count in a round (a number or an expression): its own, and the conflicts declared in
    any. A conflict lies between a member and the case; new answers do not take it away."""
    return Q(round=round_) | Q(choice=Vote.Choice.ABSTAIN)


def committee(application: Application, *, at: datetime) -> list[Member]:
    """Every member of the hospital's committee with recusal and vote, read once per application object."""
    known: dict[datetime, list[Member]] = application.__dict__.setdefault("_committee", {})
    if at not in known:
        known[at] = read_committee(application, at=at)
    return known[at]


def seat(user: User, application: Application, *, at: datetime) -> Member | None:
    """The user's own seat on the committee, if any."""
    return next((m for m in committee(application, at=at) if m.user.pk == user.pk), None)


def read_committee(application: Application, *, at: datetime) -> list[Member]:
    in_force = Membership.objects.valid(on=day(at))
    seats = in_force.filter(
        role__in=VOTING_ROLES, unit__hospital_id=application.unit.hospital_id, user__is_active=True
    )
    vote = Vote.objects.filter(
        counts_in(application.round), application=application, voted_by=OuterRef("user")
    )
    rows = (
        in_force.filter(user__in=seats.values("user"))
        .annotate(choice=Subquery(vote.values("choice")))
        .select_related("user")
        .order_by("user_id")
    )
    members = []
    for user, group in groupby(rows, key=lambda membership: membership.user):
        held = list(group)
        units = {m.unit_id for m in held}
        members.append(Member(user, recusal(user, units, application), vars(held[0])["choice"] or ""))
    return members


def count(members: list[Member], *, two_thirds: bool) -> Tally:
    """Count the votes of the members who may judge. Pure."""
    choices = [m.choice for m in members if not m.recusal]
    conflicts = choices.count(Vote.Choice.ABSTAIN)
    return Tally(
        entitled=len(choices) - conflicts,
        recused=len(members) - len(choices) + conflicts,
        in_favour=sum(choice in IN_FAVOUR for choice in choices),
        with_conditions=choices.count(Vote.Choice.CONDITIONS),
        against=choices.count(Vote.Choice.REJECT),
        two_thirds=two_thirds,
    )


def tally(application: Application, *, at: datetime) -> Tally:
    """How the current round stands."""
    return count(committee(application, at=at), two_thirds=needs_two_thirds(application))


def needs_two_thirds(application: Application) -> bool:
    return application.indication is None or application.indication.not_routinely_indicated
