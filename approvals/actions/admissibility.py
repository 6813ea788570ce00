"""Not admissible: proposed by the pharmacist in charge, countersigned by a second one, or not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from approvals.acting import Act, acting
from approvals.admissibility import Outcome
from approvals.models import Application, Inadmissibility
from approvals.workflow import Action


def propose_inadmissible(
    pk: int, *, reason_codes: list[str], text: str, by: User, at: datetime, version: int | None = None
) -> Application:
    """Nothing else happens to it in the pharmacy until it is settled."""
    why: dict[str, Any] = {"reason_codes": reason_codes, "text": text}
    with acting(Action.PROPOSE_INADMISSIBLE, pk, by=by, at=at, version=version, **why) as act:
        Inadmissibility.objects.create(application=act.application, proposed_at=at, proposed_by=by, **why)
        act.promise("notify")
    return act.application


def object_inadmissible(
    pk: int, *, text: str, by: User, at: datetime, version: int | None = None
) -> Application:
    """The second pharmacist holds that it is admissible; or the first one takes the proposal back."""
    with acting(
        Action.OBJECT_INADMISSIBLE, pk, by=by, at=at, version=version, comment=text, text=text
    ) as act:
        is_own = by.pk == proposed(act).proposed_by_id
        settle(act, Outcome.TAKEN_BACK if is_own else Outcome.OBJECTED, by=by, reply=text)
        if not is_own:
            act.promise("notify")
    return act.application


def declare_inadmissible(pk: int, *, by: User, at: datetime, version: int | None = None) -> Application:
    """The second pharmacist countersigns: the application ends; the letter says why, and what can be done."""
    with acting(Action.DECLARE_INADMISSIBLE, pk, by=by, at=at, version=version) as act:
        settle(act, Outcome.COUNTERSIGNED, by=by)
        act.application.decision_due = None
        act.promise("issue_letter")
    return act.application


def proposed(act: Act) -> Inadmissibility:
    """The open proposal: the rules want one. Read again: `act` has taken its step already."""
    return act.application.inadmissibilities.get(settled_at=None)


def settle(act: Act, outcome: Outcome, *, by: User, reply: str = "") -> None:
    proposal = proposed(act)
    proposal.outcome, proposal.reply = outcome, reply
    proposal.settled_at, proposal.settled_by = act.at, by
    proposal.save(update_fields=["outcome", "reply", "settled_at", "settled_by"])
