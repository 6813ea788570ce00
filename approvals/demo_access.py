"""Two files of the demo opened with a reason from outside: one looked at and justified, one that waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from approvals import breaking, opening
from approvals.models import Application, EmergencyAccess
from approvals.workflow import Status

VISIT = "Il paziente è ricoverato da noi per una caduta: serve la dose dell'ultimo ciclo (caso inventato)."
ADVICE = "La collega chiede un parere sulla neuropatia prima del prossimo ciclo (caso inventato)."
FOUND = "Sentita la neurologia: ricovero confermato (caso inventato)."


def make_accesses(people: dict[str, User], *, now: datetime) -> None:
    """By the real actions, over before the demo begins."""
    found = Application.objects.filter(unit__code="w3", status=Status.APPROVED).select_related(
        "unit__hospital"
    )
    first, second = found.order_by("number")[:2]
    by = people["prescriber-w5"]
    looked_at = _opened(first, "continuity", VISIT, by=by, at=now - timedelta(days=9))
    breaking.review(
        looked_at.pk, is_justified=True, note=FOUND, by=people["head-w3"], at=now - timedelta(days=8)
    )
    _opened(second, "consultation", ADVICE, by=by, at=now - timedelta(hours=20))


def _opened(application: Application, ground: str, reason: str, *, by: User, at: datetime) -> EmergencyAccess:
    breaking.open_with_reason(str(application.number), ground=ground, reason=reason, by=by, at=at)
    where = "192.0.2.17 · Firefox, Windows"
    opening.record_access(application, by=by, at=at + timedelta(minutes=1), where=where)
    return EmergencyAccess.objects.latest("pk")
