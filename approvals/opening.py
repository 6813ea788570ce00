"""Opening somebody's file: the one way to it. Who may, whether with the patient's name, the access entry.

Every page, fragment of a page and file that shows a patient's data calls one of `record_opening` (a page),
`record_openings` (a list that names patients: one statement) or `record_access` (no request at hand: an
API, a job). What they write is in `audit/openings.py`; its words are read out in `access_words.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db.models import Exists, Max
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.clock import now
from accounts.models import BREAKING_ROLES, ON_CALL_ROLES, VOTING_ROLES, Role, User
from accounts.people import memberships
from approvals.models import Application, Declaration, EmergencyAccess
from approvals.models.application import HOSPITAL_ROLES, ON_CALL_ACTIONS, UNIT_ROLES
from approvals.workflow import Status
from audit import openings
from audit.whence import whence

FILE = "file"
# Why a role opens a file, the closest first.
CARE, PHARMACY, DIRECTION, COMMITTEE, ON_CALL = "care", "pharmacy", "direction", "committee", "on_call"
REASONS: dict[str, str] = {
    **dict.fromkeys((*UNIT_ROLES, Role.DELEGATE), CARE),
    Role.PHARMACIST: PHARMACY,
    Role.MEDICAL_DIRECTOR: DIRECTION,
    **dict.fromkeys((*VOTING_ROLES, "appointed"), COMMITTEE),
    **dict.fromkeys(ON_CALL_ROLES, ON_CALL),
}
BROKEN = "break_glass"


def find(request: HttpRequest, number: str, *, to_act: bool = False) -> Application:
    """The application, if the person may see it; 404 otherwise. Drafts have no number: they are not here.

    `to_act` leaves out the file opened with a reason only: that one is read, and nothing is done to it.
    """
    if not number.isprintable():
        raise Http404
    user, at = cast(User, request.user), now()
    seen = Application.objects
    found = seen.concerning(user, at=at) if to_act else seen.visible_to(user, at=at)
    files = found.select_related("unit__hospital", "author", "taken_by", "endorsed_by", "indication__edition")
    return get_object_or_404(files, number=number)


def open_file(request: HttpRequest, number: str, *, what: str = FILE, to_act: bool = False) -> Application:
    """The application to be read on a page: as `find`, and the trail says who read it, in which role."""
    application = find(request, number, to_act=to_act)
    record_opening(request, application, what=what)
    return application


def record_opening(
    request: HttpRequest,
    application: Application,
    *,
    what: str = FILE,
    action: str = "opened",
    **more: Any,
) -> None:
    """The entry of one page: `what` is a word and an id ("letter:12"), never a name."""
    record_access(
        application,
        by=cast(User, request.user),
        at=now(),
        what=what,
        where=whence(request),
        action=action,
        **more,
    )


def record_access(
    application: Application,
    *,
    by: User,
    at: datetime,
    what: str = FILE,
    why: str = "",
    where: str = "",
    action: str = "opened",
    **more: Any,
) -> None:
    """The same without a request. `why` is what opens the file to them, unless the caller knows better."""
    told = opening_of(application, by=by, at=at, what=what, why=why, **more)
    openings.record([told], by=by, at=at, where=where, action=action)


def record_openings(
    request: HttpRequest, applications: Iterable[Application], *, what: str, identity: bool | None = None
) -> None:
    """One entry in the trail of each, in one statement; `identity` where the list names all, or nobody."""
    by, at = cast(User, request.user), now()
    told = [opening_of(one, by=by, at=at, what=what, identity=identity) for one in applications]
    openings.record(told, by=by, at=at, where=whence(request))


def opening_of(
    application: Application,
    *,
    by: User,
    at: datetime,
    what: str,
    why: str = "",
    identity: bool | None = None,
    **more: Any,
) -> openings.Opening:
    roles = capacities(by, application, at)
    glass = None if roles else broken_glass(by, application, at)
    if glass:
        roles, why = _roles_that_break(by, application, at), why or f"{BROKEN}:{glass.pk}"
    # Without a role of their own: appointed to the committee for this application.
    roles = roles or ["appointed"]
    if identity is None:
        identity = bool(glass) or sees_identity(by, application, at)
    why = why or next(reason for role, reason in REASONS.items() if role in roles)
    return openings.Opening(application.chain, roles, identity, what, why, more)


def capacities(user: User, application: Application, at: datetime) -> list[str]:
    """The roles that open this file to the user."""
    return sorted(
        {
            m.role
            for m in memberships(user, at=at)
            if (m.role in (*UNIT_ROLES, Role.DELEGATE) and m.unit_id == application.unit_id)
            or (
                m.role in (*HOSPITAL_ROLES, *VOTING_ROLES, *ON_CALL_ROLES)
                and m.unit.hospital_id == application.unit.hospital_id
                and (m.role not in VOTING_ROLES or application.referred_at is not None)
                and (m.role not in ON_CALL_ROLES or _is_theirs_on_call(user, application))
            )
        }
    )


def _roles_that_break(user: User, application: Application, at: datetime) -> list[str]:
    hospital_id = application.unit.hospital_id
    held = {m.role for m in memberships(user, at=at) if m.unit.hospital_id == hospital_id}
    return sorted(held.intersection(BREAKING_ROLES))


def _is_theirs_on_call(user: User, application: Application) -> bool:
    """People on call open the emergencies that wait for them and those they answered, nothing else: whoever
    is on call too and sits on the committee reads the other files like its members."""
    if application.status == Status.EMERGENCY_REQUESTED:
        return True
    if application.emergency_requested_at is None:
        return False
    return application.steps.filter(by=user, action__in=ON_CALL_ACTIONS).exists()


def sees_identity(user: User, application: Application, at: datetime) -> bool:
    """Whether the user reads who the patient is now: by their role, because they asked, or because they
    said why they open another unit's file."""
    return (
        reads_names(user, application, at)
        or identity_until(user, application, at) is not None
        or broken_glass(user, application, at) is not None
    )


def reads_names(user: User, application: Application, at: datetime) -> bool:
    """Whether a role of theirs opens the file with the name. The committee reads initials, age and sex
    (design/domain.md §6); who also has the file through another role reads it in full."""
    return any(role not in VOTING_ROLES for role in capacities(user, application, at))


def identity_until(user: User, application: Application, at: datetime) -> datetime | None:
    """When the time ends for which a member who asked (disclosing.py) reads who the patient is; None for
    whoever did not ask or whose time is over. A conflict of interest ends it at once."""
    lasts = timedelta(minutes=settings.IDENTITY_MINUTES)
    asked = application.disclosures.filter(asked_by=user, asked_at__gt=at - lasts, asked_at__lte=at)
    conflict = Declaration.objects.filter(application=application, declared_by=user, has_conflict=True)
    latest = asked.filter(~Exists(conflict)).aggregate(Max("asked_at"))["asked_at__max"]
    return latest + lasts if latest else None


def broken_glass(user: User, application: Application, at: datetime) -> EmergencyAccess | None:
    """The access with a reason (breaking.py) by which the user reads this file now, if it is one."""
    opened = application.emergency_accesses.filter(opened_by=user, opened_at__lte=at, lasts_until__gt=at)
    is_open = not capacities(user, application, at) and application.masked_at is None
    return opened.order_by("-lasts_until").first() if is_open else None
