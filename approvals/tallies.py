"""How the votes stand on many applications at once: what `voting.tally` says of one, in two queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from accounts.models import VOTING_ROLES, Membership
from accounts.people import day
from approvals import voting
from approvals.models import Application, Vote
from approvals.workflow import Status


def tallies(applications: Iterable[Application], *, at: datetime) -> dict[int, voting.Tally]:
    """How the votes stand on each application before the committee: two queries for all of them."""
    waiting = [one for one in applications if one.status == Status.COMMITTEE_REVIEW]
    if not waiting:
        return {}
    in_force = Membership.objects.valid(on=day(at))
    seats = in_force.filter(role__in=VOTING_ROLES, user__is_active=True)
    held: dict[int, list[Membership]] = {}
    for membership in in_force.filter(user__in=seats.values("user")).select_related("user", "unit"):
        held.setdefault(membership.user_id, []).append(membership)
    cast = {
        (application, voter): choice
        for application, voter, choice in Vote.objects.filter(
            voting.counts_in(F("application__round")), application__in=[one.pk for one in waiting]
        ).values_list("application_id", "voted_by_id", "choice")
    }
    return {one.pk: _tally(one, held, cast) for one in waiting}


def _tally(
    application: Application, held: dict[int, list[Membership]], cast: dict[tuple[int, int], str]
) -> voting.Tally:
    hospital = application.unit.hospital_id
    members = [
        voting.Member(
            memberships[0].user,
            voting.recusal(memberships[0].user, {m.unit_id for m in memberships}, application),
            cast.get((application.pk, user), ""),
        )
        for user, memberships in held.items()
        if any(m.role in VOTING_ROLES and m.unit.hospital_id == hospital for m in memberships)
    ]
    return voting.count(members, two_thirds=voting.needs_two_thirds(application))
