"""WHEN: the statuses of an application and the legal moves between them. The whole machine on one page.

Source → target, nothing else: who may do it is in `permissions.py`, what must hold in `policies`,
doing it in `actions.py`. `docs/workflow.md` is drawn from this file. The database refuses any other
move by a trigger (migration 0002), and a test compares the trigger's table with this one.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMField, transition


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    EMERGENCY_REQUESTED = "emergency_requested", _("Emergency requested")
    EMERGENCY_AUTHORISED = "emergency_authorised", _("Authorised as an emergency")
    SUBMITTED = "submitted", _("Submitted")
    PHARMACY_REVIEW = "pharmacy_review", _("Pharmacy review")
    INFORMATION_REQUESTED = "information_requested", _("Information requested")
    COMMITTEE_REVIEW = "committee_review", _("Committee review")
    APPROVED = "approved", _("Approved")
    REASSESSED = "reassessed", _("Reassessed")
    REJECTED = "rejected", _("Rejected")
    INADMISSIBLE = "inadmissible", _("Not admissible")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")
    CLOSED = "closed", _("Closed")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


UNDECIDED = (
    Status.EMERGENCY_REQUESTED,
    Status.EMERGENCY_AUTHORISED,
    Status.SUBMITTED,
    Status.PHARMACY_REVIEW,
    Status.INFORMATION_REQUESTED,
    Status.COMMITTEE_REVIEW,
)
ON_TREATMENT = (Status.APPROVED, Status.REASSESSED)
REFUSED = (Status.REJECTED, Status.INADMISSIBLE)
ENDED = (*REFUSED, Status.WITHDRAWN, Status.LAPSED, Status.CLOSED, Status.EXPIRED, Status.REVOKED)
# Where something may be given: the one cycle of an emergency, while its application still goes its way.
GIVEN_IN = (*(status for status in UNDECIDED if status != Status.EMERGENCY_REQUESTED), *ON_TREATMENT)
# Where the committee may be hearing it: before the decision, or to ratify one that the chair took alone.
HEARD = (Status.COMMITTEE_REVIEW, *ON_TREATMENT)


class Action(models.TextChoices):
    """What somebody does. Those in MOVES change the status; the others record a fact."""

    REQUEST_EMERGENCY = "request_emergency", _("Request an emergency authorisation")
    AGREE_EMERGENCY = "agree_emergency", _("Agree to the emergency")
    AUTHORISE_EMERGENCY = "authorise_emergency", _("Authorise the emergency")
    DECLINE_EMERGENCY = "decline_emergency", _("Decline the emergency")
    SUBMIT = "submit", _("Submit")
    ENDORSE = "endorse", _("Endorse")
    TAKE_CHARGE = "take_charge", _("Take charge")
    ASK = "ask", _("Ask for information")
    ANSWER = "answer", _("Answer")
    REFER = "refer", _("Refer to the committee")
    PROPOSE_INADMISSIBLE = "propose_inadmissible", _("Propose as not admissible")
    OBJECT_INADMISSIBLE = "object_inadmissible", _("Object: it is admissible")
    DECLARE_INADMISSIBLE = "declare_inadmissible", _("Declare not admissible")
    NAME_RAPPORTEUR = "name_rapporteur", _("Name the rapporteur")
    OPEN_HEARING = "open_hearing", _("Open the item")
    DECLARE = "declare", _("Declare on conflicts of interest")
    VOTE = "vote", _("Vote")
    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")
    DEFER = "defer", _("Defer")
    DECIDE_URGENTLY = "decide_urgently", _("Authorise between sittings")
    RATIFY = "ratify", _("Ratify")
    DENY_RATIFICATION = "deny_ratification", _("Do not ratify")
    APPEAL = "appeal", _("Appeal")
    APPOINT = "appoint", _("Appoint substitutes")
    WITHDRAW = "withdraw", _("Withdraw")
    LAPSE = "lapse", _("Lapse")
    RECORD_INFUSION = "record_infusion", _("Record the first infusion")
    RECORD_DISCHARGE = "record_discharge", _("Record the discharge")
    REASSESS = "reassess", _("Reassess")
    CHANGE_DOSE = "change_dose", _("Change the dose")
    SUSPEND = "suspend", _("Suspend")
    RESUME = "resume", _("Resume")
    TRANSFER = "transfer", _("Pass the treatment on")
    CLOSE = "close", _("Close")
    RESTART = "restart", _("Start again after the trial without treatment")
    REPLACE = "replace", _("Replace")
    REVOKE = "revoke", _("Revoke")
    EXPIRE = "expire", _("Expire")
    FOLLOW_UP = "follow_up", _("Record what became of the patient")
    HAND_OVER = "hand_over", _("Hand over")


class Workflow(models.Model):
    """The field `status` and its moves. A move changes the object only: `actions.py` saves it."""

    status = FSMField(default=Status.DRAFT, choices=Status, editable=False)

    class Meta:
        abstract = True

    @transition(status, source=Status.DRAFT, target=Status.EMERGENCY_REQUESTED)
    def request_emergency(self) -> None: ...

    @transition(status, source=Status.EMERGENCY_REQUESTED, target=Status.EMERGENCY_AUTHORISED)
    def authorise_emergency(self) -> None: ...

    @transition(status, source=Status.EMERGENCY_REQUESTED, target=Status.REJECTED)
    def decline_emergency(self) -> None: ...

    @transition(status, source=[Status.DRAFT, Status.EMERGENCY_AUTHORISED], target=Status.SUBMITTED)
    def submit(self) -> None: ...

    @transition(status, source=Status.SUBMITTED, target=Status.PHARMACY_REVIEW)
    def take_charge(self) -> None: ...

    @transition(
        status,
        source=[Status.PHARMACY_REVIEW, Status.COMMITTEE_REVIEW],
        target=Status.INFORMATION_REQUESTED,
    )
    def ask(self) -> None: ...

    @transition(
        status,
        source=Status.INFORMATION_REQUESTED,
        target=RETURN_VALUE(Status.PHARMACY_REVIEW, Status.COMMITTEE_REVIEW),
    )
    def answer(self, back_to: Status) -> Status:
        return back_to

    @transition(status, source=Status.PHARMACY_REVIEW, target=Status.COMMITTEE_REVIEW)
    def refer(self) -> None: ...

    @transition(status, source=Status.PHARMACY_REVIEW, target=Status.INADMISSIBLE)
    def declare_inadmissible(self) -> None: ...

    @transition(status, source=Status.COMMITTEE_REVIEW, target=Status.APPROVED)
    def approve(self) -> None: ...

    @transition(status, source=Status.COMMITTEE_REVIEW, target=Status.APPROVED)
    def decide_urgently(self) -> None: ...

    @transition(status, source=Status.COMMITTEE_REVIEW, target=Status.REJECTED)
    def reject(self) -> None: ...

    @transition(status, source=list(ON_TREATMENT), target=Status.REJECTED)
    def deny_ratification(self) -> None: ...

    @transition(status, source=[Status.REJECTED, Status.INADMISSIBLE], target=Status.COMMITTEE_REVIEW)
    def appeal(self) -> None: ...

    # A treatment begun as an emergency is judged by the committee, whatever its author wishes later.
    @transition(
        status,
        source=[Status.DRAFT, *(s for s in UNDECIDED if s != Status.EMERGENCY_AUTHORISED)],
        target=Status.WITHDRAWN,
    )
    def withdraw(self) -> None: ...

    @transition(status, source=Status.INFORMATION_REQUESTED, target=Status.LAPSED)
    def lapse(self) -> None: ...

    @transition(
        status,
        source=list(ON_TREATMENT),
        target=RETURN_VALUE(Status.REASSESSED, Status.CLOSED, Status.COMMITTEE_REVIEW),
    )
    def reassess(self, to: Status) -> Status:
        return to

    @transition(status, source=list(ON_TREATMENT), target=Status.CLOSED)
    def close(self) -> None: ...

    # A trial without treatment is over: the treatment goes on as it was.
    @transition(status, source=Status.CLOSED, target=Status.REASSESSED)
    def restart(self) -> None: ...

    @transition(status, source=list(ON_TREATMENT), target=Status.CLOSED)
    def replace(self) -> None: ...

    @transition(status, source=list(ON_TREATMENT), target=Status.REVOKED)
    def revoke(self) -> None: ...

    @transition(status, source=list(ON_TREATMENT), target=Status.EXPIRED)
    def expire(self) -> None: ...


# Facts: the statuses in which they may be recorded. They move nothing.
FACTS: dict[Action, tuple[Status, ...]] = {
    Action.AGREE_EMERGENCY: (Status.EMERGENCY_REQUESTED,),
    Action.ENDORSE: (Status.SUBMITTED,),
    Action.PROPOSE_INADMISSIBLE: (Status.PHARMACY_REVIEW,),
    Action.OBJECT_INADMISSIBLE: (Status.PHARMACY_REVIEW,),
    Action.NAME_RAPPORTEUR: (Status.COMMITTEE_REVIEW,),
    Action.OPEN_HEARING: HEARD,
    Action.DECLARE: HEARD,
    Action.VOTE: HEARD,
    Action.DEFER: HEARD,
    Action.RATIFY: ON_TREATMENT,
    Action.APPOINT: HEARD,
    Action.RECORD_INFUSION: GIVEN_IN,
    Action.RECORD_DISCHARGE: GIVEN_IN,
    Action.HAND_OVER: (Status.INFORMATION_REQUESTED, Status.EMERGENCY_AUTHORISED),
    Action.CHANGE_DOSE: ON_TREATMENT,
    Action.SUSPEND: GIVEN_IN,
    Action.RESUME: GIVEN_IN,
    Action.TRANSFER: ON_TREATMENT,
    Action.FOLLOW_UP: REFUSED,
}


def moves() -> Iterator[tuple[Action, Status, Status]]:
    """Every legal (action, from, to), read from the transitions above."""
    for action in Action:
        if action in FACTS:
            continue
        for source, step in getattr(Workflow, action)._django_fsm.transitions.items():
            targets = getattr(step.target, "allowed_states", None) or [step.target]
            for target in targets:
                yield action, Status(source), Status(target)


def possible_from(status: str) -> set[Action]:
    """The actions that exist in this status, whoever asks."""
    return {action for action, source, _target in moves() if source == status} | {
        action for action, statuses in FACTS.items() if status in statuses
    }
