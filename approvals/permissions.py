"""WHO: for each action, the rules a person must pass. A rule answers "" or the reason in words.

`why_not` is asked by the action under the lock, by the page for its buttons, and by the test matrix:
one answer everywhere. Segregation of duties is `design/domain.md` §1.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.people import holds, is_bound_by
from approvals import on_call, voting
from approvals.admissibility import (
    did_not_endorse,
    did_not_propose,
    is_proposed,
    is_undisputed,
    may_be_proposed,
)
from approvals.appeals import may_be_appealed
from approvals.models import Application
from approvals.substitutes import appoints, are_wanted
from approvals.treated import (
    is_in_force,
    is_judged_at_discharge,
    is_medical_director,
    is_not_suspended,
    is_on_trial_without,
    is_suspended,
    passes_on,
    prescribes_in_unit,
    records_infusion,
    resumes,
    suspends,
)
from approvals.workflow import Action, Status, possible_from

Rule = Callable[[User, Application, datetime], str]


def is_author(user: User, application: Application, at: datetime) -> str:
    if user.pk == application.author_id and holds(user, Role.PRESCRIBER, at=at, unit_id=application.unit_id):
        return ""
    return _("Only the prescriber who wrote the application may do this.")


def is_not_author(user: User, application: Application, at: datetime) -> str:
    if user.pk in (application.author_id, application.submitted_by_id):
        return _("You wrote this application: somebody else has to do this.")
    return ""


def did_not_prepare(user: User, application: Application, at: datetime) -> str:
    """A pharmacist may be a delegate of the ward too: nobody reviews what they wrote themselves."""
    if user.pk == application.prepared_by_id:
        return _("You prepared this application: somebody else has to review it.")
    return ""


def is_the_heads_own(application: Application, at: datetime) -> bool:
    """Whether the head of the unit signed it, or wrote it for somebody else to sign."""
    hands = filter(None, (application.author, application.prepared_by))
    return any(is_bound_by(one, Role.HEAD_OF_UNIT, at=at, unit_id=application.unit_id) for one in hands)


def endorses_for_unit(user: User, application: Application, at: datetime) -> str:
    """The head of the unit; the medical director where the head wrote it."""
    if is_the_heads_own(application, at):
        if holds(user, Role.MEDICAL_DIRECTOR, at=at, hospital_id=application.unit.hospital_id):
            return ""
        return _("The head of the unit wrote it: the medical director has to endorse.")
    if holds(user, Role.HEAD_OF_UNIT, at=at, unit_id=application.unit_id):
        return ""
    return _("Only the head of the unit that applies may endorse.")


def is_pharmacist(user: User, application: Application, at: datetime) -> str:
    if holds(user, Role.PHARMACIST, at=at, hospital_id=application.unit.hospital_id):
        return ""
    return _("Only a pharmacist of the hospital may do this.")


def has_taken_charge(user: User, application: Application, at: datetime) -> str:
    if user.pk == application.taken_by_id:
        return ""
    return _("Only the pharmacist who took charge may do this.")


def sits_on_committee(user: User, application: Application, at: datetime) -> str:
    if voting.seat(user, application, at=at):
        return ""
    return _("Only members of the committee may vote.")


def presides(user: User, application: Application, at: datetime) -> str:
    """The chair, whoever stands in for them, or whom the medical director appointed for this application."""
    member = voting.seat(user, application, at=at)
    if member and member.presides:
        return ""
    if member and member.recusal and holds(user, Role.CHAIR, at=at):
        return member.recusal
    return _("Only the chair of the committee may do this.")


def is_not_recused(user: User, application: Application, at: datetime) -> str:
    member = voting.seat(user, application, at=at)
    if member is None:
        return _("Only members of the committee may do this.")
    return member.recusal


def is_before_committee(user: User, application: Application, at: datetime) -> str:
    """Decided already, it is heard again only to ratify what the chair decided alone."""
    if application.status == Status.COMMITTEE_REVIEW or voting.hearing(application):
        return ""
    return not_heard(application)


def is_heard(user: User, application: Application, at: datetime) -> str:
    return "" if voting.hearing(application) else not_heard(application)


def not_heard(application: Application) -> str:
    """Whoever comes too late reads who has closed the round, and when."""
    closed = application.hearings.filter(round=application.round).exclude(closed_at=None)
    last = closed.select_related("closed_by").order_by("-closed_at").first()
    if last is None or last.closed_by is None:
        return _("The committee is not hearing this application now.")
    return _("%(who)s closed the hearing of this application on %(when)s: %(outcome)s.") % {
        "who": last.closed_by.signature,
        "when": date_format(timezone.localtime(last.closed_at), "SHORT_DATETIME_FORMAT"),
        "outcome": last.get_outcome_display().lower(),
    }


def has_declared(user: User, application: Application, at: datetime) -> str:
    member = voting.seat(user, application, at=at)
    if member and member.has_declared:
        return ""
    return _("First declare whether you have a conflict of interest on this application.")


def has_a_voice(user: User, application: Application, at: datetime) -> str:
    """In the room, or before the end of a virtual round."""
    heard, member = voting.hearing(application), voting.seat(user, application, at=at)
    if heard is None or member is None:
        return not_heard(application)
    if not heard.is_virtual:
        return "" if member.is_present else _("You are not registered as present: ask the chair.")
    if heard.voting_until and at >= heard.voting_until:
        return _("The time to vote is over.")
    return ""


def asks_at_this_stage(user: User, application: Application, at: datetime) -> str:
    """The pharmacist in charge asks during the review; chair or rapporteur during the committee's."""
    if application.status == Status.COMMITTEE_REVIEW:
        if user.pk == application.rapporteur_id:
            return is_not_recused(user, application, at)
        return presides(user, application, at) or is_not_recused(user, application, at)
    return is_pharmacist(user, application, at) or has_taken_charge(user, application, at)


def follows_from_approval(user: User, application: Application, at: datetime) -> str:
    return _("It happens by itself, when the application that follows this one is approved.")


def follows_from_time(user: User, application: Application, at: datetime) -> str:
    return _("It happens by itself, when the time to answer is over.")


def hands_over(user: User, application: Application, at: datetime) -> str:
    """The author, or the head of the unit where the author is away or has left."""
    if not is_author(user, application, at) or holds(
        user, Role.HEAD_OF_UNIT, at=at, unit_id=application.unit_id
    ):
        return ""
    return _("Only the author or the head of the unit may hand the application over.")


def cannot_be_author(colleague: User, application: Application, at: datetime) -> str:
    """Why this person cannot take the application over. Segregation: whoever endorsed, reviewed or voted
    does not become its author."""
    who = {"who": colleague.signature}
    if colleague.pk == application.author_id:
        return _("%(who)s is its author already.") % who
    if not holds(colleague, Role.PRESCRIBER, at=at, unit_id=application.unit_id):
        return _("%(who)s does not prescribe in this unit.") % who
    has_judged = colleague.pk in (application.endorsed_by_id, application.taken_by_id)
    if has_judged or application.votes.filter(voted_by=colleague).exists():
        return _("%(who)s has endorsed or judged this application, and cannot become its author.") % who
    return ""


# An emergency is judged by people who neither wrote it nor belong to the unit (design/domain.md §1).
FROM_OUTSIDE = (is_not_author, did_not_prepare, on_call.is_outside_unit)


def is_not_begun(user: User, application: Application, at: datetime) -> str:
    """A treatment begun as an emergency is judged by the committee, whatever its author wishes later."""
    if application.awaits_ratification:
        return _("One cycle was authorised as an emergency: it cannot be withdrawn, the committee judges it.")
    return ""


RULES: dict[Action, tuple[Rule, ...]] = {
    Action.REQUEST_EMERGENCY: (is_author,),
    Action.AGREE_EMERGENCY: (*FROM_OUTSIDE, on_call.is_on_call_pharmacist, on_call.is_not_agreed),
    Action.AUTHORISE_EMERGENCY: (*FROM_OUTSIDE, on_call.is_on_call_consultant, on_call.is_agreed_by_another),
    Action.DECLINE_EMERGENCY: (*FROM_OUTSIDE, on_call.is_on_call),
    Action.SUBMIT: (is_author,),
    Action.ENDORSE: (is_not_author, endorses_for_unit),
    Action.TAKE_CHARGE: (is_not_author, did_not_prepare, is_pharmacist),
    Action.ASK: (is_not_author, asks_at_this_stage, is_undisputed),
    Action.ANSWER: (is_author,),
    Action.REFER: (is_not_author, did_not_prepare, is_pharmacist, has_taken_charge, is_undisputed),
    Action.PROPOSE_INADMISSIBLE: (
        is_not_author,
        did_not_prepare,
        is_pharmacist,
        has_taken_charge,
        may_be_proposed,
    ),
    # Whoever proposed it takes the proposal back.
    Action.OBJECT_INADMISSIBLE: (is_not_author, did_not_prepare, is_pharmacist, did_not_endorse, is_proposed),
    Action.DECLARE_INADMISSIBLE: (
        is_not_author,
        did_not_prepare,
        is_pharmacist,
        did_not_endorse,
        is_proposed,
        did_not_propose,
    ),
    Action.NAME_RAPPORTEUR: (presides,),
    Action.OPEN_HEARING: (presides,),
    Action.DECLARE: (sits_on_committee, is_not_recused, is_before_committee),
    Action.VOTE: (sits_on_committee, is_not_recused, is_heard, has_a_voice, has_declared),
    Action.APPROVE: (presides, is_not_recused),
    Action.REJECT: (presides, is_not_recused),
    Action.DEFER: (presides, is_heard),
    Action.DECIDE_URGENTLY: (presides, is_not_recused),
    Action.RATIFY: (presides, is_heard),
    Action.DENY_RATIFICATION: (presides, is_heard),
    Action.APPEAL: (is_author, may_be_appealed),
    Action.APPOINT: (is_not_author, appoints, are_wanted),
    Action.WITHDRAW: (is_author, is_not_begun),
    Action.LAPSE: (follows_from_time,),
    Action.RECORD_INFUSION: (records_infusion, is_in_force, is_not_suspended),
    Action.RECORD_DISCHARGE: (prescribes_in_unit, is_in_force, is_judged_at_discharge),
    Action.REASSESS: (prescribes_in_unit,),
    Action.CHANGE_DOSE: (is_not_author, is_pharmacist, is_not_suspended),
    Action.SUSPEND: (suspends, is_in_force, is_not_suspended),
    Action.RESUME: (is_suspended, resumes),
    Action.TRANSFER: (passes_on,),
    Action.CLOSE: (prescribes_in_unit,),
    Action.RESTART: (prescribes_in_unit, is_on_trial_without),
    Action.REPLACE: (follows_from_approval,),
    Action.REVOKE: (is_not_author, is_medical_director),
    Action.EXPIRE: (follows_from_time,),
    Action.FOLLOW_UP: (prescribes_in_unit,),
    Action.HAND_OVER: (hands_over,),
}


def why_not(user: User, action: Action, application: Application, *, at: datetime) -> str:
    """Why this person may not do this now, in words; "" when they may."""
    if action not in possible_from(application.status):
        return _("Not possible while the application is “%(status)s”.") % {
            "status": application.get_status_display()
        }
    for rule in RULES[action]:
        if reason := rule(user, application, at):
            return reason
    return ""


def allowed(user: User, application: Application, *, at: datetime) -> list[Action]:
    """The actions this person may take now, in the order of the workflow."""
    return [action for action in Action if not why_not(user, action, application, at=at)]
