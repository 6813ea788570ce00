"""What the head of unit, the pharmacist and the chair do before a decision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from approvals.acting import acting
from approvals.models import Application, Opinion, Question
from approvals.workflow import Action
from treatments import deadlines


def endorse(pk: int, *, by: User, at: datetime, version: int | None = None) -> Application:
    with acting(Action.ENDORSE, pk, by=by, at=at, version=version) as act:
        act.application.endorsed_at, act.application.endorsed_by = at, by
        act.promise("notify")
    return act.application


def take_charge(pk: int, *, by: User, at: datetime, version: int | None = None) -> Application:
    with acting(Action.TAKE_CHARGE, pk, by=by, at=at, version=version) as act:
        act.application.taken_at, act.application.taken_by = at, by
    return act.application


def ask(pk: int, *, questions: list[str], by: User, at: datetime, version: int | None = None) -> Application:
    """Ask the author; the decision's clock stops until the answers."""
    with acting(Action.ASK, pk, by=by, at=at, version=version, questions=questions) as act:
        application = act.application
        first = application.questions.count() + 1
        Question.objects.bulk_create(
            Question(application=application, number=number, text=text.strip(), asked_at=at, asked_by=by)
            for number, text in enumerate(questions, first)
        )
        application.asked_from = act.step.source
        application.answer_due = deadlines.answer_due(at, is_urgent=application.is_urgent)
        act.promise("notify")
    return application


def refer(
    pk: int,
    *,
    checks: dict[str, str],
    conclusion: str,
    text: str,
    ceiling_reason: str = "",
    by: User,
    at: datetime,
    version: int | None = None,
) -> Application:
    """Give the pharmacy's opinion and hand over to the committee: a round of votes begins."""
    report: dict[str, Any] = {
        "checks": checks,
        "conclusion": conclusion,
        "text": text,
        "ceiling_reason": ceiling_reason,
    }
    with acting(Action.REFER, pk, by=by, at=at, version=version, **report) as act:
        Opinion.objects.create(application=act.application, given_at=at, given_by=by, **report)
        act.application.referred_at, act.application.referred_by = at, by
        act.application.round += 1
        act.promise("notify")
    return act.application
