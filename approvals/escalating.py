"""Emergencies that are late are told to the medical director, once each: the whole form, the ratification.

One statement for any number of applications and of sweepers: the key of the promise says that it was made.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.models import Role, User
from accounts.people import holders
from approvals.models import Application
from approvals.workflow import UNDECIDED, Status
from outbox import sweeping


class Late(TextChoices):
    FULL_FORM = "full_form", _("the whole form of an emergency is overdue")
    RATIFICATION = "ratification", _("the ratification of an emergency is overdue")


SENTENCES = {
    Late.FULL_FORM: _(
        "An emergency was authorised and its whole form has not arrived in time. Until it does, the unit "
        "starts no other emergency."
    ),
    Late.RATIFICATION: _(
        "The committee has not judged an emergency within its time. Until it does, the unit starts no other "
        "emergency."
    ),
}

# What `ApplicationQuerySet.overdue_emergencies` says, each kind by itself.
SWEEP = """
WITH late (application, kind, due) AS (
  SELECT id, 'full_form', full_form_due FROM approvals_application
   WHERE status = %(authorised)s AND full_form_due < %(at)s
  UNION ALL
  SELECT id, 'ratification', decision_due FROM approvals_application
   WHERE status = ANY(%(undecided)s) AND decision_due < %(at)s
     AND emergency_authorised_at IS NOT NULL AND decided_at IS NULL
)
INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before)
SELECT 'escalate:' || application || ':' || kind, 'escalate',
       jsonb_build_object('application', application, 'kind', kind), %(at)s, %(at)s
  FROM late
ON CONFLICT (key) DO NOTHING
"""


@sweeping.sweep(gettext_noop("late emergencies"))
def sweep(*, at: datetime) -> int:
    """Promise what has to be told; return how many were new."""
    told: dict[str, Any] = {
        "authorised": Status.EMERGENCY_AUTHORISED,
        "undecided": [*map(str, UNDECIDED)],
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, told)
        return int(cursor.rowcount)


def is_late(application: Application, kind: str, *, at: datetime) -> bool:
    """Whether it is still so: what was solved meanwhile is told to nobody."""
    late = Application.objects.overdue_emergencies(at=at).filter(pk=application.pk)
    if kind == Late.FULL_FORM:
        late = late.filter(status=Status.EMERGENCY_AUTHORISED, full_form_due__lt=at)
    else:
        late = late.filter(decision_due__lt=at)
    return late.exists()


def recipients(application: Application, *, at: datetime) -> list[User]:
    """The medical director; in a hospital without one the administrator. Raises LookupError where there is
    nobody: the promise then stays visible as failed."""
    for role in (Role.MEDICAL_DIRECTOR, Role.ADMINISTRATOR):
        if found := holders(role, at=at, hospital_id=application.unit.hospital_id):
            return found
    raise LookupError(f"Nobody can be told that application {application.pk} is late.")
