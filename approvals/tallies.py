"""How the votes stand on many applications at once: what `voting.tally` says of one, in one query."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from approvals import voting
from approvals.models import Application
from approvals.seats import committees
from approvals.workflow import Status


def tallies(applications: Iterable[Application], *, at: datetime) -> dict[int, voting.Tally]:
    """How the votes stand on each application before the committee: one query for all of them."""
    return of_each((one for one in applications if one.status == Status.COMMITTEE_REVIEW), at=at)


def of_each(applications: Iterable[Application], *, at: datetime) -> dict[int, voting.Tally]:
    """The same, whatever their status: what the chair decided alone is voted on while it is in force."""
    heard = {one.pk: one for one in applications}
    return {
        pk: voting.tally_of(members, heard[pk]) for pk, members in committees(heard.values(), at=at).items()
    }
