"""The reader's part in the round on the page of an application."""

from __future__ import annotations

from typing import Any

from approvals.forms import ActForm, DeclareForm, VoteForm
from approvals.offers import Offer, queue
from approvals.reading import Reading
from approvals.workflow import Action


def judging_of(reading: Reading, possible: list[Offer]) -> dict[str, Any]:
    """First the declaration, then the vote, which may be changed; or why not. `inline` are the actions that
    need no button of their own."""
    told = {offer.action: offer.why_not for offer in possible}
    seat, application, at = reading.seat, reading.application, reading.at
    if seat is None or not reading.is_voting:
        return {"inline": ()}
    if not seat.has_declared and told.get(Action.DECLARE) == "":
        form: ActForm = DeclareForm(application, at=at)
        return {"form": form, "action": Action.DECLARE, "inline": (Action.DECLARE, Action.VOTE)}
    judging: dict[str, Any] = {"inline": (Action.VOTE,), "why_no_vote": told.get(Action.VOTE, seat.recusal)}
    if told.get(Action.VOTE) == "":
        judging |= {"form": VoteForm(application, at=at, own=reading.own_vote), "action": Action.VOTE}
    if seat.recusal or seat.choice or Action.VOTE not in told:
        judging["following"] = queue(reading.user, at=at).exclude(pk=application.pk).first()
    return judging
