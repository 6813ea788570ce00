"""For each action: its form, its template, what its page shows besides, and what is said once it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from approvals import actions, forms, snapshots
from approvals.emergency import cycle_grams, gram_ceiling
from approvals.models import Application, Vote
from approvals.reading import Reading
from approvals.sections import SECTIONS
from approvals.views.contesting import appealing, appointing, countersigning
from approvals.views.treating import (
    changed_dose,
    changing_dose,
    judging,
    reassessing,
    restarted,
    restarting,
)
from approvals.workflow import Action
from catalogue.dose_words import grams

Context = dict[str, Any]


def nothing(reading: Reading) -> Context:
    return {}


def unconfirmed(form: forms.ActForm) -> Context:
    return {}


@dataclass(frozen=True)
class Deed:
    """How an action is asked for on a page. With `confirm` a second page repeats it before it is done."""

    do: Callable[..., Application]
    done: Promise
    form: type[forms.ActForm] = forms.ActForm
    template: str = "approvals/acts/act.html"
    beside: Callable[[Reading], Context] = nothing
    confirm: str = ""
    confirm_extra: Callable[[forms.ActForm], Context] = unconfirmed


def answering(reading: Reading) -> Context:
    """What the author changed in the form since it was sent, and where each section is edited."""
    application = reading.application
    now = snapshots.content(application, at=reading.at)
    return {
        "changes": snapshots.changes(application.snapshot.content, now),
        "sections": SECTIONS.values(),
    }


def choosing(form: forms.ActForm) -> Context:
    return {"chosen": Vote.Choice(form.cleaned_data["choice"]).label}


def allowing(reading: Reading) -> Context:
    """What one cycle allots, beside the most that it may."""
    dose = reading.application.snapshot.dose
    return {"cycle": grams(cycle_grams(dose)), "ceiling": grams(gram_ceiling(dose))}


DEEDS: dict[Action, Deed] = {
    Action.AGREE_EMERGENCY: Deed(
        actions.agree_emergency,
        gettext_lazy("agreed to"),
        template="approvals/acts/emergency.html",
        beside=allowing,
    ),
    Action.AUTHORISE_EMERGENCY: Deed(
        actions.authorise_emergency,
        gettext_lazy("authorised as an emergency"),
        template="approvals/acts/emergency.html",
        beside=allowing,
    ),
    Action.DECLINE_EMERGENCY: Deed(
        actions.decline_emergency, gettext_lazy("emergency declined"), forms.DeclineForm
    ),
    Action.ENDORSE: Deed(actions.endorse, gettext_lazy("endorsed")),
    Action.TAKE_CHARGE: Deed(actions.take_charge, gettext_lazy("taken in charge")),
    Action.ASK: Deed(
        actions.ask, gettext_lazy("questions sent"), forms.AskForm, template="approvals/acts/ask.html"
    ),
    Action.ANSWER: Deed(
        actions.answer,
        gettext_lazy("answers sent"),
        forms.AnswerForm,
        template="approvals/acts/answer.html",
        beside=answering,
    ),
    Action.REFER: Deed(
        actions.refer, gettext_lazy("opinion given"), forms.ReferForm, template="approvals/acts/refer.html"
    ),
    Action.PROPOSE_INADMISSIBLE: Deed(
        actions.propose_inadmissible,
        gettext_lazy("proposed as not admissible"),
        forms.ProposeInadmissibleForm,
        template="approvals/acts/propose_inadmissible.html",
    ),
    Action.OBJECT_INADMISSIBLE: Deed(
        actions.object_inadmissible,
        gettext_lazy("the proposal is settled, the application goes on"),
        forms.ObjectInadmissibleForm,
        template="approvals/acts/object_inadmissible.html",
        beside=countersigning,
    ),
    Action.DECLARE_INADMISSIBLE: Deed(
        actions.declare_inadmissible,
        gettext_lazy("countersigned, not admissible"),
        template="approvals/acts/countersign.html",
        beside=countersigning,
    ),
    Action.DECLARE: Deed(
        actions.declare,
        gettext_lazy("declaration recorded"),
        forms.DeclareForm,
        template="approvals/acts/declare.html",
    ),
    Action.VOTE: Deed(
        actions.vote,
        gettext_lazy("vote recorded"),
        forms.VoteForm,
        template="approvals/acts/vote.html",
        confirm="approvals/acts/confirm_vote.html",
        confirm_extra=choosing,
    ),
    Action.APPROVE: Deed(
        actions.approve,
        gettext_lazy("authorised"),
        forms.ApproveForm,
        template="approvals/acts/authorise.html",
    ),
    Action.DEFER: Deed(actions.defer, gettext_lazy("put off"), forms.DeferForm),
    Action.DECIDE_URGENTLY: Deed(
        actions.decide_urgently,
        gettext_lazy("authorised, to be ratified"),
        forms.DecideUrgentlyForm,
        template="approvals/acts/authorise.html",
    ),
    Action.RATIFY: Deed(actions.ratify, gettext_lazy("ratified")),
    Action.DENY_RATIFICATION: Deed(
        actions.deny_ratification,
        gettext_lazy("not ratified"),
        forms.RefusalForm,
        template="approvals/acts/close_round.html",
    ),
    Action.REJECT: Deed(
        actions.reject,
        gettext_lazy("not authorised"),
        forms.RejectForm,
        template="approvals/acts/close_round.html",
    ),
    Action.APPEAL: Deed(
        actions.appeal,
        gettext_lazy("appealed"),
        forms.AppealForm,
        template="approvals/acts/appeal.html",
        beside=appealing,
    ),
    Action.APPOINT: Deed(
        actions.appoint,
        gettext_lazy("substitutes appointed"),
        forms.AppointForm,
        template="approvals/acts/appoint.html",
        beside=appointing,
    ),
    Action.WITHDRAW: Deed(
        actions.withdraw,
        gettext_lazy("withdrawn"),
        forms.WithdrawForm,
        template="approvals/acts/withdraw.html",
    ),
    Action.RECORD_INFUSION: Deed(
        actions.record_infusion, gettext_lazy("first infusion recorded"), forms.InfusionForm
    ),
    Action.RECORD_DISCHARGE: Deed(
        actions.record_discharge, gettext_lazy("discharge recorded"), forms.DischargeForm
    ),
    Action.REASSESS: Deed(
        actions.reassess,
        gettext_lazy("reassessment recorded"),
        forms.ReassessForm,
        template="approvals/acts/reassess.html",
        beside=reassessing,
        confirm="approvals/acts/confirm_reassess.html",
        confirm_extra=judging,
    ),
    Action.CHANGE_DOSE: Deed(
        actions.change_dose,
        gettext_lazy("dose changed, the letter is issued anew"),
        forms.ChangeDoseForm,
        template="approvals/acts/change_dose.html",
        beside=changing_dose,
        confirm="approvals/acts/confirm_dose.html",
        confirm_extra=changed_dose,
    ),
    Action.RESTART: Deed(
        actions.restart,
        gettext_lazy("started again"),
        forms.RestartForm,
        template="approvals/acts/restart.html",
        beside=restarting,
        confirm="approvals/acts/confirm_dose.html",
        confirm_extra=restarted,
    ),
    Action.FOLLOW_UP: Deed(
        actions.follow_up, gettext_lazy("what became of the patient is recorded"), forms.FollowUpForm
    ),
    Action.HAND_OVER: Deed(
        actions.hand_over,
        gettext_lazy("handed over"),
        forms.HandOverForm,
        template="approvals/acts/hand_over.html",
    ),
    Action.SUSPEND: Deed(
        actions.suspend,
        gettext_lazy("suspended, nothing is dispensed until it is resumed"),
        forms.SuspendForm,
        template="approvals/acts/suspend.html",
    ),
    Action.RESUME: Deed(actions.resume, gettext_lazy("resumed"), forms.ReasonForm),
    Action.TRANSFER: Deed(
        actions.transfer,
        gettext_lazy("passed on"),
        forms.TransferForm,
        template="approvals/acts/transfer.html",
    ),
    Action.REVOKE: Deed(
        actions.revoke, gettext_lazy("revoked"), forms.ReasonForm, template="approvals/acts/revoke.html"
    ),
    Action.CLOSE: Deed(actions.close, gettext_lazy("treatment ended"), forms.CloseForm),
}
