"""Who may vote, how the votes stand, and what they decide. Computed under the application's lock.

Quorum: more than half of the members entitled on this application. Majority: more than half of the votes
cast; two thirds where the row is "not routinely indicated" (`design/domain.md` §2). Whoever is recused or
declares a conflict belongs neither to the quorum's base nor to the votes cast.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import VOTING_ROLES, Membership, User
from accounts.people import day
from approvals.models import Application, Vote

IN_FAVOUR = (Vote.Choice.APPROVE, Vote.Choice.CONDITIONS)


@dataclass(frozen=True)
class Member:
    """A member of the committee, as far as one application is concerned; `recusal` says why not, or ""."""

    user: User
    recusal: str


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
    if user.pk == application.taken_by_id:
        return _("You reviewed this application for the pharmacy: you may not judge it.")
    if user.pk == application.endorsed_by_id:
        return _("You endorsed this application: you may not judge it.")
    if application.unit_id in unit_ids:
        return _("You belong to the unit that applies: you are recused.")
    return ""


def committee(application: Application, *, at: datetime) -> list[Member]:
    """Every member of the hospital's committee with the recusal that holds for this application."""
    on = day(at)
    seats = Membership.objects.valid(on=on).filter(
        role__in=VOTING_ROLES, unit__hospital_id=application.unit.hospital_id, user__is_active=True
    )
    units: dict[User, set[int]] = defaultdict(set)
    for membership in (
        Membership.objects.valid(on=on).filter(user__in=seats.values("user")).select_related("user").order_by("user_id")
    ):
        units[membership.user].add(membership.unit_id)
    return [Member(user, recusal(user, unit_ids, application)) for user, unit_ids in units.items()]


def count(members: list[Member], votes: list[Vote], *, two_thirds: bool) -> Tally:
    """Count the votes of the members who may judge. Pure."""
    sitting = {m.user.pk for m in members if not m.recusal}
    choices = {v.voted_by_id: v.choice for v in votes if v.voted_by_id in sitting}
    conflicts = sum(choice == Vote.Choice.ABSTAIN for choice in choices.values())
    return Tally(
        entitled=len(sitting) - conflicts,
        recused=len(members) - len(sitting) + conflicts,
        in_favour=sum(choice in IN_FAVOUR for choice in choices.values()),
        with_conditions=sum(choice == Vote.Choice.CONDITIONS for choice in choices.values()),
        against=sum(choice == Vote.Choice.REJECT for choice in choices.values()),
        two_thirds=two_thirds,
    )


def tally(application: Application, *, at: datetime) -> Tally:
    """How the current round stands."""
    return count(
        committee(application, at=at),
        list(application.votes.filter(round=application.round)),
        two_thirds=needs_two_thirds(application),
    )


def needs_two_thirds(application: Application) -> bool:
    return application.indication is None or application.indication.not_routinely_indicated
