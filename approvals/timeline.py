"""What happened to an application: its steps, each in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.models import Step
from approvals.record import Record
from approvals.workflow import Action

TITLES: dict[str, Promise] = {
    Action.SUBMIT: gettext_lazy("Application signed and sent"),
    Action.ENDORSE: gettext_lazy("Endorsed by the unit"),
    Action.TAKE_CHARGE: gettext_lazy("Taken in charge by the pharmacy"),
    Action.ASK: gettext_lazy("Further information asked"),
    Action.ANSWER: gettext_lazy("Questions answered"),
    Action.REFER: gettext_lazy("Pharmacy opinion, referred to the committee"),
    Action.VOTE: gettext_lazy("Vote recorded"),
    Action.APPROVE: gettext_lazy("Authorised"),
    Action.REJECT: gettext_lazy("Not authorised"),
    Action.WITHDRAW: gettext_lazy("Withdrawn by the author"),
    Action.RECORD_INFUSION: gettext_lazy("First infusion recorded"),
    Action.REASSESS: gettext_lazy("Reassessment recorded"),
    Action.CLOSE: gettext_lazy("Treatment ended"),
    Action.REPLACE: gettext_lazy("Replaced by a later application"),
    Action.HAND_OVER: gettext_lazy("Handed over to a colleague"),
}
TONES: dict[str, str] = {
    Action.ASK: "warning",
    Action.ANSWER: "warning",
    Action.APPROVE: "success",
    Action.REJECT: "error",
    Action.WITHDRAW: "error",
}


@dataclass(frozen=True)
class Moment:
    """One step in one sentence."""

    at: datetime
    title: str
    sentence: str
    tone: str


def moments(record: Record, *, with_votes: bool, erase: Callable[[str], str]) -> list[Moment]:
    """The steps, latest first. Who voted is for the committee only."""
    details = _details(record)
    return [
        Moment(
            step.at,
            str(TITLES[step.action]),
            _sentence(step, details.get((step.action, step.at), ""), erase),
            TONES.get(step.action, ""),
        )
        for step in reversed(record.steps)
        if with_votes or step.action != Action.VOTE
    ]


def _sentence(step: Step, detail: str, erase: Callable[[str], str]) -> str:
    told = [step.by.signature]
    if detail:
        told.append(detail)
    if step.comment:
        told.append(f"«{erase(step.comment)}»")
    return " · ".join(told)


def _details(record: Record) -> dict[tuple[str, datetime], str]:
    """What there is to say about single steps, found by action and moment."""
    found: dict[tuple[str, datetime], str] = {}
    asked: dict[datetime, int] = {}
    for question in record.questions:
        asked[question.asked_at] = asked.get(question.asked_at, 0) + 1
    for at, n in asked.items():
        found[Action.ASK, at] = ngettext("%(n)d question", "%(n)d questions", n) % {"n": n}
    for opinion in record.opinions:
        found[Action.REFER, opinion.given_at] = opinion.get_conclusion_display().lower()
    for decision in record.decisions:
        action = Action.APPROVE if decision.is_approval else Action.REJECT
        found[action, decision.decided_at] = tally_words(decision.tally)
    for period in record.periods:
        if period.infusion_recorded_at and period.first_infusion_on:
            words = f"{period.first_infusion_on:%d/%m/%Y}"
            found[Action.RECORD_INFUSION, period.infusion_recorded_at] = words
        if period.settled_at:
            verdict = period.get_verdict_display().lower()
            found[Action.REASSESS, period.settled_at] = found[Action.CLOSE, period.settled_at] = verdict
    return found


def tally_words(tally: dict[str, int]) -> str:
    return _("%(in_favour)d in favour, %(against)d against") % tally
