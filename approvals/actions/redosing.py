"""A new dose becomes what the application asks for: a snapshot that everybody reads from now on."""

from __future__ import annotations

from typing import Any

from django.db.models import Max

from accounts.models import User
from accounts.people import day
from approvals.acting import Act
from approvals.models import Snapshot
from approvals.redosing import Redose, answers_with_dose, with_dose


def freeze_dose(act: Act, redose: Redose, *, because: str, by: User) -> None:
    """The last snapshot again, with this dose on this row. Nothing is frozen where nothing differs."""
    application, dose, row = act.application, redose.after, redose.row
    if dose is None or row is None or not (redose.changes or row.pk != application.indication_id):
        return
    told: dict[str, Any] = {"on": day(act.at), "because": because}
    last = application.snapshots.aggregate(last=Max("revision"))["last"]
    Snapshot.objects.create(
        application=application,
        revision=last + 1,
        content=with_dose(application.snapshot.content, dose, row, **told),
        frozen_at=act.at,
        frozen_by=by,
    )
    application.answers = answers_with_dose(application.answers, dose, **told)
    application.indication = row
    application.__dict__.pop("snapshot", None)  # the cached one is no longer the last
