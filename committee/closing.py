"""Virtual rounds that end soon: a day before, whoever may vote and has not is told, once per end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import User
from approvals import voting
from approvals.models import Application
from committee.models import Mode, Sitting
from committee.workflow import Status
from outbox import sweeping

BEFORE = timedelta(hours=24)
# Subject and sentence.
NOTICE = (
    _("the vote closes soon"),
    _("The virtual round closes within a day, and your vote is missing on something on its agenda."),
)

# A round that was opened less than a day before its end has only just asked for votes.
SWEEP = """
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'remind_votes:' || id || ':' || until, 'remind_votes',
       jsonb_build_object('sitting', id, 'until', until), %(at)s, %(at)s
  FROM (SELECT id, floor(extract(epoch FROM voting_until))::bigint AS until FROM committee_sitting
         WHERE status = 'open' AND mode = 'virtual' AND opened_at < voting_until - %(before)s::interval
           AND voting_until > %(at)s AND voting_until <= %(at)s::timestamptz + %(before)s::interval) closing
ON CONFLICT (key) DO NOTHING
"""


@sweeping.sweep(gettext_noop("votes that close"))
def sweep(*, at: datetime) -> int:
    """Promise to ask for the missing votes of every round that ends soon; return how many were new."""
    values: dict[str, Any] = {"at": at, "before": BEFORE}
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, values)
        return int(cursor.rowcount)


def ends_at(sitting: Sitting, until: int) -> bool:
    """Whether it is open, and ends at that very time (in seconds)."""
    return (
        sitting.status == Status.OPEN
        and sitting.mode == Mode.VIRTUAL
        and sitting.voting_until is not None
        and int(sitting.voting_until.timestamp()) == until
    )


def voters(sitting: Sitting, *, at: datetime) -> list[User]:
    """Who may vote on something that is being heard and has not; none once its time is over."""
    if sitting.voting_until is None or at >= sitting.voting_until:
        return []
    heard = Application.objects.filter(items__sitting=sitting, items__hearing__closed_at=None).filter(
        items__hearing__isnull=False
    )
    missing = {
        member.user.pk: member.user
        for application in heard.select_related("unit", "indication__edition").distinct()
        for member in voting.committee(application, at=at)
        if not member.recusal and not member.choice
    }
    return [user for _pk, user in sorted(missing.items())]
