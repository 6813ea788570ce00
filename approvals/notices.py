"""Who is told what after a step: one short mail each, a number and a link, never patient data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import VOTING_ROLES, Role, User
from accounts.people import holders
from approvals import on_call, substitutes, voting
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


def second_pharmacists(step: Step) -> list[User]:
    """Those who may countersign; without any, those who have to find one."""
    application = step.application
    others = [
        user
        for user in pharmacy(step)
        if user.pk not in (application.author_id, application.prepared_by_id, step.by_id)
    ]
    return others or directors(step)


def proposer(step: Step) -> list[User]:
    """Whoever proposed what was just objected to."""
    proposal = step.application.inadmissibilities.filter(settled_at=step.at).select_related("proposed_by")
    return [one.proposed_by for one in proposal]


def concerned_by_a_lapse(step: Step) -> list[User]:
    """The author and the head of the unit, and whoever waited for the answers."""
    application = step.application
    unit = application.unit
    open_questions = application.questions.filter(answered_at=None).select_related("asked_by")
    people = [
        application.author,
        *holders(Role.HEAD_OF_UNIT, at=step.at, hospital_id=unit.hospital_id, unit_id=unit.pk),
        *(question.asked_by for question in open_questions),
    ]
    return list({user.pk: user for user in people}.values())


def appointed(step: Step) -> list[User]:
    just_now = step.application.appointments.filter(appointed_at=step.at).select_related("member")
    return [appointment.member for appointment in just_now]


def directors(step: Step) -> list[User]:
    return holders(Role.MEDICAL_DIRECTOR, at=step.at, hospital_id=step.application.unit.hospital_id)


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


def those_treating(step: Step) -> list[User]:
    """Whoever gives the treatment or hands out the medicine: prescriber, head of the unit, pharmacy."""
    application = step.application
    unit = application.unit
    last = application.authorisations.select_related("prescriber").order_by("period").last()
    people = [
        *([last.prescriber] if last else [application.author]),
        *holders(Role.HEAD_OF_UNIT, at=step.at, hospital_id=unit.hospital_id, unit_id=unit.pk),
        *pharmacy(step),
    ]
    return list({user.pk: user for user in people}.values())


def prescribing(step: Step) -> list[User]:
    """Whoever is treating: the prescriber of the last period."""
    last = step.application.authorisations.select_related("prescriber").order_by("period").last()
    return [last.prescriber] if last else [step.application.author]


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
    Action.PROPOSE_INADMISSIBLE: Notice(
        second_pharmacists,
        _("to countersign"),
        _("It is proposed as not admissible: a second pharmacist countersigns, or objects."),
    ),
    Action.OBJECT_INADMISSIBLE: Notice(
        proposer, _("admissible"), _("The second pharmacist objects: the application is admissible.")
    ),
    Action.DECLARE_INADMISSIBLE: Notice(
        author_and_pharmacist,
        _("not admissible"),
        _("The application is not admissible; the letter says why, and what can be done."),
    ),
    Action.LAPSE: Notice(
        concerned_by_a_lapse,
        _("lapsed"),
        _("Nobody answered its questions in time: it has lapsed. It can be copied into a new draft."),
    ),
    Action.APPEAL: Notice(
        presiding,
        _("appeal"),
        _("Its author appeals the refusal: put it on an agenda. Whoever took part so far is recused."),
    ),
    Action.APPOINT: Notice(
        appointed,
        _("you are appointed"),
        _("The medical director has appointed you to the committee, for this application alone."),
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
    Action.SUSPEND: Notice(
        those_treating,
        _("suspended"),
        _("The treatment is suspended: nothing is dispensed until it is resumed."),
    ),
    Action.RESUME: Notice(those_treating, _("resumed"), _("The treatment is resumed.")),
    Action.TRANSFER: Notice(
        those_treating, _("passed on"), _("Another prescriber goes on with the treatment.")
    ),
    Action.CHANGE_DOSE: Notice(
        prescribing,
        _("dose changed"),
        _("The pharmacy has changed the dose of the treatment; the new letter says how and why."),
    ),
    Action.RESTART: Notice(
        those_treating,
        _("started again"),
        _("The treatment starts again after the trial without it; the letter is ready."),
    ),
    Action.EXPIRE: Notice(
        those_treating,
        _("expired"),
        _("Nobody reassessed the treatment in time: the authorisation has expired, nothing may be given."),
    ),
    Action.REVOKE: Notice(
        those_treating, _("revoked"), _("The authorisation is revoked: nothing more may be given.")
    ),
    Action.REASSESS: Notice(
        author_and_pharmacist, _("reassessed"), _("The reassessment is recorded; the letter is ready.")
    ),
}


SUBSTITUTES_WANTED = Notice(
    directors,
    _("substitutes to appoint"),
    _("Too few members of the committee may judge it: the medical director appoints substitutes."),
)


def comes_before_the_committee(step: Step) -> bool:
    return step.target == Status.COMMITTEE_REVIEW != step.source


def notice_of(step: Step) -> Notice:
    """What the step brought about counts: whoever brings a case before the committee asks for votes."""
    if comes_before_the_committee(step) and step.action != Action.APPEAL:
        return NOTICES[Action.REFER]
    return NOTICES[Action(step.action)]


def appointers(step: Step) -> list[User]:
    """The medical director, where a step leaves the committee without enough people to judge."""
    changes_the_committee = step.action in (Action.DECLARE, Action.DECIDE_URGENTLY)
    if not changes_the_committee and not comes_before_the_committee(step):
        return []
    return directors(step) if substitutes.wanted(step.application, at=step.at) else []


def recipients(step: Step) -> list[User]:
    """The people told of this step, without whoever made it. Where nobody holds the role (a unit without a
    head, an author who has left) the next one up is told; a withdrawal may concern nobody.
    """
    told = [user for user in notice_of(step).to(step) if user.is_active and user.pk != step.by_id]
    if told or step.action == Action.WITHDRAW:
        return told
    if appointers(step):
        return []  # nobody may preside: they are told that
    unit = step.application.unit
    for role, unit_id in (
        (Role.HEAD_OF_UNIT, unit.pk),
        (Role.MEDICAL_DIRECTOR, None),
        (Role.ADMINISTRATOR, None),
    ):
        if found := holders(role, at=step.at, hospital_id=unit.hospital_id, unit_id=unit_id):
            return found
    raise LookupError(f"Nobody can be told of step {step.pk}.")
