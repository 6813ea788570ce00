"""What happens next to an application and by when, and with whom the time went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.people import day
from approvals import substitutes, voting
from approvals.admissibility import open_proposal
from approvals.models import Application, Step
from approvals.record import Record
from approvals.workflow import FACTS, ON_TREATMENT, Action, Status
from treatments.models import Authorisation


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
            return _moment(self.due)
        return date_format(self.due, "DATE_FORMAT") if self.due else ""


@dataclass(frozen=True)
class Spell:
    """How long the application lay with somebody; what waits for the prescriber's answers is not counted."""

    holder: str
    lasted: timedelta
    is_counted: bool


def next_step(record: Record, *, at: datetime) -> Next | None:
    """Who has to do what now, and by when; None where nothing is left to do."""
    application = record.application
    if application.status in ON_TREATMENT:
        return _reassessment(record.live, at)
    told = _waiting(application, at)
    if told is None:
        return None
    title, sentence = told
    due = {
        Status.INFORMATION_REQUESTED: application.answer_due,
        Status.EMERGENCY_AUTHORISED: application.full_form_due,
    }.get(Status(application.status), application.decision_due)
    return Next(title, sentence, due, is_late=bool(due and due < at))


def _waiting(application: Application, at: datetime) -> tuple[str, str] | None:
    match application.status:
        case Status.EMERGENCY_REQUESTED | Status.EMERGENCY_AUTHORISED:
            return _emergency(application)
        case Status.SUBMITTED if not application.endorsed_at:
            return _("Endorsement by the unit"), _("Then a pharmacist takes charge.")
        case Status.SUBMITTED:
            return _("A pharmacist takes charge"), _("Then the pharmacy checks it and gives its opinion.")
        case Status.PHARMACY_REVIEW if open_proposal(application):
            return (
                _("Countersignature of a second pharmacist"),
                _("It is proposed as not admissible: the second pharmacist countersigns, or objects."),
            )
        case Status.PHARMACY_REVIEW:
            return _("Opinion of the pharmacy"), _("Then the committee votes.")
        case Status.INFORMATION_REQUESTED if application.awaits_ratification:
            return (
                _("The prescriber answers the questions"),
                _("The emergency is ratified in its time all the same."),
            )
        case Status.INFORMATION_REQUESTED:
            return (
                _("The prescriber answers the questions"),
                _("Until then the time for the decision does not run."),
            )
        case Status.COMMITTEE_REVIEW:
            return _committee(application, at)
    return None


def _emergency(application: Application) -> tuple[str, str]:
    if application.status == Status.EMERGENCY_AUTHORISED:
        return (
            _("Whole form by the prescriber"),
            _("Then it goes its way; the committee ratifies the emergency, or not, by %(due)s.")
            % {"due": _moment(application.decision_due)},
        )
    if application.emergency_agreed_at:
        return _("The on-call consultant authorises"), _("One cycle, provisionally; or declines.")
    return _("The on-call pharmacist agrees"), _("Then the on-call consultant authorises one cycle.")


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else ""


def _committee(application: Application, at: datetime) -> tuple[str, str]:
    tally = voting.tally(application, at=at)
    if wanted := substitutes.wanted(application, at=at):
        return _("Substitutes for the committee"), wanted
    if voting.hearing(application) is None:
        return _("Sitting of the committee"), _("The chair puts it on an agenda.")
    if tally.has_quorum:
        return _("The chair closes the vote"), _("Then the signed letter goes to prescriber and pharmacy.")
    return (
        _("Vote of the committee"),
        _("Votes cast: %(voted)d; %(quorum)d are needed for the quorum.") % tally.as_dict(),
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


def spells(record: Record, *, at: datetime) -> list[Spell]:
    """With whom the time since the sending (or since the last return to the committee) went."""
    lasted: dict[tuple[str, bool], timedelta] = {}
    # An emergency is ratified in its time, whatever is asked meanwhile.
    never_stops = record.application.emergency_authorised_at is not None
    for found, start, end in _stretches(record.steps, at):
        if found is None:
            lasted = {}
        else:
            holder = (found[0], found[1] or never_stops)
            lasted[holder] = lasted.get(holder, timedelta()) + (end - start)
    return [Spell(name, time, is_counted) for (name, is_counted), time in lasted.items()]


def _stretches(
    steps: Iterable[Step], at: datetime
) -> Iterator[tuple[tuple[str, bool] | None, datetime, datetime]]:
    # The endorsement is a fact too, but it passes the application on.
    moved = [step for step in steps if step.action not in FACTS or step.action == Action.ENDORSE]
    ends = [step.at for step in moved[1:]] + [at]
    for step, end in zip(moved, ends, strict=True):
        yield _holder(step), step.at, end


def _holder(step: Step) -> tuple[str, bool] | None:
    """Who holds the application after this step, and whether the decision's clock runs meanwhile."""
    match step.target:
        case Status.EMERGENCY_REQUESTED:
            return _("People on call"), True
        case Status.EMERGENCY_AUTHORISED:
            return _("Prescriber"), True
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
