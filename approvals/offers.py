"""What a page offers this person: the actions of their roles, each possible or with the reason why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import VOTING_ROLES, Role, User
from accounts.people import day, holds
from approvals import policies, voting
from approvals.admissibility import open_proposal
from approvals.committee_tasks import Rows, to_vote
from approvals.models import Application, FollowUp
from approvals.permissions import RULES, has_declared, why_not
from approvals.refusals import Shortcoming
from approvals.treated import open_suspensions
from approvals.workflow import Action, possible_from
from catalogue.choices import ReassessmentTrigger
from treatments.models import Verdict

LABELS: dict[Action, Promise] = {
    Action.AGREE_EMERGENCY: _("Agree to the emergency"),
    Action.AUTHORISE_EMERGENCY: _("Authorise the emergency"),
    Action.DECLINE_EMERGENCY: _("Decline the emergency"),
    Action.ENDORSE: _("Endorse"),
    Action.TAKE_CHARGE: _("Take charge"),
    Action.ASK: _("Ask for information"),
    Action.ANSWER: _("Answer the questions"),
    Action.REFER: _("Give the opinion"),
    Action.PROPOSE_INADMISSIBLE: _("Propose as not admissible"),
    Action.OBJECT_INADMISSIBLE: _("Object: it is admissible"),
    Action.DECLARE_INADMISSIBLE: _("Countersign: not admissible"),
    Action.DECLARE: _("Declare on conflicts of interest"),
    Action.VOTE: _("Vote"),
    Action.APPROVE: _("Authorise"),
    Action.REJECT: _("Do not authorise"),
    Action.DEFER: _("Put off to a later day"),
    Action.DECIDE_URGENTLY: _("Authorise between sittings"),
    Action.RATIFY: _("Ratify"),
    Action.DENY_RATIFICATION: _("Do not ratify"),
    Action.APPEAL: _("Appeal against the refusal"),
    Action.APPOINT: _("Appoint substitutes"),
    Action.WITHDRAW: _("Withdraw the application"),
    Action.RECORD_INFUSION: _("Record the first infusion"),
    Action.RECORD_DISCHARGE: _("Record the discharge"),
    Action.REASSESS: _("Reassess"),
    Action.CHANGE_DOSE: _("Change the dose"),
    Action.SUSPEND: _("Suspend"),
    Action.RESUME: _("Resume"),
    Action.TRANSFER: _("Pass the treatment on"),
    Action.CLOSE: _("End the treatment"),
    Action.RESTART: _("Start again"),
    Action.REVOKE: _("Revoke"),
    Action.FOLLOW_UP: _("Record what became of the patient"),
    Action.HAND_OVER: _("Hand over to a colleague"),
}
# To whom an action that is not possible is shown at all, with its reason.
OF_THE_UNIT: dict[Action, tuple[Role, ...]] = {
    Action.ENDORSE: (Role.HEAD_OF_UNIT,),
    Action.ANSWER: (Role.PRESCRIBER,),
    Action.APPEAL: (Role.PRESCRIBER,),
    Action.RECORD_INFUSION: (Role.PRESCRIBER,),
    Action.RECORD_DISCHARGE: (Role.PRESCRIBER,),
    Action.REASSESS: (Role.PRESCRIBER,),
    Action.CLOSE: (Role.PRESCRIBER,),
    Action.RESTART: (Role.PRESCRIBER,),
}
OF_THE_HOSPITAL: dict[Action, tuple[Role, ...]] = {
    Action.AGREE_EMERGENCY: (Role.ON_CALL_PHARMACIST,),
    Action.AUTHORISE_EMERGENCY: (Role.ON_CALL_CONSULTANT,),
    Action.TAKE_CHARGE: (Role.PHARMACIST,),
    Action.REFER: (Role.PHARMACIST,),
    Action.DECLARE_INADMISSIBLE: (Role.PHARMACIST,),
    Action.VOTE: VOTING_ROLES,
    Action.APPROVE: (Role.CHAIR,),
    Action.REJECT: (Role.CHAIR,),
}
SIDE_ACTIONS = (
    Action.PROPOSE_INADMISSIBLE,
    Action.OBJECT_INADMISSIBLE,
    Action.DECLINE_EMERGENCY,
    Action.DECLARE,
    Action.DEFER,
    Action.DECIDE_URGENTLY,
    Action.ASK,
    Action.WITHDRAW,
    Action.RECORD_INFUSION,
    Action.RECORD_DISCHARGE,
    Action.CHANGE_DOSE,
    Action.FOLLOW_UP,
    Action.SUSPEND,
    Action.TRANSFER,
    Action.CLOSE,
    Action.REVOKE,
    Action.HAND_OVER,
)
# Nothing to tell: a button does it.
AT_A_CLICK = (Action.ENDORSE, Action.TAKE_CHARGE)


@dataclass(frozen=True)
class Offer:
    """An action with its button; `why_not` is "" or the reason in words."""

    action: Action
    why_not: str
    says: Promise | None = None

    @property
    def label(self) -> Promise:
        return self.says or LABELS[self.action]

    @property
    def is_main(self) -> bool:
        return self.action not in SIDE_ACTIONS

    @property
    def is_at_a_click(self) -> bool:
        return self.action in AT_A_CLICK


def label(user: User, action: Action, application: Application) -> Promise | None:
    """What the button says; whoever proposed does not object, but takes the proposal back."""
    if action == Action.OBJECT_INADMISSIBLE and user.pk == application.taken_by_id:
        return _("Take the proposal back")
    return LABELS.get(action)  # what happens by itself has none


def offers(user: User, application: Application, *, at: datetime) -> list[Offer]:
    """Main actions first; what this person's roles never do is left out."""
    possible = possible_from(application.status)
    found = [
        (action, reason(user, action, application, at=at))
        for action in Action
        if action in possible and not _is_over(action, user, application, at)
    ]
    # What the timer does, or another action brings about, has no button and no label.
    shown = [
        Offer(action, told, label(user, action, application))
        for action, told in found
        if not told or _concerns(user, action, application, at)
    ]
    return sorted(shown, key=lambda offer: not offer.is_main)


def reason(user: User, action: Action, application: Application, *, at: datetime) -> str:
    """Why not, as far as one can tell before the content is written."""
    if told := why_not(user, action, application, at=at):
        return told
    missing: Iterable[Shortcoming] = ()
    if action in AT_A_CLICK:
        missing = policies.shortcomings(action, application, at=at)
    elif action in CLOSING:
        missing = policies.may_be_closed(application, at)
    return next((one.sentence for one in missing), "")


def _concerns(user: User, action: Action, application: Application, at: datetime) -> bool:
    unit = application.unit
    return holds(user, *OF_THE_UNIT.get(action, ()), at=at, unit_id=unit.pk) or holds(
        user, *OF_THE_HOSPITAL.get(action, ()), at=at, hospital_id=unit.hospital_id
    )


def _is_over(action: Action, user: User, application: Application, at: datetime) -> bool:
    """Whether there is nothing left to do, or not yet: then the button would only be noise."""
    match action:
        case Action.SUBMIT:
            return True  # done on the last page of the form
        case Action.REPLACE | Action.LAPSE | Action.EXPIRE:
            return True  # happens by itself
        case Action.CHANGE_DOSE:
            # The one cycle of an emergency and what the committee judges again are not changed.
            return not application.authorisations.to_reassess().exists()
        case Action.RESTART:
            last = application.authorisations.order_by("period").last()
            return last is None or last.verdict != Verdict.TRIAL_OFF
        case Action.FOLLOW_UP:
            is_early = day(at) < policies.follow_up_from(application)
            return is_early or FollowUp.objects.filter(application=application).exists()
        case Action.SUSPEND:
            return open_suspensions(application).exists()
        case Action.RESUME:
            return not open_suspensions(application).exists()
        case Action.AGREE_EMERGENCY:
            return application.emergency_agreed_at is not None
        case Action.ENDORSE:
            return application.endorsed_at is not None
        case Action.PROPOSE_INADMISSIBLE:
            return open_proposal(application) is not None
        case Action.OBJECT_INADMISSIBLE | Action.DECLARE_INADMISSIBLE:
            return open_proposal(application) is None
        case Action.APPEAL:
            return application.appealed_at is not None or application.submitted_at is None
        case Action.NAME_RAPPORTEUR | Action.OPEN_HEARING:
            return True  # done on the page of the sitting
        case Action.DECLARE:
            seat = voting.seat(user, application, at=at)
            return seat is not None and bool(seat.recusal)
        case Action.VOTE:
            seat = voting.seat(user, application, at=at)
            return (seat is not None and bool(seat.recusal)) or voting.hearing(application) is None
        case Action.APPROVE | Action.REJECT:
            return not _closes_with(action, application, at)
        case Action.RATIFY | Action.DENY_RATIFICATION:
            return voting.hearing(application) is None or not _closes_with(action, application, at)
        case Action.DECIDE_URGENTLY:
            return not settings.CHAIR_DECIDES_ALONE or voting.hearing(application) is not None
        case Action.RECORD_INFUSION:
            return not application.authorisations.live().filter(first_infusion_on=None).exists()
        case Action.RECORD_DISCHARGE:
            row = application.indication
            is_judged_then = row and row.reassessment_trigger == ReassessmentTrigger.DISCHARGE
            return not (is_judged_then and application.authorisations.live().until_discharge().exists())
        case Action.WITHDRAW:
            return application.awaits_ratification
        case _:
            return False


def _closes_with(action: Action, application: Application, at: datetime) -> bool:
    """Whether the votes as they stand lead to this action: of each pair one button is shown."""
    if voting.hearing(application) is None:
        return False
    tally = voting.tally(application, at=at)
    if not tally.has_quorum:
        return action in (Action.APPROVE, Action.RATIFY)
    return tally.result == CLOSING[action]


# The action with which each result closes a round; further information is asked for.
CLOSING = {
    Action.APPROVE: voting.Outcome.APPROVED,
    Action.RATIFY: voting.Outcome.APPROVED,
    Action.REJECT: voting.Outcome.REJECTED,
    Action.DENY_RATIFICATION: voting.Outcome.REJECTED,
}


def closing(user: User, application: Application, *, at: datetime) -> list[Offer]:
    """The action with which the hearing under way is closed as the votes stand, for whoever presides."""
    possible = possible_from(application.status)
    return [
        Offer(action, reason(user, action, application, at=at))
        for action in CLOSING
        if action in possible and _closes_with(action, application, at)
    ]


def queue(user: User, *, at: datetime) -> Rows:
    """The applications that await this member's vote, most urgent first."""
    return to_vote(user, at)


def awaits_vote(user: User, application: Application, *, at: datetime) -> bool:
    """Whether this member may vote on it and has not: the declaration comes with the vote."""
    seat = voting.seat(user, application, at=at)
    if seat is None or seat.choice or Action.VOTE not in possible_from(application.status):
        return False
    return not any(rule(user, application, at) for rule in RULES[Action.VOTE] if rule is not has_declared)
