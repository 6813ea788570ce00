"""The minutes: drafted by the program from what happened, completed and signed by the chair."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from committee.acting import acting
from committee.models import Item, Sitting
from committee.workflow import Action
from outbox.promises import promise


def write_minutes(
    pk: int,
    *,
    remarks: str,
    notes: dict[int, str],
    by: User,
    at: datetime,
    version: int | None = None,
) -> Sitting:
    """What the chair adds: remarks on the whole, and by item (`notes`: its key → text)."""
    told: dict[str, Any] = {"remarks": remarks, "notes": notes}
    with acting(Action.WRITE_MINUTES, pk, by=by, at=at, version=version, **told) as sitting:
        sitting.remarks = remarks
        items = [item for item in sitting.items.all() if item.pk in notes]
        for item in items:
            item.note = notes[item.pk]
        Item.objects.bulk_update(items, ["note"])
    return sitting


def sign_minutes(pk: int, *, by: User, at: datetime, version: int | None = None) -> Sitting:
    """The chair signs; the house draws, seals and files the minutes. From here on nothing changes."""
    with acting(Action.SIGN_MINUTES, pk, by=by, at=at, version=version) as sitting:
        sitting.signed_at, sitting.signed_by = at, by
        promise("issue_minutes", f"issue_minutes:{sitting.pk}", {"sitting": sitting.pk}, at=at, by=by)
    return sitting
