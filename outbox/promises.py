"""Promising work inside the transaction it follows."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from structlog.contextvars import get_contextvars

from outbox.waking import wake

INSERT = """
INSERT INTO outbox_promise (key, job, arguments, promised_at, promised_by_id, not_before, request)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (key) DO NOTHING
"""


def promise(
    job: str,
    key: str,
    arguments: Mapping[str, int | str],
    *,
    at: datetime,
    by: AbstractBaseUser | None = None,
    not_before: datetime | None = None,
) -> None:
    """Promise that the job is done once, after the transaction and not before the given time.

    One statement. The same key again changes nothing, whatever became of the first promise. The commit
    wakes a worker; if none can be woken, the next sweep finds the promise. `arguments` holds ids only.
    """
    due = not_before or at
    with connection.cursor() as cursor:
        who, request = by.pk if by else None, str(get_contextvars().get("request", ""))[:64]
        cursor.execute(INSERT, [key, job, json.dumps(dict(arguments)), at, who, due, request])
    if due <= at:
        transaction.on_commit(wake)
