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
from approvals.rounds import tally_words
from approvals.workflow import Action
from catalogue.dose_words import grams

TITLES: dict[str, Promise] = {
    Action.REQUEST_EMERGENCY: gettext_lazy("Emergency authorisation requested"),
    Action.AGREE_EMERGENCY: gettext_lazy("The on-call pharmacist agrees"),
    Action.AUTHORISE_EMERGENCY: gettext_lazy("Authorised as an emergency, for one cycle"),
    Action.DECLINE_EMERGENCY: gettext_lazy("Emergency declined"),
    Action.SUBMIT: gettext_lazy("Application signed and sent"),
    Action.ENDORSE: gettext_lazy("Endorsed by the unit"),
    Action.TAKE_CHARGE: gettext_lazy("Taken in charge by the pharmacy"),
    Action.ASK: gettext_lazy("Further information asked"),
    Action.ANSWER: gettext_lazy("Questions answered"),
    Action.REFER: gettext_lazy("Pharmacy opinion, referred to the committee"),
    Action.PROPOSE_INADMISSIBLE: gettext_lazy("Proposed as not admissible"),
    Action.OBJECT_INADMISSIBLE: gettext_lazy("The second pharmacist objects: it is admissible"),
    Action.DECLARE_INADMISSIBLE: gettext_lazy("Not admissible, countersigned"),
    Action.NAME_RAPPORTEUR: gettext_lazy("Rapporteur named"),
    Action.OPEN_HEARING: gettext_lazy("The committee begins to hear it"),
    Action.DECLARE: gettext_lazy("Conflict of interest declared"),
    Action.VOTE: gettext_lazy("Vote recorded"),
    Action.APPROVE: gettext_lazy("Authorised"),
    Action.REJECT: gettext_lazy("Not authorised"),
    Action.DEFER: gettext_lazy("Put off by the committee"),
    Action.DECIDE_URGENTLY: gettext_lazy("Authorised by the chair between sittings"),
    Action.RATIFY: gettext_lazy("Ratified by the committee"),
    Action.DENY_RATIFICATION: gettext_lazy("Not ratified by the committee"),
    Action.APPEAL: gettext_lazy("Appeal by the author"),
    Action.APPOINT: gettext_lazy("Substitutes appointed by the medical director"),
    Action.WITHDRAW: gettext_lazy("Withdrawn by the author"),
    Action.LAPSE: gettext_lazy("Lapsed: no answer in time"),
    Action.RECORD_INFUSION: gettext_lazy("First infusion recorded"),
    Action.RECORD_DISCHARGE: gettext_lazy("Discharge recorded"),
    Action.REASSESS: gettext_lazy("Reassessment recorded"),
    Action.CHANGE_DOSE: gettext_lazy("Dose changed by the pharmacy"),
    Action.SUSPEND: gettext_lazy("Treatment suspended"),
    Action.RESUME: gettext_lazy("Treatment resumed"),
    Action.TRANSFER: gettext_lazy("Treatment passed on to another prescriber"),
    Action.CLOSE: gettext_lazy("Treatment ended"),
    Action.RESTART: gettext_lazy("Treatment started again after the trial without it"),
    Action.REVOKE: gettext_lazy("Authorisation revoked"),
    Action.EXPIRE: gettext_lazy("Expired: not reassessed in time"),
    Action.FOLLOW_UP: gettext_lazy("What became of the patient"),
    Action.REPLACE: gettext_lazy("Replaced by a later application"),
    Action.HAND_OVER: gettext_lazy("Handed over to a colleague"),
}
TAKEN_BACK = gettext_lazy("Proposal taken back: it is admissible")
TONES: dict[str, str] = {
    Action.ASK: "warning",
    Action.ANSWER: "warning",
    Action.AUTHORISE_EMERGENCY: "success",
    Action.DECLINE_EMERGENCY: "error",
    Action.DECLARE_INADMISSIBLE: "error",
    Action.APPROVE: "success",
    Action.DECIDE_URGENTLY: "success",
    Action.RATIFY: "success",
    Action.REJECT: "error",
    Action.DENY_RATIFICATION: "error",
    Action.DEFER: "warning",
    Action.LAPSE: "error",
    Action.SUSPEND: "warning",
    Action.REVOKE: "error",
    Action.EXPIRE: "error",
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
            str(_title(step, record)),
            _sentence(step, details.get((step.action, step.at), ""), erase),
            TONES.get(step.action, ""),
        )
        for step in reversed(record.steps)
        if is_shown(step, with_votes)
    ]


def _title(step: Step, record: Record) -> Promise:
    if step.action == Action.OBJECT_INADMISSIBLE and step.by_id == record.application.taken_by_id:
        return TAKEN_BACK
    return TITLES[step.action]


def is_shown(step: Step, with_votes: bool) -> bool:
    """Votes and conflicts are the committee's; that somebody has no conflict is no news."""
    if step.action == Action.DECLARE:
        return with_votes and bool(step.comment)
    return with_votes or step.action != Action.VOTE


def _sentence(step: Step, detail: str, erase: Callable[[str], str]) -> str:
    told = [step.by.signature if step.by else _("The program")]
    if step.through:
        told.append(_("through %(client)s") % {"client": step.through})
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
        if not decision.alone_because:
            found[decision.step.action, decision.decided_at] = tally_words(decision.tally)
    for proposal in record.proposals:
        found[Action.PROPOSE_INADMISSIBLE, proposal.proposed_at] = ", ".join(proposal.reason_codes)
    if record.appeal:
        ground = record.appeal.get_ground_display().lower()
        found[Action.APPEAL, record.appeal.appealed_at] = ground
    if record.follow_up:
        told = record.follow_up
        found[Action.FOLLOW_UP, told.recorded_at] = told.get_course_display().lower()
    for period in record.periods:
        if period.infusion_recorded_at and period.first_infusion_on:
            words = f"{period.first_infusion_on:%d/%m/%Y}"
            found[Action.RECORD_INFUSION, period.infusion_recorded_at] = words
        if period.discharge_recorded_at and period.discharged_on:
            words = f"{period.discharged_on:%d/%m/%Y}"
            found[Action.RECORD_DISCHARGE, period.discharge_recorded_at] = words
        for change in period.dose_changes.all():
            words = f"{grams(change.grams_before)} → {grams(change.grams)}"
            found[Action.CHANGE_DOSE, change.changed_at] = words
        if period.settled_at:
            verdict = period.get_verdict_display().lower()
            found[Action.REASSESS, period.settled_at] = found[Action.CLOSE, period.settled_at] = verdict
    return found
