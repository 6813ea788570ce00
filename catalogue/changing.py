"""The one way a draft edition changes: under a lock, who and when recorded, a line in the trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit import trail
from catalogue import permissions
from catalogue.models import Edit, Edition
from catalogue.refusals import CatalogueError, Stale

Detail = dict[str, Any]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """A transaction in which nobody else changes editions. Reading goes on, and so do applications."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE catalogue_edition IN SHARE ROW EXCLUSIVE MODE")
        yield


@contextmanager
def changing(edition: Edition, *, by: User, at: datetime) -> Iterator[None]:
    """`one_at_a_time`, with the edition read again and the person asked for. Raises CatalogueError."""
    with one_at_a_time():
        try:
            edition.refresh_from_db()
        except Edition.DoesNotExist as error:
            raise Stale(_("Draft %(code)s was discarded meanwhile.") % {"code": edition.code}) from error
        if reason := permissions.why_not_edit(by, edition, at=at):
            raise CatalogueError(reason)
        yield


def changed(
    edition: Edition, what: Edit.What, *, by: User | None, at: datetime, row: str = "", **detail: Any
) -> None:
    """Remembers who changed the draft, for `permissions.why_not_publish` and for the trail."""
    Edit.objects.create(edition=edition, what=what, row=row, edited_at=at, edited_by=by)
    told(edition, f"edition_{what}", by=by, at=at, **({"row": row} if row else {}), **detail)


def told(edition: Edition, action: str, *, by: User | None, at: datetime, **detail: Any) -> None:
    """A line in the edition's chain of the trail: codes of rows and names of fields."""
    data = {"edition": edition.code, **detail}
    trail.record(f"edition:{edition.pk}", action, by=by, at=at, data=data)
