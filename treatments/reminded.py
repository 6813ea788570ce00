"""Who was reminded of a reassessment, when and how often: from the mails that were promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from outbox.models import Status
from treatments.models import Authorisation

# The mails themselves, one to each person (migration 0014 has the indexes); and those that wait for the
# daily digest of a person who wants one.
MAILS = """
SELECT (arguments ->> 'authorisation')::bigint, (arguments ->> 'user')::bigint, arguments ->> 'due_on',
       coalesce(settled_at, promised_at), status
  FROM outbox_promise
 WHERE job IN ('mail_reminder', 'mail_by_hand') AND (arguments ->> 'authorisation')::bigint = ANY(%(pks)s)
UNION ALL
SELECT (arguments ->> 'authorisation')::bigint, user_id, arguments ->> 'due_on', promised_at, 'digest'
  FROM outbox_line
 WHERE job IN ('mail_reminder', 'mail_by_hand') AND (arguments ->> 'authorisation')::bigint = ANY(%(pks)s)
 ORDER BY 4
"""


@dataclass
class Reminded:
    """One person and the mails for the due date that holds now; superseded ones were never sent."""

    name: str
    sent: list[datetime] = field(default_factory=list)
    waiting: int = 0
    failed: int = 0
    in_digest: int = 0

    def add(self, status: str, at: datetime) -> None:
        match status:
            case Status.DONE:
                self.sent.append(at)
            case Status.WAITING:
                self.waiting += 1
            case Status.FAILED:
                self.failed += 1
            case "digest":
                self.in_digest += 1

    @property
    def rest(self) -> str:
        """What did not leave, or leaves later, in words."""
        told = []
        if self.waiting:
            told.append(_("%(n)d waiting") % {"n": self.waiting})
        if self.in_digest:
            told.append(_("%(n)d in the daily digest") % {"n": self.in_digest})
        if self.failed:
            told.append(_("%(n)d not delivered") % {"n": self.failed})
        return ", ".join(told)

    @property
    def is_told(self) -> bool:
        return bool(self.sent or self.rest)


def people(periods: Iterable[Authorisation]) -> dict[int, list[Reminded]]:
    """By period, in the order in which they were first written to. Two queries, however many periods."""
    due = {period.pk: period.due_on.isoformat() for period in periods}
    if not due:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(MAILS, {"pks": list(due)})
        mails: list[tuple[Any, ...]] = cursor.fetchall()
    users = User.objects.in_bulk({user for _pk, user, *_rest in mails})
    found: dict[int, dict[int, Reminded]] = {}
    for pk, user, due_on, at, status in mails:
        if due_on == due[pk] and user in users:
            held = found.setdefault(pk, {})
            held.setdefault(user, Reminded(users[user].signature)).add(status, at)
    return {pk: [one for one in held.values() if one.is_told] for pk, held in found.items()}
