"""Invented decisions on roles, made by the real actions: so that the administrators' pages are not empty."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts import claims, delegating, persons, reviewing, roles
from accounts.models import Membership, Profession, Role, RoleChange, User
from accounts.people import day
from accounts.persons import Person
from accounts.role_models import Because

People = dict[str, User]
RESIDENT = Person(
    title="Dott.",
    first_name="Tommaso",
    last_name="Greco",
    email="resident-w3@ospedale.example",
    profession=Profession.DOCTOR,
    registration_number="XX-12001",
)
SECOND = Person(
    title="",
    first_name="Irene",
    last_name="Sala",
    email="administrator-2@ospedale.example",
    profession=Profession.OTHER,
    registration_number="",
)
CONFIRMED = ("prescriber-w3", "pharmacist-1", "pharmacist-2", "chair")


def make_roles(people: People, password: str, *, now: datetime) -> int:
    """How many decisions there are; none is made where somebody has decided already."""
    if RoleChange.objects.exists():
        return 0
    by: dict[str, Any] = {"by": people["administrator"], "at": now}
    today = day(now)
    ward, offices = _unit(people["head-w3"]), _unit(people["administrator"])
    for username, person, unit, role, lasts in (
        ("resident-w3", RESIDENT, ward, Role.DELEGATE, 180),
        ("administrator-2", SECOND, offices, Role.ADMINISTRATOR, 365),
    ):
        made = persons.create(username, person, **by)
        User.objects.filter(pk=made.pk).update(password=password)
        to_on = today + timedelta(days=lasts)
        reason = "Incarico a tempo (inventato)."
        roles.give(user=made, unit=unit, role=role, from_on=today, to_on=to_on, reason=reason, **by)
    on_call = people["on-call-consultant"].memberships.get()
    roles.end(on_call, last_on=today + timedelta(days=60), reason="Cambia la turnazione (inventato).", **by)
    head = people["head-w3"]
    delegating.name(
        head.memberships.get(role=Role.HEAD_OF_UNIT),
        user=people["prescriber-w3"],
        from_on=today + timedelta(days=20),
        to_on=today + timedelta(days=34),
        reason="Ferie (inventate).",
        by=head,
        at=now,
    )
    for name in CONFIRMED:
        reviewing.confirm(people[name].memberships.get(stands_in_for=None), **by)
    claims.propose(people["prescriber-nicu"].memberships.get(), Because.LAST_HOLDER, at=now)
    return RoleChange.objects.count()


def _unit(user: User) -> Any:
    held: Membership | None = user.memberships.select_related("unit").order_by("pk").first()
    return held.unit if held else None
