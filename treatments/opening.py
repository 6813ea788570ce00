"""The access entries of ledgers and of lists that name patients; the same shape as the files' own
(approvals/opening.py), in the trail of the application."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django.http import HttpRequest

from accounts.models import BREAKING_ROLES, Role, User
from accounts.people import memberships
from audit import openings
from audit.openings import Opening
from audit.whence import whence
from treatments.models import Authorisation
from treatments.models.authorisation import TREATING

# Why a role reads a ledger, the closest first.
REASONS: dict[Role, str] = {
    **dict.fromkeys(TREATING, "care"),
    Role.PHARMACIST: "pharmacy",
    Role.MEDICAL_DIRECTOR: "direction",
    Role.ON_CALL_PHARMACIST: "on_call",
}


def record_openings(
    request: HttpRequest, periods: Iterable[Authorisation], *, what: str, at: datetime
) -> None:
    """That the patients of these periods were shown by name: one entry for each application."""
    by = cast(User, request.user)
    told = {period.application_id: _opening(period, by, what, at) for period in periods}
    openings.record(told.values(), by=by, at=at, where=whence(request))


def _opening(period: Authorisation, by: User, what: str, at: datetime) -> Opening:
    roles = {
        Role(m.role)
        for m in memberships(by, at=at)
        if (m.role in TREATING and m.unit_id == period.unit_id)
        or (m.role in REASONS and m.role not in TREATING and m.unit.hospital_id == period.hospital_id)
    }
    why = next((reason for role, reason in REASONS.items() if role in roles), "")
    if not roles:  # by a reason alone: the row is of the app above, reached by the key
        here = (m for m in memberships(by, at=at) if m.unit.hospital_id == period.hospital_id)
        roles = {Role(m.role) for m in here if m.role in BREAKING_ROLES}
        glass = period.application.emergency_accesses.filter(
            opened_by=by, opened_at__lte=at, lasts_until__gt=at
        )
        why = f"break_glass:{glass.order_by('-lasts_until').values_list('pk', flat=True)[0]}"
    return Opening(f"application:{period.application_id}", sorted(roles), True, what, why)
