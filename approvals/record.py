"""All that was recorded about one application: each kind read once, and only where there can be any."""

from __future__ import annotations

from functools import cached_property

from approvals.models import (
    Appeal,
    Application,
    Decision,
    FollowUp,
    Inadmissibility,
    Letter,
    Opinion,
    Question,
    Step,
)
from approvals.workflow import Action
from treatments.models import Authorisation


class Record:
    """Steps, questions, opinions, decisions, letters, periods; oldest first."""

    def __init__(self, application: Application) -> None:
        self.application = application

    @cached_property
    def steps(self) -> list[Step]:
        return list(self.application.steps.select_related("by", "letter__document", "decision__decided_by"))

    @cached_property
    def questions(self) -> list[Question]:
        if not any(step.action == Action.ASK for step in self.steps):
            return []
        return list(self.application.questions.select_related("asked_by", "answered_by"))

    @cached_property
    def opinions(self) -> list[Opinion]:
        if not self.application.referred_at:
            return []
        return list(self.application.opinions.select_related("given_by").order_by("given_at"))

    @cached_property
    def proposals(self) -> list[Inadmissibility]:
        """Proposals that it is not admissible, with their answers."""
        if not any(step.action == Action.PROPOSE_INADMISSIBLE for step in self.steps):
            return []
        return list(self.application.inadmissibilities.select_related("proposed_by", "settled_by"))

    @cached_property
    def appeal(self) -> Appeal | None:
        if not self.application.appealed_at:
            return None
        return Appeal.objects.select_related("appealed_by").get(application=self.application)

    @cached_property
    def follow_up(self) -> FollowUp | None:
        """What became of a refused patient."""
        if not any(step.action == Action.FOLLOW_UP for step in self.steps):
            return None
        return FollowUp.objects.select_related("recorded_by").get(application=self.application)

    @property
    def decisions(self) -> list[Decision]:
        return [step.decision for step in self.steps if hasattr(step, "decision")]

    @property
    def letters(self) -> list[Letter]:
        return [step.letter for step in self.steps if hasattr(step, "letter")]

    @cached_property
    def periods(self) -> list[Authorisation]:
        if not (self.application.decided_at or self.application.emergency_authorised_at):
            return []
        periods = self.application.authorisations.select_related("settled_by", "reassessment__reassessed_by")
        told = ("reassessment__measures", "reassessment__events", "dose_changes__changed_by", "suspensions")
        return list(periods.prefetch_related(*told).order_by("period"))

    @property
    def live(self) -> Authorisation | None:
        """The period that is open: it awaits its reassessment or, provisional, its ratification."""
        return next((period for period in self.periods if not period.settled_at), None)
