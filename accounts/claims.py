"""Roles from the groups of the identity provider, at each sign-in: `on_sign_in(user, claims, at=…)`.

What the groups add takes effect. What they no longer name is never taken away silently: it is ended only if
the claim is there and well-formed, the role came from the groups, somebody else holds it in the unit and
another role is left; everything else is a proposal for the administrators. Many people within a day stop all
removals (`ClaimsStop`): a provider that lost its groups empties no hospital. What an administrator decided
stands: a role they ended is not given again, one they kept is not proposed again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts import people, role_rules, roles
from accounts.models import ClaimsStop, Membership, Role, RoleChange, RoleProposal, Unit, User
from accounts.people import day
from accounts.role_models import Because, Settled, Source
from audit import trail

log = logging.getLogger(__name__)

WITHIN = timedelta(hours=24)
LONGEST, MOST = 300, 2000  # a group's name; how many a person may have
Key = tuple[int, str]  # unit, role


@dataclass(frozen=True)
class Plan:
    """What the groups mean for one person; with each removal why it is not made by itself, or ""."""

    additions: list[Key] = field(default_factory=list)
    removals: list[tuple[Membership, str]] = field(default_factory=list)
    moot: list[Membership] = field(default_factory=list)


@dataclass
class Outcome:
    """What was done at a sign-in."""

    given: list[Membership] = field(default_factory=list)
    ended: list[Membership] = field(default_factory=list)
    proposed: list[RoleProposal] = field(default_factory=list)
    refused: list[Key] = field(default_factory=list)


def groups_of(claims: Mapping[str, Any], name: str) -> list[str] | None:
    """The groups in the claims; None where there are none to be read: then nothing is taken away."""
    found = claims.get(name)
    if not isinstance(found, list | tuple) or len(found) > MOST:
        return None
    if not all(isinstance(one, str) and 0 < len(one) <= LONGEST for one in found):
        return None
    return list(found)


def plan(
    wanted: Iterable[Key],
    managed: Iterable[Key],
    held: Iterable[Membership],
    *,
    by_hand: set[int],
    also_held: set[Key],
    ended_by_hand: set[Key],
) -> Plan:
    """Compare, pure. `managed`: what any group could give; `held`: all roles in force of the person.

    By key of membership `by_hand`; `also_held`: which of these others hold too; `ended_by_hand`: what an
    administrator took away from this person.
    """
    wanted, managed, held = set(wanted), set(managed), list(held)
    have = {(m.unit_id, m.role) for m in held}
    gone = [m for m in held if (m.unit_id, m.role) in managed - wanted and not m.stands_in_for_id]
    of_groups = [m for m in gone if m.pk not in by_hand]
    additions = sorted(wanted - have - ended_by_hand)
    leaves_none = len(of_groups) == len(held) and not additions
    removals = []
    for one in gone:
        if one.pk in by_hand:
            because: str = Because.BY_HAND
        elif leaves_none:
            because = Because.LAST_ROLE
        else:
            because = "" if (one.unit_id, one.role) in also_held else Because.LAST_HOLDER
        removals.append((one, because))
    still = [m for m in held if (m.unit_id, m.role) in wanted]
    return Plan(additions, removals, still)


def on_sign_in(user: User, claims: Mapping[str, Any], *, at: datetime) -> Outcome:
    """Give, end or propose what the person's groups say. Does nothing without OIDC_ROLE_GROUPS."""
    outcome = Outcome()
    if not settings.OIDC_ROLE_GROUPS:
        return outcome
    groups = groups_of(claims, settings.OIDC_GROUPS_CLAIM)
    if groups is None:
        log.warning("Sign-in of user %d: no well-formed claim %r", user.pk, settings.OIDC_GROUPS_CLAIM)
        return outcome
    by_group = _keys()
    managed, wanted = set(by_group.values()), {by_group[group] for group in groups if group in by_group}
    if user.is_active and not _is_settled(user, wanted, managed, at=at):
        with transaction.atomic():
            units = Unit.objects.filter(pk__in={unit for unit, _role in managed})
            for pk in sorted(set(units.values_list("hospital", flat=True))):
                roles.lock_hospital(pk)  # removals are counted one by one
            person = roles.lock(user)
            if person.is_active:
                _apply(person, _plan(person, wanted, managed, at=at), outcome, at=at)
    people.forget(user)
    return outcome


def _is_settled(user: User, wanted: set[Key], managed: set[Key], *, at: datetime) -> bool:
    """Whether there is nothing to do, as on most mornings: then nobody waits for a lock."""
    found = _plan(user, wanted, managed, at=at)
    is_asked = RoleProposal.objects.filter(settled="", membership__user=user).exists()
    return not (found.additions or found.removals or is_asked)


def _keys() -> dict[str, Key]:
    """The mapping with units looked up; a unit that is not there, or found twice, means nothing."""
    units: dict[tuple[str, str], list[int]] = {}
    for pk, code, hospital in Unit.objects.values_list("pk", "code", "hospital__name"):
        units.setdefault((code, hospital), []).append(pk)
        units.setdefault((code, ""), []).append(pk)
    found = {}
    for group, told in settings.OIDC_ROLE_GROUPS.items():
        pks = units.get((told["unit"], told.get("hospital", "")), [])
        if len(pks) == 1:
            found[group] = (pks[0], str(told["role"]))
        else:
            log.warning("OIDC_ROLE_GROUPS: the unit of group %r is not exactly one", group)
    return found


def _plan(user: User, wanted: set[Key], managed: set[Key], *, at: datetime) -> Plan:
    held = list(
        Membership.objects.valid(on=day(at)).filter(user=user).select_related("unit", "user").order_by("pk")
    )
    from_groups = set(
        RoleChange.objects.filter(membership__in=held, is_new=True, source=Source.CLAIMS).values_list(
            "membership", flat=True
        )
    )
    others = Membership.objects.valid(on=day(at)).filter(user__is_active=True).exclude(user=user)
    units = {m.unit_id for m in held}
    ended = RoleChange.objects.filter(
        membership__user=user,
        membership__stands_in_for=None,
        membership__to_on__lt=day(at),
        is_new=False,
        changed_by__isnull=False,
    ).exclude(membership__proposals__settled=Settled.ENDED)  # there the administrator followed the groups
    return plan(
        wanted,
        managed,
        held,
        by_hand={m.pk for m in held} - from_groups,
        also_held=set(others.filter(unit__in=units).values_list("unit", "role")),
        ended_by_hand=set(ended.values_list("membership__unit", "membership__role")),
    )


def _apply(user: User, plan: Plan, outcome: Outcome, *, at: datetime) -> None:
    """Removals first: what excluded an addition may be gone with them."""
    _no_longer_proposed(plan.moot, at=at)
    new = _unanswered(plan.removals)
    asked = {m.unit.hospital_id for m, because in new if because != Because.BY_HAND}
    stopped = {pk: _is_stopped(pk, user, at=at) for pk in sorted(asked)}
    for membership, because in new:
        if not because and stopped[membership.unit.hospital_id]:
            because = Because.MANY
        if because:
            outcome.proposed.append(propose(membership, because, at=at))
        else:
            yesterday = day(at) - role_rules.ONE_DAY
            roles.move_end(membership, yesterday, reason="", source=Source.CLAIMS, by=None, at=at)
            outcome.ended.append(membership)
    for unit_id, role in plan.additions:
        _add(user, Unit.objects.get(pk=unit_id), Role(role), outcome, at=at)


def _unanswered(removals: list[tuple[Membership, str]]) -> list[tuple[Membership, str]]:
    """Without what is proposed already, and what an administrator chose to keep."""
    asked = RoleProposal.objects.filter(Q(settled="") | Q(settled=Settled.KEPT))
    known = set(asked.filter(membership__in=[m for m, _ in removals]).values_list("membership", flat=True))
    return [(m, because) for m, because in removals if m.pk not in known]


def _add(user: User, unit: Unit, role: Role, outcome: Outcome, *, at: datetime) -> None:
    if role_rules.unfit(user, unit, role, day(at), None):
        data = {"role": str(role), "unit": unit.code}
        trail.record(f"user:{user.pk}", "claim_refused", by=None, at=at, data=data)
        outcome.refused.append((unit.pk, str(role)))
        return
    made = roles.grant(user, unit, role, day(at), None, reason="", source=Source.CLAIMS, by=None, at=at)
    outcome.given.append(made)


def propose(membership: Membership, because: str, *, at: datetime) -> RoleProposal:
    """Leave it to the administrators."""
    made = RoleProposal.objects.create(membership=membership, because=because, proposed_at=at)
    roles.record(membership, "role_end_proposed", because, by=None, at=at)
    return made


def _no_longer_proposed(held: Iterable[Membership], *, at: datetime) -> None:
    open_ = RoleProposal.objects.filter(settled="", membership__in=list(held))
    open_.update(settled=Settled.MOOT, settled_at=at)


def _is_stopped(hospital_id: int, user: User, *, at: datetime) -> bool:
    """Whether removals are stopped in this hospital; this person's may be what stops them."""
    if ClaimsStop.objects.filter(hospital=hospital_id, released_at=None).exists():
        return True
    since = at - WITHIN
    last = ClaimsStop.objects.filter(hospital=hospital_id).order_by("-released_at").first()
    if last and last.released_at:
        since = max(since, last.released_at)  # an administrator looked, and counted those
    here = {"membership__unit__hospital": hospital_id}
    ended = RoleChange.objects.filter(source=Source.CLAIMS, is_new=False, changed_at__gt=since, **here)
    proposed = RoleProposal.objects.filter(proposed_at__gt=since, **here).exclude(because=Because.BY_HAND)
    touched = {user.pk, *ended.values_list("membership__user", flat=True)}
    touched |= set(proposed.values_list("membership__user", flat=True))
    if not _is_many(len(touched), hospital_id, at=at):
        return False
    made = ClaimsStop.objects.create(hospital_id=hospital_id, people=len(touched), stopped_at=at)
    data = {"stop": made.pk, "people": len(touched)}
    trail.record(f"hospital:{hospital_id}", "claims_stopped", by=None, at=at, data=data)
    return True


def _is_many(count: int, hospital_id: int, *, at: datetime) -> bool:
    """One person alone is never many."""
    if count > settings.CLAIMS_REMOVALS_PEOPLE:
        return True
    held = Membership.objects.valid(on=day(at)).filter(unit__hospital=hospital_id, user__is_active=True)
    everybody = held.values("user").distinct().count()
    return count > 1 and count * 100 > settings.CLAIMS_REMOVALS_PERCENT * everybody
