"""Writing the trail: the one function that every action calls, inside its own transaction."""

import json
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

INSERT = "INSERT INTO audit_entry (chain, at, actor_id, action, data) VALUES (%s, %s, %s, %s, %s)"


def record(
    chain: str, action: str, *, by: AbstractBaseUser | None, at: datetime, data: dict[str, Any]
) -> None:
    """Append one entry to a chain, for example `record("application:12", "approve", by=…, at=…, data={…})`.

    One statement. It keeps the chain locked until the transaction ends: whoever writes to two chains in
    one transaction writes to them in the same order everywhere.

    `data` holds ids and the names of changed fields. Never clinical text, names of patients or tax codes:
    the trail outlives them and cannot be corrected. `by` is None when the house acted (a sweep, a job).
    `IntegrityError` if the chain is not `kind:id` or the action is not a word.
    """
    if through := getattr(by, "through", ""):
        data = {**data, "through": through}  # the other system that acts for the person
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [chain, at, by.pk if by else None, action, json.dumps(data, allow_nan=False)])
