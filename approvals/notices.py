"""Who is told what after a step: one short mail each, a number and a link, never patient data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import VOTING_ROLES, Role, User
from accounts.people import holders
from approvals import on_call, voting
from approvals.models import Step
from approvals.permissions import is_the_heads_own
from approvals.workflow import Action, Status


@dataclass(frozen=True)
class Notice:
    """Whom a step concerns, the subject (after the number) and the sentence of the mail."""

    to: Callable[[Step], list[User]]
    subject: Promise
    sentence: Promise


def endorser(step: Step) -> list[User]:
    unit = step.application.unit
    if is_the_heads_own(step.application, step.at):
        return holders(Role.MEDICAL_DIRECTOR, at=step.at, hospital_id=unit.hospital_id)
    return holders(Role.HEAD_OF_UNIT, at=step.at, hospital_id=unit.hospital_id, unit_id=unit.pk)


def pharmacy(step: Step) -> list[User]:
    return holders(Role.PHARMACIST, at=step.at, hospital_id=step.application.unit.hospital_id)


def author(step: Step) -> list[User]:
    return [step.application.author]


def presiding(step: Step) -> list[User]:
    """Whoever puts it on an agenda; the members are invited with the agenda."""
    return [m.user for m in voting.committee(step.application, at=step.at) if m.presides]


def asker(step: Step) -> list[User]:
    """Whoever put the questions that were just answered."""
    question = step.application.questions.filter(answered_at=step.at).select_related("asked_by").first()
    return [question.asked_by] if question else []


def involved(step: Step) -> list[User]:
    """Those who were working on it when it was withdrawn."""
    application = step.application
    if application.referred_at:
        return holders(*VOTING_ROLES, at=step.at, hospital_id=application.unit.hospital_id)
    return [application.taken_by] if application.taken_by else []


def author_and_pharmacist(step: Step) -> list[User]:
    application = step.application
    return list({user.pk: user for user in (application.author, application.taken_by) if user}.values())


def pharmacist_on_call_or_instead(step: Step) -> list[User]:
    return _on_call_or_instead(step, Role.ON_CALL_PHARMACIST)


def consultant_on_call_or_instead(step: Step) -> list[User]:
    return _on_call_or_instead(step, Role.ON_CALL_CONSULTANT)


def people_on_call(step: Step) -> list[User]:
    """Both at once: they need not wait for each other to read it."""
    both = [*pharmacist_on_call_or_instead(step), *consultant_on_call_or_instead(step)]
    return list({user.pk: user for user in both}.values())


def _on_call_or_instead(step: Step, role: Role) -> list[User]:
    """Where nobody is on call, those who have to find somebody."""
    application, at = step.application, step.at
    return on_call.on_call(application, role, at=at) or on_call.in_their_stead(application, role, at=at)


def author_and_pharmacy(step: Step) -> list[User]:
    return [step.application.author, *pharmacy(step)]


NOTICES: dict[Action, Notice] = {
    Action.REQUEST_EMERGENCY: Notice(
        people_on_call,
        _("EMERGENCY to authorise"),
        _("An emergency awaits the two people on call. Open it now; if you are not on call, call them."),
    ),
    Action.AGREE_EMERGENCY: Notice(
        consultant_on_call_or_instead,
        _("EMERGENCY to authorise"),
        _("The on-call pharmacist has agreed to an emergency: it awaits the on-call consultant."),
    ),
    Action.AUTHORISE_EMERGENCY: Notice(
        author_and_pharmacy,
        _("authorised as an emergency"),
        _("One cycle is authorised provisionally; the letter is ready. The whole form is due soon."),
    ),
    Action.DECLINE_EMERGENCY: Notice(
        author, _("emergency declined"), _("The emergency is declined; the application says why.")
    ),
    Action.SUBMIT: Notice(endorser, _("to endorse"), _("A new application of your unit awaits endorsement.")),
    Action.ENDORSE: Notice(
        pharmacy, _("to take charge of"), _("An endorsed application awaits the pharmacy.")
    ),
    Action.ASK: Notice(author, _("further information asked"), _("There are questions on your application.")),
    Action.ANSWER: Notice(asker, _("questions answered"), _("The author has answered the questions.")),
    Action.HAND_OVER: Notice(
        author, _("handed over to you"), _("A colleague of your unit has handed an application over to you.")
    ),
    Action.REPLACE: Notice(
        author,
        _("replaced"),
        _("A later application was approved in its place: the treatment under this one has ended."),
    ),
    Action.REFER: Notice(
        presiding, _("for the committee"), _("An application awaits the committee: put it on an agenda.")
    ),
    Action.DEFER: Notice(
        author, _("deferred"), _("The committee has put the application off to a later day.")
    ),
    Action.RATIFY: Notice(
        author_and_pharmacist, _("ratified"), _("The committee has ratified what its chair decided alone.")
    ),
    Action.DECIDE_URGENTLY: Notice(
        author_and_pharmacist, _("approved"), _("The application is approved; the letter is ready.")
    ),
    Action.DENY_RATIFICATION: Notice(
        author_and_pharmacist,
        _("not ratified"),
        _("The committee does not ratify the authorisation: no further treatment. The letter says why."),
    ),
    Action.WITHDRAW: Notice(involved, _("withdrawn"), _("The author has withdrawn the application.")),
    Action.APPROVE: Notice(
        author_and_pharmacist, _("approved"), _("The application is approved; the letter is ready.")
    ),
    Action.REJECT: Notice(
        author_and_pharmacist, _("not approved"), _("The application is not approved; the letter says why.")
    ),
    Action.REASSESS: Notice(
        author_and_pharmacist, _("reassessed"), _("The reassessment is recorded; the letter is ready.")
    ),
}


def notice_of(step: Step) -> Notice:
    """What the step brought about counts: whoever brings a case before the committee asks for votes."""
    before_the_committee = step.target == Status.COMMITTEE_REVIEW != step.source
    return NOTICES[Action.REFER if before_the_committee else Action(step.action)]


def recipients(step: Step) -> list[User]:
    """The people told of this step, without whoever made it. Where nobody holds the role (a unit without a
    head, an author who has left) the next one up is told; a withdrawal may concern nobody.
    """
    told = [user for user in notice_of(step).to(step) if user.is_active and user.pk != step.by_id]
    if told or step.action == Action.WITHDRAW:
        return told
    unit = step.application.unit
    for role, unit_id in (
        (Role.HEAD_OF_UNIT, unit.pk),
        (Role.MEDICAL_DIRECTOR, None),
        (Role.ADMINISTRATOR, None),
    ):
        if found := holders(role, at=step.at, hospital_id=unit.hospital_id, unit_id=unit_id):
            return found
    raise LookupError(f"Nobody can be told of step {step.pk}.")
