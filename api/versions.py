"""`ETag` and `If-Match`: what is written is what was seen (RFC 9110, RFC 6585).

The tag of an application is `"v<version>"`; a form that can still be written, whose answers change without
its version, adds the print of its answers: `"v0-1f6c…"`. That of a ledger is its number of entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.models import User
from api.acting_for import THROUGH_CLIENTS
from api.problems import Problem
from approvals.acting import lock
from approvals.drafts import WRITABLE
from approvals.models import Application
from approvals.permissions import allowed
from approvals.prints import all_answers


def etag(application: Application) -> str:
    if application.status in WRITABLE:
        return f'"v{application.version}-{all_answers(application)}"'
    return f'"v{application.version}"'


def wanted(request: Request) -> list[str]:
    """The tags of `If-Match`. Raises `Problem` 428 where there are none."""
    tags = [tag.strip() for tag in request.headers.get("If-Match", "").split(",") if tag.strip()]
    if not tags:
        detail = _("Send If-Match with the ETag of what you read: what changed meanwhile is not overwritten.")
        raise Problem(428, "no-if-match", detail)
    return tags


def state(application: Application, user: User, *, at: datetime) -> dict[str, Any]:
    """How it stands now, for whoever came too late."""
    here = [
        action
        for action in allowed(user, application, at=at)
        if action in THROUGH_CLIENTS or not user.through
    ]
    return {
        "current_status": application.status,
        "current_etag": etag(application),
        "allowed_actions": [action.value for action in here],
    }


def stale(application: Application, user: User, detail: str, *, at: datetime) -> Problem:
    problem = Problem(412, "stale", detail, **state(application, user, at=at))
    problem.headers["ETag"] = etag(application)
    return problem


@contextmanager
def as_seen(request: Request, pk: int, *, by: User, at: datetime) -> Iterator[Application]:
    """The application, locked, and still as the caller saw it. Raises `Problem` 412 otherwise."""
    tags = wanted(request)
    with transaction.atomic():
        application = lock(pk)
        if etag(application) not in tags:
            detail = _("It was changed since you read it. Read it again before you go on.")
            raise stale(application, by, detail, at=at)
        yield application
