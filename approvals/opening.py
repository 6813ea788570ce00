"""Opening somebody's file: the one way to it. Who may, whether with the patient's name, the access entry."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db.models import Exists, Max
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.clock import now
from accounts.models import ON_CALL_ROLES, VOTING_ROLES, Role, User
from accounts.people import memberships
from approvals.models import Application, Declaration
from approvals.models.application import HOSPITAL_ROLES, ON_CALL_ACTIONS, UNIT_ROLES
from approvals.workflow import Status
from audit import trail


def find(request: HttpRequest, number: str) -> Application:
    """The application, if the person may see it; 404 otherwise. Drafts have no number: they are not here."""
    if not number.isprintable():
        raise Http404
    user = cast(User, request.user)
    found = Application.objects.visible_to(user, at=now())
    files = found.select_related("unit__hospital", "author", "taken_by", "endorsed_by", "indication__edition")
    return get_object_or_404(files, number=number)


def open_file(request: HttpRequest, number: str) -> Application:
    """The application to be read on a page: as `find`, and the trail says who read it, in which role."""
    application = find(request, number)
    record_opening(request, application)
    return application


def record_opening(request: HttpRequest, application: Application) -> None:
    user, at = cast(User, request.user), now()
    trail.record(
        application.chain,
        "opened",
        by=user,
        at=at,
        data={
            # Without a role of their own: appointed to the committee for this application.
            "roles": capacities(user, application, at) or ["appointed"],
            "identity": sees_identity(user, application, at),
        },
    )


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
                and (m.role not in ON_CALL_ROLES or _is_theirs_on_call(user, application))
            )
        }
    )


def _is_theirs_on_call(user: User, application: Application) -> bool:
    """People on call open the emergencies that wait for them and those they answered, nothing else: whoever
    is on call too and sits on the committee reads the other files like its members."""
    if application.status == Status.EMERGENCY_REQUESTED:
        return True
    if application.emergency_requested_at is None:
        return False
    return application.steps.filter(by=user, action__in=ON_CALL_ACTIONS).exists()


def sees_identity(user: User, application: Application, at: datetime) -> bool:
    """Whether the user reads who the patient is now, by their role or because they asked."""
    return reads_names(user, application, at) or identity_until(user, application, at) is not None


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
