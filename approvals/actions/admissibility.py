"""Not admissible: one pharmacist proposes, a second one countersigns or objects."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from accounts.models import User
from approvals.acting import acting
from approvals.models import Application, Inadmissibility
from approvals.permissions import open_proposal
from approvals.workflow import Action


def propose_inadmissible(
    pk: int,
    *,
    reason_codes: list[str],
    text: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    told: dict[str, Any] = {"reason_codes": reason_codes, "text": text}
    with acting(Action.PROPOSE_INADMISSIBLE, pk, by=by, at=at, version=version, comment=text, **told) as act:
        Inadmissibility.objects.create(application=act.application, proposed_at=at, proposed_by=by, **told)
        act.promise("notify")
    return act.application


def object_inadmissible(
    pk: int, *, objection: str, by: User, at: datetime, version: int | None = None
) -> Application:
    """A second pharmacist objects, or whoever proposed it takes it back: the review goes on."""
    told: dict[str, Any] = {"objection": objection}
    with acting(
        Action.OBJECT_INADMISSIBLE, pk, by=by, at=at, version=version, comment=objection, **told
    ) as act:
        settle(act.application, by=by, at=at, objection=objection)
        act.promise("notify")
    return act.application


def declare_inadmissible(pk: int, *, by: User, at: datetime, version: int | None = None) -> Application:
    """The second pharmacist countersigns: the application ends here; the author may appeal once."""
    with acting(Action.DECLARE_INADMISSIBLE, pk, by=by, at=at, version=version) as act:
        settle(act.application, by=by, at=at, is_countersigned=True)
        act.application.decided_at, act.application.decided_by = at, by
        act.application.decision_due = None
        act.promise("issue_letter")
    return act.application


def settle(application: Application, *, by: User, at: datetime, **how: Any) -> None:
    proposal = cast(Inadmissibility, open_proposal(application))  # the rule wants one
    proposal.settled_at, proposal.settled_by = at, by
    for name, value in how.items():
        setattr(proposal, name, value)
    proposal.save(update_fields=["settled_at", "settled_by", *how])
