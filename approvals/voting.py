"""Who may vote, how the votes stand, and what they decide. Computed under the application's lock.

Quorum: more than half of the members entitled on this application have voted, and among them the professions
that the hospital wants (setting). Majority: more than half of the votes cast; two thirds where the row is
"not routinely indicated" (`design/domain.md` §2). Whoever is recused or declares a conflict belongs neither
to the quorum's base nor to the votes. An abstention counts for the quorum and is no vote cast.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import VOTING_ROLES, Profession, User
from accounts.people import works_as
from approvals import seats
from approvals.models import Application, Hearing, Vote
from approvals.seats import Member
from approvals.workflow import ON_TREATMENT

IN_FAVOUR = (Vote.Choice.APPROVE, Vote.Choice.CONDITIONS)
Outcome = Hearing.Outcome


@dataclass(frozen=True)
class Tally:
    """The votes of a round as counts. `entitled` leaves out the recused and those with a conflict.

    `absent` are professions that the quorum wants and that nobody who voted has; `casting` is the vote of
    whoever presides where it breaks a tie, "" where it does not.
    """

    entitled: int
    recused: int
    in_favour: int
    with_conditions: int
    against: int
    two_thirds: bool
    information: int = 0
    abstained: int = 0
    absent: tuple[str, ...] = ()
    casting: str = ""

    @property
    def cast(self) -> int:
        """The votes among which the majority is counted."""
        return self.in_favour + self.against + self.information

    @property
    def voted(self) -> int:
        """All who took part: whoever abstains is there."""
        return self.cast + self.abstained

    @property
    def quorum(self) -> int:
        return self.entitled // 2 + 1

    @property
    def has_quorum(self) -> bool:
        return self.entitled > 0 and self.voted >= self.quorum and not self.absent

    @property
    def is_carried(self) -> bool:
        """Whether the votes cast approve. A tie does not, unless whoever presides breaks it."""
        if not self.cast:
            return False
        if self.two_thirds:
            return self.in_favour * 3 >= self.cast * 2
        if self.in_favour * 2 == self.cast == self.in_favour + self.against:
            return self.casting in IN_FAVOUR
        return self.in_favour * 2 > self.cast

    @property
    def result(self) -> str:
        """What the votes decide, whether or not there is a quorum; "" while nobody has cast one."""
        if not self.cast:
            return ""
        if self.is_carried:
            return Outcome.APPROVED
        if not self.information or self.against * 2 > self.cast:
            return Outcome.REJECTED
        return Outcome.INFORMATION

    def as_dict(self) -> dict[str, Any]:
        counts = {**asdict(self), "absent": list(self.absent)}
        return {**counts, "cast": self.cast, "voted": self.voted, "quorum": self.quorum}


def count(
    members: list[Member], *, two_thirds: bool, needs: tuple[str, ...] = (), casting: bool = False
) -> Tally:
    """Count the votes of the members who may judge. Pure."""
    entitled = [m for m in members if not m.recusal]
    choices = [m.choice for m in entitled]
    voters = {m.user.profession for m in entitled if m.choice} if needs else set()
    presiding = next((m.choice for m in entitled if m.presides), "")
    return Tally(
        entitled=len(entitled),
        recused=len(members) - len(entitled),
        in_favour=sum(choice in IN_FAVOUR for choice in choices),
        with_conditions=choices.count(Vote.Choice.CONDITIONS),
        against=choices.count(Vote.Choice.REJECT),
        two_thirds=two_thirds,
        information=choices.count(Vote.Choice.INFORMATION),
        abstained=choices.count(Vote.Choice.ABSTAIN),
        absent=tuple(profession for profession in needs if profession not in voters),
        casting=presiding if casting else "",
    )


def possible_results(
    members: list[Member], *, two_thirds: bool, casting: bool, may_ask: bool = True
) -> set[str]:
    """Every result to which the votes still missing could lead. Pure; the votes cast are taken as final.

    `may_ask`: whether a vote may be for further information; to ratify is yes or no.
    """
    now = count(members, two_thirds=two_thirds, casting=casting)
    open_seats = [m for m in members if not m.recusal and not m.choice]
    ties = [now.casting]
    if casting and any(m.presides for m in open_seats):
        ties = [Vote.Choice.APPROVE, Vote.Choice.REJECT]
    return {
        replace(
            now,
            in_favour=now.in_favour + more,
            against=now.against + against,
            information=now.information + information,
            casting=tie,
        ).result
        for more, against, information in _shares(len(open_seats))
        for tie in ties
        if may_ask or not information
    }


def _shares(seats_left: int) -> Iterator[tuple[int, int, int]]:
    """In favour, against, for more information; the rest abstains or stays away."""
    for more in range(seats_left + 1):
        for against in range(seats_left + 1 - more):
            for information in range(seats_left + 1 - more - against):
                yield more, against, information


def committee(application: Application, *, at: datetime) -> list[Member]:
    """Every member of the hospital's committee with recusal and vote, read once per application object."""
    known: dict[datetime, list[Member]] = application.__dict__.setdefault("_committee", {})
    if at not in known:
        known[at] = seats.committees([application], at=at)[application.pk]
    return known[at]


def read_together(applications: Iterable[Application], *, at: datetime) -> None:
    """Read members and hearing of many applications in two queries, before `committee` and `hearing` ask
    one by one."""
    by_pk = {one.pk: one for one in applications}
    under_way = {
        one.application_id: one for one in Hearing.objects.filter(application__in=by_pk, closed_at=None)
    }
    for pk, members in seats.committees(by_pk.values(), at=at).items():
        by_pk[pk].__dict__["_committee"] = {at: members}
        by_pk[pk].__dict__["_hearing"] = under_way.get(pk)


def seat(user: User, application: Application, *, at: datetime) -> Member | None:
    """The user's own seat on the committee, if any; none of a member's who works in another role now."""
    if not works_as(user, *VOTING_ROLES) and not application.appointments.filter(member=user).exists():
        return None
    return next((m for m in committee(application, at=at) if m.user.pk == user.pk), None)


def hearing(application: Application) -> Hearing | None:
    """The hearing under way, read once per application object."""
    if "_hearing" not in application.__dict__:
        application.__dict__["_hearing"] = application.hearings.filter(closed_at=None).first()
    found: Hearing | None = application.__dict__["_hearing"]
    return found


def tally(application: Application, *, at: datetime) -> Tally:
    """How the current round stands."""
    return tally_of(committee(application, at=at), application)


def tally_of(members: list[Member], application: Application) -> Tally:
    return count(
        members,
        two_thirds=needs_two_thirds(application),
        needs=tuple(settings.COMMITTEE_NEEDS),
        casting=settings.COMMITTEE_CASTING_VOTE,
    )


def is_settled(application: Application, *, at: datetime) -> bool:
    """Whether the quorum is there and no vote still missing can change the result: none comes any more once
    the time of a virtual round is over."""
    now, heard = tally(application, at=at), hearing(application)
    if not now.has_quorum:
        return False
    if heard and heard.voting_until and at >= heard.voting_until:
        return bool(now.result)
    results = possible_results(
        committee(application, at=at),
        two_thirds=needs_two_thirds(application),
        casting=settings.COMMITTEE_CASTING_VOTE,
        may_ask=application.status not in ON_TREATMENT,
    )
    return len(results) == 1 and "" not in results


def needs_two_thirds(application: Application) -> bool:
    return application.indication is None or application.indication.not_routinely_indicated


def too_few(application: Application, *, at: datetime) -> str:
    """Why the committee cannot judge this application as it is composed, in words; "" when it can."""
    return too_few_of(committee(application, at=at))


def too_few_of(members: list[Member]) -> str:
    """The same of members read before, of one application among many."""
    eligible = [m for m in members if not m.recusal]
    if len(eligible) < settings.COMMITTEE_LEAST:
        told = _("Too few members may judge this application: %(n)d of the %(least)d needed.") % {
            "n": len(eligible),
            "least": settings.COMMITTEE_LEAST,
        }
    elif lacking := [p for p in settings.COMMITTEE_NEEDS if p not in {m.user.profession for m in eligible}]:
        told = _("Nobody who may judge this application is: %(professions)s.") % {
            "professions": professions(lacking)
        }
    elif not any(m.presides for m in members):
        told = _("Nobody may preside over this application: the chair is recused.")
    else:
        return ""
    who_helps = _("The medical director appoints substitutes for it.")
    return f"{told} {who_helps}"


def unratified(application: Application) -> bool:
    """Whether the chair decided it alone and the committee has not judged that yet."""
    return application.decisions.unratified().exists()


def professions(names: list[str] | tuple[str, ...]) -> str:
    """ "doctor, pharmacist", in the reader's language."""
    return ", ".join(str(Profession(name).label).lower() for name in names)
