"""The letter of a step: what it says, read from the frozen snapshot and the decision, never from the form.

`of(step)` answers a `Draft`; the job issues it. Letters are in the hospital's language, whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import translation

from accounts.people import day
from approvals.letters import kinds, treating
from approvals.letters.provisional import provisional
from approvals.models import Step
from approvals.workflow import Action
from documents.content import Letter
from documents.models import Document, Kind
from treatments.models import Authorisation


@dataclass(frozen=True)
class Draft:
    """A letter to issue: its kind and number, how long it is worth something, and how to compose it."""

    kind: Kind
    number: str
    valid_until: date | None
    compose: Callable[[Document], Letter]


def of(step: Step) -> Draft:
    """The letter that follows this step. Raises KeyError for a step that no letter follows."""
    compose, kind = {
        Action.APPROVE: (kinds.approval, Kind.APPROVAL),
        Action.DECIDE_URGENTLY: (kinds.approval, Kind.APPROVAL),
        Action.REJECT: (kinds.rejection, Kind.REJECTION),
        Action.DENY_RATIFICATION: (kinds.rejection, Kind.REJECTION),
        Action.DECLARE_INADMISSIBLE: (kinds.inadmissible, Kind.INADMISSIBILITY),
        Action.REASSESS: (treating.renewal, Kind.REASSESSMENT),
        Action.RESTART: (treating.restart, Kind.REASSESSMENT),
        Action.CHANGE_DOSE: (treating.dose_change, Kind.DOSE_CHANGE),
        Action.AUTHORISE_EMERGENCY: (provisional, Kind.PROVISIONAL),
    }[Action(step.action)]

    def in_the_hospitals_language(document: Document) -> Letter:
        with translation.override(settings.LANGUAGE_CODE):
            return compose(step, document)

    period, number = numbered(step)
    return Draft(kind, number, valid_until(period), in_the_hospitals_language)


def numbered(step: Step) -> tuple[Authorisation | None, str]:
    """The period that the letter is about, and the letter's number: the period's, where it opens it."""
    periods = Authorisation.objects.filter(application=step.application_id)
    if period := periods.filter(opened_at=step.at).first():
        return period, period.number
    changed = periods.filter(dose_changes__changed_at=step.at).first()
    return changed, f"{step.application.number}/N{step.sequence}"


def valid_until(period: Authorisation | None) -> date | None:
    """The date of the reassessment or of the ratification, or the day on which the period was settled."""
    if period is None:
        return None
    return day(period.settled_at) if period.settled_at else period.due_on
