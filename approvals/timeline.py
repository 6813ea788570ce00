"""What happened to an application, what happens next and by when, and with whom the time went."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.people import day
from approvals import voting
from approvals.models import Application, Decision, Opinion, Step
from approvals.workflow import ON_TREATMENT, Action, Status
from treatments.models import Authorisation

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


@dataclass(frozen=True)
class Next:
    """What has to happen now; `due` is a day for a reassessment, a moment otherwise."""

    title: str
    sentence: str
    due: datetime | date | None
    is_late: bool = False

    @property
    def due_iso(self) -> str:
        return self.due.isoformat() if self.due else ""

    @property
    def due_words(self) -> str:
        """28 nov 2026, 18:00; a day without its time."""
        if isinstance(self.due, datetime):
            return date_format(timezone.localtime(self.due), "SHORT_DATETIME_FORMAT")
        return date_format(self.due, "DATE_FORMAT") if self.due else ""


@dataclass(frozen=True)
class Spell:
    """How long the application lay with somebody; what waits for the prescriber's answers is not counted."""

    holder: str
    lasted: timedelta
    is_counted: bool


def moments(application: Application, *, with_votes: bool, erase: Callable[[str], str]) -> list[Moment]:
    """The steps, latest first. Who voted is for the committee only."""
    steps = [
        step
        for step in application.steps.select_related("by").order_by("-sequence")
        if with_votes or step.action != Action.VOTE
    ]
    details = _details(application)
    return [
        Moment(
            step.at,
            str(TITLES[step.action]),
            _sentence(step, details.get((step.action, step.at), ""), erase),
            TONES.get(step.action, ""),
        )
        for step in steps
    ]


def _sentence(step: Step, detail: str, erase: Callable[[str], str]) -> str:
    told = [step.by.signature]
    if detail:
        told.append(detail)
    if step.comment:
        told.append(f"«{erase(step.comment)}»")
    return " · ".join(told)


def _details(application: Application) -> dict[tuple[str, datetime], str]:
    """What there is to say about single steps, found by action and moment."""
    found: dict[tuple[str, datetime], str] = {}
    asked: dict[datetime, int] = {}
    for question in application.questions.all():
        asked[question.asked_at] = asked.get(question.asked_at, 0) + 1
    for at, n in asked.items():
        found[Action.ASK, at] = ngettext("%(n)d question", "%(n)d questions", n) % {"n": n}
    for opinion in Opinion.objects.filter(application=application):
        found[Action.REFER, opinion.given_at] = opinion.get_conclusion_display().lower()
    for decision in Decision.objects.filter(application=application):
        action = Action.APPROVE if decision.is_approval else Action.REJECT
        found[action, decision.decided_at] = tally_words(decision.tally)
    for period in application.authorisations.select_related("reassessment"):
        if period.infusion_recorded_at and period.first_infusion_on:
            words = f"{period.first_infusion_on:%d/%m/%Y}"
            found[Action.RECORD_INFUSION, period.infusion_recorded_at] = words
        if hasattr(period, "reassessment"):
            judged = period.reassessment
            found[Action.REASSESS, judged.reassessed_at] = judged.get_verdict_display().lower()
    return found


def tally_words(tally: dict[str, int]) -> str:
    return _("%(in_favour)d in favour, %(against)d against") % tally


def next_step(application: Application, *, at: datetime) -> Next | None:
    """Who has to do what now, and by when; None where nothing is left to do."""
    if application.status in ON_TREATMENT:
        return _reassessment(application.authorisations.live().first(), at)
    told = _waiting(application, at)
    if told is None:
        return None
    title, sentence = told
    is_asked = application.status == Status.INFORMATION_REQUESTED
    due = application.answer_due if is_asked else application.decision_due
    return Next(title, sentence, due, is_late=bool(due and due < at))


def _waiting(application: Application, at: datetime) -> tuple[str, str] | None:
    match application.status:
        case Status.SUBMITTED if not application.endorsed_at:
            return _("Endorsement by the unit"), _("Then a pharmacist takes charge.")
        case Status.SUBMITTED:
            return _("A pharmacist takes charge"), _("Then the pharmacy checks it and gives its opinion.")
        case Status.PHARMACY_REVIEW:
            return _("Opinion of the pharmacy"), _("Then the committee votes.")
        case Status.INFORMATION_REQUESTED:
            return (
                _("The prescriber answers the questions"),
                _("Until then the time for the decision does not run."),
            )
        case Status.COMMITTEE_REVIEW:
            return _committee(application, at)
    return None


def _committee(application: Application, at: datetime) -> tuple[str, str]:
    tally = voting.tally(application, at=at)
    if tally.has_quorum:
        return _("The chair closes the vote"), _("Then the signed letter goes to prescriber and pharmacy.")
    return (
        _("Vote of the committee"),
        _("Votes cast: %(cast)d; %(quorum)d are needed for the quorum.") % tally.as_dict(),
    )


def _reassessment(period: Authorisation | None, at: datetime) -> Next | None:
    if period is None:
        return None
    sentence = (
        _("The prescriber records the outcome: the treatment goes on or ends.")
        if period.first_infusion_on
        else _("Three months after the first infusion, as soon as it is recorded.")
    )
    return Next(_("Reassessment"), sentence, period.due_on, is_late=period.due_on < day(at))


def spells(application: Application, *, at: datetime) -> list[Spell]:
    """With whom the time since the sending (or since the last return to the committee) went."""
    lasted: dict[tuple[str, bool], timedelta] = {}
    for holder, start, end in _stretches(application.steps.order_by("sequence"), at):
        if holder is None:
            lasted = {}
        else:
            lasted[holder] = lasted.get(holder, timedelta()) + (end - start)
    return [Spell(name, time, is_counted) for (name, is_counted), time in lasted.items()]


def _stretches(
    steps: Iterable[Step], at: datetime
) -> Iterator[tuple[tuple[str, bool] | None, datetime, datetime]]:
    moved = [step for step in steps if step.action not in (Action.VOTE, Action.RECORD_INFUSION)]
    ends = [step.at for step in moved[1:]] + [at]
    for step, end in zip(moved, ends, strict=True):
        yield _holder(step), step.at, end


def _holder(step: Step) -> tuple[str, bool] | None:
    """Who holds the application after this step, and whether the decision's clock runs meanwhile."""
    match step.target:
        case Status.SUBMITTED if step.action != Action.ENDORSE:
            return _("Head of unit"), True
        case Status.SUBMITTED | Status.PHARMACY_REVIEW:
            return _("Pharmacy"), True
        case Status.INFORMATION_REQUESTED:
            return _("Prescriber"), False
        case Status.COMMITTEE_REVIEW:
            return _("Committee"), True
    return None


def duration_words(lasted: timedelta) -> str:
    """ "2 d 3 h", "3 h", "4 min": minutes only below an hour."""
    minutes = int(lasted.total_seconds()) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    return _("%(hours)d h") % {"hours": hours} if hours else _("%(minutes)d min") % {"minutes": minutes}
