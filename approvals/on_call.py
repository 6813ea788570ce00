"""The two people on call, who together authorise an emergency: who they are today, and who of them may.

Rules as in `permissions.py`: each answers "" or the reason in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import ON_CALL_ROLES, Role, User
from accounts.people import all_memberships, holders, holds, is_bound_by, names
from approvals.models import Application

# Who is told, and called, where nobody is on call.
IN_THEIR_STEAD = {
    Role.ON_CALL_PHARMACIST: Role.PHARMACIST,
    Role.ON_CALL_CONSULTANT: Role.MEDICAL_DIRECTOR,
}


def on_call(application: Application, role: Role, *, at: datetime) -> list[User]:
    """Those in that role today who may judge this application's emergency."""
    found = holders(role, at=at, hospital_id=application.unit.hospital_id)
    own = {application.author_id, application.prepared_by_id}
    return [one for one in found if one.pk not in own and not is_outside_unit(one, application, at)]


@dataclass(frozen=True)
class Call:
    """Whom to call for one of the two roles; `is_instead`: nobody is on call, these have to find somebody."""

    role: str
    people: list[User]
    is_instead: bool

    @property
    def names(self) -> str:
        return names(self.people)


def calls(application: Application, *, at: datetime) -> list[Call]:
    """Whom to call, the pharmacist first."""
    found = []
    for role in ON_CALL_ROLES:
        people = on_call(application, role, at=at)
        instead = [] if people else in_their_stead(application, role, at=at)
        found.append(Call(str(role.label), people or instead, is_instead=not people))
    return found


def in_their_stead(application: Application, role: Role, *, at: datetime) -> list[User]:
    return holders(IN_THEIR_STEAD[role], at=at, hospital_id=application.unit.hospital_id)


def is_outside_unit(user: User, application: Application, at: datetime) -> str:
    if is_bound_by(user, Role.HEAD_OF_UNIT, at=at, unit_id=application.unit_id):
        return _("You head the unit that asks: somebody else has to authorise its emergency.")
    if any(m.unit_id == application.unit_id for m in all_memberships(user, at=at)):
        return _("You belong to the unit that asks: somebody else has to authorise its emergency.")
    return ""


def is_on_call_pharmacist(user: User, application: Application, at: datetime) -> str:
    if holds(user, Role.ON_CALL_PHARMACIST, at=at, hospital_id=application.unit.hospital_id):
        return ""
    return _("Only the pharmacist on call today may do this.")


def is_on_call_consultant(user: User, application: Application, at: datetime) -> str:
    if holds(user, Role.ON_CALL_CONSULTANT, at=at, hospital_id=application.unit.hospital_id):
        return ""
    return _("Only the consultant on call today may do this.")


def is_on_call(user: User, application: Application, at: datetime) -> str:
    if holds(user, *ON_CALL_ROLES, at=at, hospital_id=application.unit.hospital_id):
        return ""
    return _("Only the people on call today may do this.")


def is_not_agreed(user: User, application: Application, at: datetime) -> str:
    if application.emergency_agreed_at:
        return _("The on-call pharmacist has agreed already: the consultant authorises.")
    return ""


def is_agreed_by_another(user: User, application: Application, at: datetime) -> str:
    if not application.emergency_agreed_at:
        return _("First the on-call pharmacist has to agree.")
    if user.pk == application.emergency_agreed_by_id:
        return _("You agreed to it as the pharmacist: a second person has to authorise it.")
    return ""
