"""Who writes a form: its author, and the delegates of the unit, who never sign."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.people import holds
from approvals.models import Application
from approvals.workflow import Status

WRITABLE = (Status.DRAFT, Status.EMERGENCY_AUTHORISED, Status.INFORMATION_REQUESTED)
# Where the whole form ends with the author's signature.
SIGNED_NEXT = (Status.DRAFT, Status.EMERGENCY_AUTHORISED)
# What only the author can state: a delegate's page keeps it as it is.
STATED: dict[str, tuple[str, ...]] = {
    "consent": ("responsibility", "conflict_of_interest", "conflict_details"),
}
# What a hand-over drops: those, and the facts about the former author.
PERSONAL = {**STATED, "kind": ("qualification", "registration_number")}


def why_not_write(user: User, application: Application, *, at: datetime) -> str:
    """Why this person may not edit the form now; "" when they may."""
    if not may_write(user, application, at=at):
        return _(
            "Only the prescriber who writes the application and the delegates of the unit may change it."
        )
    if application.status not in WRITABLE:
        return _("The application was sent: its answers can no longer be changed.")
    return ""


def may_write(user: User, application: Application, *, at: datetime) -> bool:
    """Whether the person is one of its writers. A delegate goes on with what they prepared while questions
    are open; what others sent is not theirs (least access)."""
    if user.pk == application.author_id:
        return holds(user, Role.PRESCRIBER, at=at, unit_id=application.unit_id)
    is_theirs = application.status in SIGNED_NEXT or application.prepared_by_id == user.pk
    return is_theirs and holds(user, Role.DELEGATE, at=at, unit_id=application.unit_id)
