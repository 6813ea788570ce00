"""Who holds which role. Asked many times in a click, read from the database once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from accounts.models import Membership, Role, User

NARROWED = "_narrowed"


def day(at: datetime) -> date:
    """The calendar day in the hospital's time zone: roles and deadlines change at local midnight."""
    return timezone.localtime(at).date()


def all_memberships(user: User, *, at: datetime) -> list[Membership]:
    """The memberships in force at that moment, with unit and hospital at hand; none of somebody deactivated.

    Whichever role the person works in now: what a role forbids, it forbids always. Kept on the user object,
    which lives for one request or one job; a role given or taken meanwhile counts from the next one.
    """
    known: dict[date, list[Membership]] = user.__dict__.setdefault("_memberships", {})
    on = day(at)
    if on not in known:
        known[on] = list(
            Membership.objects.valid(on=on)
            .filter(user=user, user__is_active=True)
            .select_related("unit__hospital")
            .order_by("pk")
        )
    return known[on]


def memberships(user: User, *, at: datetime) -> list[Membership]:
    """Those in force that the person works with now: of the one role they chose, or all of theirs.

    For what one may see and do. What one may not do because of a role asks `all_memberships`.
    """
    found = [m for m in all_memberships(user, at=at) if works_as(user, Role(m.role))]
    only: tuple[str, int] | None = user.__dict__.get(NARROWED)
    return found if only is None else [m for m in found if (m.role, m.unit.hospital_id) == only]


def narrow(user: User, role: str, *, hospital_id: int) -> None:
    """From now on this object works in that role in that hospital only: somebody acts for the person."""
    user.__dict__[NARROWED] = (role, hospital_id)


def works_as(user: User, *roles: Role) -> bool:
    """Whether what they do as one of these counts now: they chose one of them, or none."""
    chosen = getattr(user, "acting_as", None)
    return chosen is None or chosen in roles


def forget(user: User) -> None:
    """Read the roles again: somebody may have changed them while a lock was waited for."""
    user.__dict__.pop("_memberships", None)


def holds(
    user: User,
    *roles: Role,
    at: datetime,
    unit_id: int | None = None,
    hospital_id: int | None = None,
) -> bool:
    """Whether the user holds one of the roles, in that unit or hospital where one is named."""
    return any(
        m.role in roles
        and (unit_id is None or m.unit_id == unit_id)
        and (hospital_id is None or m.unit.hospital_id == hospital_id)
        for m in memberships(user, at=at)
    )


def is_bound_by(user: User, role: Role, *, at: datetime, unit_id: int) -> bool:
    """Whether the role is theirs in that unit, also while they work in another: for what it forbids."""
    return any(m.role == role and m.unit_id == unit_id for m in all_memberships(user, at=at))


def roles(user: User, *, at: datetime) -> set[Role]:
    return {Role(m.role) for m in memberships(user, at=at)}


def unit_ids(user: User, *wanted: Role, at: datetime) -> list[int]:
    """Units in which the user holds one of the roles."""
    return [m.unit_id for m in memberships(user, at=at) if m.role in wanted]


def hospital_ids(user: User, *wanted: Role, at: datetime) -> list[int]:
    return [m.unit.hospital_id for m in memberships(user, at=at) if m.role in wanted]


def holders(*wanted: Role, at: datetime, hospital_id: int, unit_id: int | None = None) -> list[User]:
    """The people who hold one of the roles, each once: to whom a notice goes."""
    found = User.objects.filter(
        is_active=True,
        memberships__in=Membership.objects.valid(on=day(at)).filter(
            role__in=wanted, unit__hospital_id=hospital_id, **({"unit_id": unit_id} if unit_id else {})
        ),
    )
    return list(found.distinct().order_by("pk"))


def names(users: Iterable[User]) -> str:
    return ", ".join(u.signature for u in users)
