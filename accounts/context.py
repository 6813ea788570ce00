"""What the frame of every page shows: the hospital, the person's roles, the ways to go."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import people
from accounts.clock import now
from accounts.models import BREAKING_ROLES, Hospital, Role

Item = dict[str, Any]

WITH_DEADLINES = {
    Role.PRESCRIBER,
    Role.HEAD_OF_UNIT,
    Role.PHARMACIST,
    Role.MEDICAL_DIRECTOR,
    Role.ADMINISTRATOR,
}
# URL name, label, who sees it (None: everybody).
WAYS: list[tuple[str, Promise, set[Role] | None]] = [
    ("worklist", _("To do"), None),
    ("archive", _("Applications"), None),
    (
        "sittings",
        _("Sittings"),
        {Role.COMMITTEE_MEMBER, Role.CHAIR, Role.MEDICAL_DIRECTOR, Role.PHARMACIST},
    ),
    (
        "deadlines",
        _("Deadlines"),
        WITH_DEADLINES,
    ),
    ("dispensings", _("Dispensing"), {Role.PHARMACIST, Role.ON_CALL_PHARMACIST}),
    ("lots", _("Lots"), {Role.PHARMACIST, Role.MEDICAL_DIRECTOR}),
    (
        "accesses",
        _("Accesses with a reason"),
        {Role.HEAD_OF_UNIT, Role.MEDICAL_DIRECTOR, Role.AUDITOR},
    ),
    ("reports", _("Reports"), {Role.PHARMACIST, Role.MEDICAL_DIRECTOR, Role.ADMINISTRATOR}),
    ("catalogue", _("Catalogue"), None),
    ("trail", _("Access log"), {Role.AUDITOR}),
    ("people", _("People"), {Role.ADMINISTRATOR}),
    ("promises", _("Deliveries"), {Role.ADMINISTRATOR}),
    ("clients", _("Other systems"), {Role.ADMINISTRATOR}),
]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of templates/base.html; errors pages drawn without a user get the frame alone."""
    frame: dict[str, Any] = {
        "demo": settings.DEMO,
        "demo_day": _demo_day(),
        "version": settings.VERSION,
        "support": settings.SUPPORT_CONTACT,
        "home": reverse(settings.LOGIN_REDIRECT_URL),
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame | {"hospital": _only_hospital()}
    at = now()
    held, everything = people.memberships(user, at=at), people.all_memberships(user, at=at)
    is_administrator = any(one.role == Role.ADMINISTRATOR for one in held)
    return frame | {
        "moves_time": settings.DEMO and is_administrator,
        "hospital": held[0].unit.hospital if held else "",
        "roles": list(dict.fromkeys(membership.get_role_display() for membership in held)),
        # Whoever holds several roles chooses in the header which one they work in.
        "all_roles": list(dict.fromkeys((m.role, m.get_role_display()) for m in everything)),
        "acting_as": user.acting_as,
        "nav": _ways(request, {Role(membership.role) for membership in held}),
        "breaks_glass": any(one.role in BREAKING_ROLES for one in held),
    }


def _demo_day() -> date | None:
    """The day on which a demonstration lives, where it was moved."""
    if not settings.DEMO or (at := now()) - timezone.now() < timedelta(hours=1):
        return None
    return people.day(at)


def _ways(request: HttpRequest, held: set[Role]) -> list[Item]:
    return [
        {"label": label, "url": reverse(name), "is_current": _is_current(request.path, reverse(name))}
        for name, label, wanted in WAYS
        if wanted is None or wanted & held
    ]


def _is_current(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def _only_hospital() -> Hospital | None:
    """The hospital named before anybody has signed in: where the installation serves just one."""
    found = list(Hospital.objects.all()[:2])
    return found[0] if len(found) == 1 else None
