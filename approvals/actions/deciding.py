"""What the committee does: vote, and close the round with the result."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from accounts.models import User
from approvals import voting
from approvals.acting import Act, acting
from approvals.actions.applying import one_open_application
from approvals.actions.replacing import replace_followed
from approvals.models import Application, Decision, Vote
from approvals.refusals import AlreadyDone, Refused
from approvals.workflow import Action
from catalogue.models import Indication
from treatments import periods


def vote(pk: int, *, round: int, choice: str, text: str, by: User, at: datetime) -> Application:
    """One member's vote. It holds for a round, not for a version: members vote at the same time."""
    try:
        with acting(Action.VOTE, pk, by=by, at=at, choice=choice, text=text, round=round) as act:
            Vote.objects.create(
                application=act.application,
                round=round,
                choice=choice,
                text=text,
                voted_at=at,
                voted_by=by,
            )
    except Refused as refusal:
        same = Vote.objects.filter(application=pk, round=round, voted_by=by, choice=choice, text=text)
        if same.exists():
            raise AlreadyDone(refusal.sentence) from refusal
        raise
    return act.application


def approve(
    pk: int,
    *,
    conditions: str = "",
    ceiling_reason: str = "",
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """Close the round with the committee's approval: a period opens, its letter is promised."""
    given: dict[str, Any] = {"conditions": conditions, "ceiling_reason": ceiling_reason}
    with one_open_application(), acting(Action.APPROVE, pk, by=by, at=at, version=version, **given) as act:
        decide(act, is_approval=True, by=by, **given)
        replace_followed(act.application, by=by, at=at)
        periods.open_period(terms(act.application, conditions), by=by, at=at)
        act.promise("issue_letter")
    return act.application


def reject(
    pk: int,
    *,
    reason_codes: list[str],
    reasons: str,
    would_change: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """Close the round with the committee's refusal; the letter says why and what would change it."""
    why: dict[str, Any] = {"reason_codes": reason_codes, "reasons": reasons, "would_change": would_change}
    with acting(Action.REJECT, pk, by=by, at=at, version=version, **why) as act:
        decide(act, is_approval=False, by=by, **why)
        act.promise("issue_letter")
    return act.application


def decide(act: Act, *, is_approval: bool, by: User, **content: Any) -> None:
    application = act.application
    Decision.objects.create(
        application=application,
        step=act.step,
        round=application.round,
        is_approval=is_approval,
        tally=voting.tally(application, at=act.at).as_dict(),
        decided_at=act.at,
        decided_by=by,
        **content,
    )
    application.decided_at, application.decided_by = act.at, by
    application.decision_due = None


def terms(application: Application, conditions: str) -> periods.Terms:
    """What the last snapshot asked for, as the terms of a period.

    What is left from the treatment before is supplied already: the first period allots that much less.
    """
    content = application.snapshot.content
    indication = content["indication"]
    row = cast(Indication, application.indication)  # the constraint on sent applications
    dose = application.snapshot.dose
    # Only what was left over makes the first period differ: nothing else is looked up.
    is_renewed = bool(dose.supply.carried_g) and application.authorisations.exists()
    return periods.Terms(
        application_id=application.pk,
        application_number=str(application.number),
        unit=application.unit,
        prescriber=application.author,
        patient_id=application.patient_id or 0,
        indication_code=indication["code"],
        # Of the row alone: outside the catalogue the disease is a free text, and lists of periods are read
        # by people who may not know who the patient is.
        indication_name=row.name_it,
        area=indication["area"],
        edition_code=indication["edition"],
        dose=content["dose"],
        cycles=dose.request.cycles,
        grams=dose.course_g if is_renewed else dose.supply.grams,
        conditions=conditions,
    )
