"""Substitutes whom the medical director appoints for one application that too few members may judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Membership, Role, User
from accounts.people import day, holders, holds
from approvals import seats, voting
from approvals.models import Application
from approvals.workflow import Status


@dataclass(frozen=True)
class Candidate:
    """Somebody of the hospital who does not sit on the committee of this application.

    `recusal` is "" or why they may not judge it, as it would be told to them.
    """

    user: User
    recusal: str
    units: str

    def __str__(self) -> str:
        """ "Dott. Luca Testa – doctor, Neurologia"."""
        return f"{self.user.signature} – {self.user.get_profession_display()}, {self.units}"


def wanted(application: Application, *, at: datetime) -> str:
    """Why substitutes are needed, in words; "" where they are not."""
    if application.status != Status.COMMITTEE_REVIEW and not voting.unratified(application):
        return ""
    return voting.too_few(application, at=at)


def are_wanted(user: User, application: Application, at: datetime) -> str:
    """A rule (`permissions.py`)."""
    if wanted(application, at=at):
        return ""
    return _("The committee can judge this application as it is: it needs no substitutes.")


def appoints(user: User, application: Application, at: datetime) -> str:
    """A rule (`permissions.py`)."""
    if holds(user, Role.MEDICAL_DIRECTOR, at=at, hospital_id=application.unit.hospital_id):
        return ""
    return _("Only the medical director appoints substitutes.")


def somebody_presides(application: Application, *, at: datetime) -> bool:
    return any(member.presides for member in voting.committee(application, at=at))


def candidates(application: Application, *, at: datetime) -> dict[int, Candidate]:
    """Everybody of the hospital without a seat, by key. Administrators and auditors take no clinical
    action: whoever is nothing else is not among them; nor is the medical director, who appoints others."""
    directors = holders(Role.MEDICAL_DIRECTOR, at=at, hospital_id=application.unit.hospital_id)
    left_out = {one.user.pk for one in voting.committee(application, at=at)} | {one.pk for one in directors}
    found = [one for one in seats.everybody(application, at=at) if one.user.pk not in left_out]
    units = _units([one.user for one in found], application, at=at)
    people = [Candidate(one.user, one.recusal, units.get(one.user.pk, "")) for one in found]
    people.sort(key=lambda one: (one.user.last_name, one.user.first_name, one.user.pk))
    return {one.user.pk: one for one in people}


def eligible(application: Application, *, at: datetime) -> list[Candidate]:
    """Whom the medical director may appoint."""
    return [one for one in candidates(application, at=at).values() if not one.recusal]


def _units(users: list[User], application: Application, *, at: datetime) -> dict[int, str]:
    held = Membership.objects.valid(on=day(at)).filter(
        user__in=users, unit__hospital=application.unit.hospital_id
    )
    names: dict[int, list[str]] = {}
    for user, unit in held.order_by("unit__name").values_list("user", "unit__name").distinct():
        names.setdefault(user, []).append(unit)
    return {user: ", ".join(units) for user, units in names.items()}
