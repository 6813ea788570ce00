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
    SUBMITTED = "submitted", _("Submitted")
    PHARMACY_REVIEW = "pharmacy_review", _("Pharmacy review")
    INFORMATION_REQUESTED = "information_requested", _("Information requested")
    COMMITTEE_REVIEW = "committee_review", _("Committee review")
    APPROVED = "approved", _("Approved")
    REASSESSED = "reassessed", _("Reassessed")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Closed")


UNDECIDED = (
    Status.SUBMITTED,
    Status.PHARMACY_REVIEW,
    Status.INFORMATION_REQUESTED,
    Status.COMMITTEE_REVIEW,
)
ON_TREATMENT = (Status.APPROVED, Status.REASSESSED)
ENDED = (Status.REJECTED, Status.WITHDRAWN, Status.CLOSED)


class Action(models.TextChoices):
    """What somebody does. Those in MOVES change the status; the others record a fact."""

    SUBMIT = "submit", _("Submit")
    ENDORSE = "endorse", _("Endorse")
    TAKE_CHARGE = "take_charge", _("Take charge")
    ASK = "ask", _("Ask for information")
    ANSWER = "answer", _("Answer")
    REFER = "refer", _("Refer to the committee")
    VOTE = "vote", _("Vote")
    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")
    WITHDRAW = "withdraw", _("Withdraw")
    RECORD_INFUSION = "record_infusion", _("Record the first infusion")
    REASSESS = "reassess", _("Reassess")
    CLOSE = "close", _("Close")
    REPLACE = "replace", _("Replace")
    HAND_OVER = "hand_over", _("Hand over")


class Workflow(models.Model):
    """The field `status` and its moves. A move changes the object only: `actions.py` saves it."""

    status = FSMField(default=Status.DRAFT, choices=Status, editable=False)

    class Meta:
        abstract = True

    @transition(status, source=Status.DRAFT, target=Status.SUBMITTED)
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

    @transition(status, source=Status.COMMITTEE_REVIEW, target=Status.APPROVED)
    def approve(self) -> None: ...

    @transition(status, source=Status.COMMITTEE_REVIEW, target=Status.REJECTED)
    def reject(self) -> None: ...

    @transition(status, source=[Status.DRAFT, *UNDECIDED], target=Status.WITHDRAWN)
    def withdraw(self) -> None: ...

    @transition(
        status,
        source=list(ON_TREATMENT),
        target=RETURN_VALUE(Status.REASSESSED, Status.CLOSED, Status.COMMITTEE_REVIEW),
    )
    def reassess(self, to: Status) -> Status:
        return to

    @transition(status, source=list(ON_TREATMENT), target=Status.CLOSED)
    def close(self) -> None: ...

    @transition(status, source=list(ON_TREATMENT), target=Status.CLOSED)
    def replace(self) -> None: ...


# Facts: the statuses in which they may be recorded. They move nothing.
FACTS: dict[Action, tuple[Status, ...]] = {
    Action.ENDORSE: (Status.SUBMITTED,),
    Action.VOTE: (Status.COMMITTEE_REVIEW,),
    Action.RECORD_INFUSION: ON_TREATMENT,
    Action.HAND_OVER: (Status.INFORMATION_REQUESTED,),
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
