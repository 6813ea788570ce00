"""Who sits on the committee of a hospital on a day: members, their substitutes, who chairs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts.models import VOTING_ROLES, Membership, Role, User
from accounts.people import day, works_as


@dataclass(frozen=True)
class Seat:
    """A seat and who fills it; `stands_in_for` is the member whose seat it is, where a substitute sits."""

    user: User
    is_chair: bool
    stands_in_for: User | None


def seats(hospital_id: int, *, at: datetime) -> list[Seat]:
    """The seats in force, the chair's first; one person has one seat."""
    in_force = Membership.objects.valid(on=day(at))
    held = (
        in_force.filter(role__in=VOTING_ROLES, unit__hospital=hospital_id, user__is_active=True)
        .exclude(Exists(in_force.filter(stands_in_for=OuterRef("pk"))))
        .select_related("user", "stands_in_for__user")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    found: dict[int, Seat] = {}
    for one in sorted(held, key=lambda membership: membership.role != Role.CHAIR):
        stood_in_for = one.stands_in_for.user if one.stands_in_for else None
        found.setdefault(one.user_id, Seat(one.user, one.role == Role.CHAIR, stood_in_for))
    return list(found.values())


def is_chair(user: User, hospital_id: int, *, at: datetime) -> bool:
    """Whether the user chairs the committee that day, as its chair or in the chair's stead; not while they
    work in another role."""
    if not works_as(user, *VOTING_ROLES):
        return False
    return any(seat.is_chair and seat.user.pk == user.pk for seat in seats(hospital_id, at=at))
