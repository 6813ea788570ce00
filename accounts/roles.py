"""Giving a role and moving its end. Nothing is deleted: each decision is a `RoleChange`, and in the trail.

A role is given by an administrator of its hospital, never to oneself; by whoever delegates (delegating.py);
by the groups of the identity provider (claims.py). All three come down to `grant` and `move_end` here.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import people
from accounts.models import Hospital, Membership, Role, RoleChange, Unit, User
from accounts.people import day
from accounts.refusals import AlreadyDone, Refused, Shortcoming
from accounts.role_models import Source
from accounts.role_rules import (
    ONE_DAY,
    clash_later,
    days,
    is_same_person,
    last_day,
    leaves_unadministered,
    outlasts,
    unfit,
    wants_reason,
)
from audit import trail


def give(
    *,
    user: User,
    unit: Unit,
    role: Role,
    from_on: date | None,
    to_on: date | None,
    reason: str,
    by: User,
    at: datetime,
) -> Membership:
    """The person holds the role in the unit from that day, to that day or without end."""
    with transaction.atomic():
        person = lock(user)
        people.forget(by)
        if told := why_not(person, unit.hospital_id, by=by, at=at):
            raise Refused(told)
        if _given_just_so(person, unit, role, from_on, to_on, by=by):
            raise AlreadyDone(_("This role is given already."))
        missing = [*days(from_on, to_on, at=at), *wants_reason(reason)]
        if from_on and not missing:
            missing += unfit(person, unit, role, from_on, to_on)
        if missing or from_on is None:
            raise Refused(missing[0].sentence, missing)
        return grant(
            person, unit, role, from_on, to_on, reason=reason, source=Source.ADMINISTRATOR, by=by, at=at
        )


def end(
    membership: Membership,
    *,
    last_on: date | None,
    reason: str,
    by: User,
    at: datetime,
    source: Source = Source.ADMINISTRATOR,
) -> Membership:
    """Move the last day of a role: yesterday ends it at once, None leaves it without end."""
    with transaction.atomic():
        hospital = lock_hospital(membership.unit.hospital_id)
        one = lock_membership(membership)
        lock(one.user)
        people.forget(by)
        if told := why_not_end(one, by=by, at=at):
            raise Refused(told)
        if missing := [*last_day(one, last_on, at=at), *wants_reason(reason)]:
            raise Refused(missing[0].sentence, missing)
        # Taken back before it began: it ends on the day before that.
        last_on = last_on and max(last_on, one.from_on - ONE_DAY)
        if last_on == one.to_on:
            raise AlreadyDone(_("This role ends on that day already."))
        if told := outlasts(one, last_on) or clash_later(one, last_on):
            raise Refused(told, [Shortcoming("", "last_on", told)])
        if told := leaves_unadministered(hospital, [one], last_on, at=at):
            raise Refused(told, [Shortcoming("", "last_on", told)])
        move_end(one, last_on, reason=reason, source=source, by=by, at=at)
    return one


def why_not(user: User, hospital_id: int, *, by: User, at: datetime) -> str:
    """Why `by` does not give this person roles in that hospital; asked by the page, and under the lock."""
    if is_same_person(by, user):
        return _("Nobody changes their own roles: ask another administrator.")
    if people.holds(by, Role.ADMINISTRATOR, at=at, hospital_id=hospital_id):
        return ""
    return _("Only an administrator of the hospital gives and ends its roles.")


def why_not_end(membership: Membership, *, by: User, at: datetime) -> str:
    if told := why_not(membership.user, membership.unit.hospital_id, by=by, at=at):
        return told
    if membership.stands_in_for and membership.stands_in_for.role in (Role.COMMITTEE_MEMBER, Role.CHAIR):
        return _("This is a seat on the committee in somebody's stead: the chair ends it, under Sittings.")
    if membership.to_on and membership.to_on < max(day(at) - ONE_DAY, membership.from_on):
        return _("This role has ended: give it anew.")
    return ""


def _given_just_so(
    user: User, unit: Unit, role: Role, from_on: date | None, to_on: date | None, *, by: User
) -> bool:
    same = Membership.objects.ever().filter(user=user, unit=unit, role=role, to_on=to_on)
    if from_on is None:
        return False
    return same.filter(from_on=from_on, changes__is_new=True, changes__changed_by=by).exists()


# ── Locks, and the only writers ──────────────────────────────────────────────────────────────────────────
# Always in this order: hospital, membership, person.


def lock_hospital(pk: int) -> Hospital:
    return Hospital.objects.select_for_update(no_key=True).get(pk=pk)


def lock_membership(membership: Membership) -> Membership:
    found = Membership.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("unit", "user", "stands_in_for").get(pk=membership.pk)


def lock(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def grant(
    user: User,
    unit: Unit,
    role: Role,
    from_on: date,
    to_on: date | None,
    *,
    reason: str,
    source: Source,
    by: User | None,
    at: datetime,
    stands_in_for: Membership | None = None,
) -> Membership:
    """Write the role and who gave it. Inside a transaction of whoever asked the questions."""
    made = Membership.objects.create(
        user=user, unit=unit, role=role, from_on=from_on, to_on=to_on, stands_in_for=stands_in_for
    )
    RoleChange.objects.create(
        membership=made,
        is_new=True,
        to_on=to_on,
        reason=reason.strip(),
        source=source,
        changed_at=at,
        changed_by=by,
    )
    record(made, "role_given", source, by=by, at=at)
    return made


def move_end(
    membership: Membership,
    last_on: date | None,
    *,
    reason: str,
    source: Source,
    by: User | None,
    at: datetime,
) -> None:
    """Write the new last day; whoever stands in for that role does so no longer than it lasts."""
    moved = [membership]
    if last_on is not None:
        hanging = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("unit")
        moved += hanging.overlapping(last_on + ONE_DAY, None).filter(stands_in_for=membership)
    # The trail is written person by person in one order: two that end the same people wait, not half-way.
    for one in sorted(moved, key=lambda m: (m.user_id, m.pk)):
        was, one.to_on = one.to_on, last_on and max(last_on, one.from_on - ONE_DAY)
        one.save(update_fields=["to_on"])
        RoleChange.objects.create(
            membership=one,
            is_new=False,
            to_on=one.to_on,
            was_to_on=was,
            reason=reason.strip(),
            source=source,
            changed_at=at,
            changed_by=by,
        )
        record(one, "role_end_moved", source, by=by, at=at)


def record(membership: Membership, action: str, source: str, *, by: User | None, at: datetime) -> None:
    trail.record(
        f"user:{membership.user_id}",
        action,
        by=by,
        at=at,
        data={
            "membership": membership.pk,
            "role": str(membership.role),
            "unit": membership.unit.code,
            "first_on": membership.from_on.isoformat(),
            "last_on": membership.to_on.isoformat() if membership.to_on else None,
            "stands_in_for": membership.stands_in_for_id,
            "source": str(source),
        },
    )
