"""Somebody in somebody's stead for some days: the delegate of a prescriber, the deputy of a head of unit.

A delegate drafts for the prescribers of the unit and never signs. A deputy holds the role of head of unit
meanwhile, beside the head; who wrote an application never endorses it, whoever they stand in for. Both end by
themselves. Substitutes on the committee have a page of their own (committee/actions/substituting.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import people, role_rules, roles
from accounts.models import Membership, Profession, Role, User
from accounts.people import day
from accounts.refusals import AlreadyDone, Refused, Shortcoming
from accounts.role_models import Source

# What somebody may pass on, and as what the other one holds it meanwhile.
PASSED_ON = {Role.PRESCRIBER: Role.DELEGATE, Role.HEAD_OF_UNIT: Role.HEAD_OF_UNIT}


def name(
    held: Membership,
    *,
    user: User,
    from_on: date | None,
    to_on: date | None,
    reason: str,
    by: User,
    at: datetime,
) -> Membership:
    """The person is, in those days, the delegate of this prescriber or the deputy of this head of unit."""
    with transaction.atomic():
        own = roles.lock_membership(held)
        person = roles.lock(user)
        people.forget(by)
        if told := why_not(own, by=by, at=at):
            raise Refused(told)
        if _named_just_so(own, person, from_on, to_on, by=by):
            raise AlreadyDone(_("This person is named already."))
        missing = [*fits(own, person, from_on, to_on, by=by, at=at), *role_rules.wants_reason(reason)]
        if missing or from_on is None:
            raise Refused(missing[0].sentence, missing)
        return roles.grant(
            person,
            own.unit,
            PASSED_ON[Role(own.role)],
            from_on,
            to_on,
            reason=reason,
            source=Source.DELEGATION,
            by=by,
            at=at,
            stands_in_for=own,
        )


def end(made: Membership, *, by: User, at: datetime) -> None:
    """From today on the person delegated no longer is."""
    with transaction.atomic():
        one = roles.lock_membership(made)
        people.forget(by)
        if one.stands_in_for is None or Role(one.stands_in_for.role) not in PASSED_ON:
            raise Refused(_("This is not a delegation."))
        if told := why_not(one.stands_in_for, by=by, at=at):
            raise Refused(told)
        if role_rules.is_same_person(by, one.user):
            raise Refused(_("Nobody changes their own roles: ask whoever delegated to you."))
        yesterday = day(at) - role_rules.ONE_DAY
        if one.to_on and one.to_on <= max(yesterday, one.from_on - role_rules.ONE_DAY):
            raise AlreadyDone(_("This delegation is over already."))
        roles.move_end(one, yesterday, reason="", source=Source.DELEGATION, by=by, at=at)


def why_not(held: Membership, *, by: User, at: datetime) -> str:
    """Whoever holds the role passes it on; for a head of unit also an administrator of the hospital."""
    if Role(held.role) not in PASSED_ON or held.stands_in_for_id is not None:
        return _("This role is not passed on.")
    in_force = [m.pk for m in people.memberships(by, at=at)]
    if held.pk in in_force:
        return ""
    administers = people.holds(by, Role.ADMINISTRATOR, at=at, hospital_id=held.unit.hospital_id)
    if held.role == Role.HEAD_OF_UNIT and administers:
        return ""
    if held.role == Role.HEAD_OF_UNIT:
        return _("Only the head of the unit, or an administrator, names the deputy.")
    return _("Only the prescriber names their own delegate.")


def fits(
    held: Membership, user: User, from_on: date | None, to_on: date | None, *, by: User, at: datetime
) -> list[Shortcoming]:
    found: list[Shortcoming] = []
    if role_rules.is_same_person(user, by) or role_rules.is_same_person(user, held.user):
        found.append(Shortcoming("", "user", _("Choose somebody else: nobody stands in for themselves.")))
    if user.pk not in {one.pk for one in available(held, at=at)}:
        found.append(Shortcoming("", "user", _who_is_wanted(held)))
    if from_on is None or from_on < day(at) or to_on is None or to_on < from_on:
        return [*found, Shortcoming("", "to_on", _("Write a first and a last day, from today on."))]
    if to_on - from_on >= timedelta(days=settings.DELEGATION_DAYS):
        told = _("At most %(n)d days: then name them again.") % {"n": settings.DELEGATION_DAYS}
        found.append(Shortcoming("", "to_on", told))
    if held.from_on > from_on or (held.to_on and held.to_on < to_on):
        told = _("No longer than the role itself lasts, %(days)s.") % {"days": role_rules.spell(held)}
        found.append(Shortcoming("", "to_on", told))
    if held.role == Role.HEAD_OF_UNIT and _has_deputy(held, from_on, to_on):
        found.append(Shortcoming("", "from_on", _("Somebody stands in on some of these days already.")))
    clash = role_rules.unfit(user, held.unit, PASSED_ON[Role(held.role)], from_on, to_on)
    return found + [Shortcoming("", "user", one.sentence) for one in clash]


def available(held: Membership, *, at: datetime) -> list[User]:
    """Who may stand in: a deputy is a doctor with a role in the unit; a delegate has one there, or had."""
    here = Membership.objects.ever().filter(unit=held.unit_id)
    if held.role == Role.HEAD_OF_UNIT:
        clinical = here.valid(on=day(at)).exclude(role__in=[Role.DELEGATE, *role_rules.UNCLINICAL])
        found = User.objects.filter(memberships__in=clinical, profession=Profession.DOCTOR)
    else:
        found = User.objects.filter(memberships__in=here.filter(from_on__lte=day(at)))
    open_ = found.filter(is_active=True).exclude(pk=held.user_id)
    return list(open_.distinct().order_by("last_name", "first_name", "pk"))


def _who_is_wanted(held: Membership) -> str:
    if held.role == Role.HEAD_OF_UNIT:
        return _("Choose a doctor who has a role in the unit.")
    return _("Choose somebody who has, or had, a role in the unit.")


def _has_deputy(held: Membership, from_on: date, to_on: date) -> bool:
    return Membership.objects.overlapping(from_on, to_on).filter(stands_in_for=held).exists()


def _named_just_so(
    held: Membership, user: User, from_on: date | None, to_on: date | None, *, by: User
) -> bool:
    if from_on is None:
        return False
    same = Membership.objects.ever().filter(stands_in_for=held, user=user, from_on=from_on, to_on=to_on)
    return same.filter(changes__is_new=True, changes__changed_by=by).exists()


def may_pass_on(user: User, *, at: datetime) -> list[Membership]:
    """What this person may pass on now: their own roles; an administrator those of all heads of unit."""
    own = [m.pk for m in people.memberships(user, at=at)]
    hospitals = people.hospital_ids(user, Role.ADMINISTRATOR, at=at)
    theirs = Q(pk__in=own, role__in=list(PASSED_ON))
    heads = Q(role=Role.HEAD_OF_UNIT, unit__hospital__in=hospitals)
    found = Membership.objects.valid(on=day(at)).filter(theirs | heads, stands_in_for=None)
    return list(found.select_related("unit", "user").order_by("unit__name", "user__last_name", "pk"))


def standing_in(of: Iterable[Membership], *, at: datetime) -> QuerySet[Membership]:
    """Who stands in for these roles now or later, substitutes on the committee included."""
    found = Membership.objects.overlapping(day(at), None).filter(stands_in_for__in=list(of))
    return found.select_related("user", "unit", "stands_in_for__user").order_by("from_on", "pk")


def in_whose_stead(user: User, *, at: datetime) -> QuerySet[Membership]:
    """For whom this person stands in now or later."""
    found = Membership.objects.overlapping(day(at), None).filter(user=user, stands_in_for__isnull=False)
    return found.select_related("unit", "stands_in_for__user").order_by("from_on", "pk")
