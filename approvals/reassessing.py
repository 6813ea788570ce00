"""What a reassessment says, and what follows from it: the policy, the page and the action ask this one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.people import day
from approvals import limits as limiting
from approvals.contents import measures
from approvals.models import Application
from approvals.redosing import Asked, Body, Redose, current_row, recompute
from approvals.workflow import Status
from catalogue.dose_words import finding_sentence, grams
from treatments.models import CONTINUING, Verdict
from treatments.outcomes import Measurement, shows_benefit

# With these the prescriber asks for another dose.
REDOSING = (Verdict.REDUCE, Verdict.MODIFY)
# Nobody can measure then.
UNMEASURED = (Verdict.NOT_ASSESSABLE, Verdict.STOP_DEATH)


@dataclass(frozen=True)
class Event:
    """An adverse event as told; `known_since` is now where nobody says otherwise."""

    what: str
    severity: str
    happened_on: date | None
    known_since: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What the prescriber records at reassessment; `values` in the order of the declared measures."""

    values: tuple[Decimal | None, ...]
    verdict: Verdict
    judgement: str
    weight_kg: Decimal | None = None
    pregnant: bool | None = None
    events: tuple[Event, ...] = ()
    therapy_changes: str = ""
    dose: Asked | None = None
    plan: str = ""


@dataclass(frozen=True)
class Judged:
    """An outcome held against the plan, the catalogue of today and the committee's limits."""

    application: Application
    outcome: Outcome
    at: datetime

    @cached_property
    def measured(self) -> list[Measurement]:
        plan = measures(self.application.snapshot.content)
        values = [*self.outcome.values, *[None] * len(plan)]
        return [
            Measurement(one.name, one.unit, Decimal(one.baseline or 0), Decimal(one.target or 0), now)
            for one, now in zip(plan, values, strict=False)
        ]

    @cached_property
    def has_benefit(self) -> bool | None:
        return shows_benefit(self.measured)

    @property
    def goes_on(self) -> bool:
        return self.outcome.verdict in CONTINUING

    @cached_property
    def redose(self) -> Redose | None:
        """The dose of the next period; None where there is none."""
        if not self.goes_on:
            return None
        asked = self.outcome.dose if self.outcome.verdict in REDOSING else None
        return recompute(
            self.application,
            current_row(self.application),
            before=self.application.snapshot.dose,
            on=day(self.at),
            body=Body(self.outcome.weight_kg, self.outcome.pregnant),
            asked=asked,
        )

    @cached_property
    def committee_because(self) -> list[str]:
        """Why the committee has to decide whether it goes on, in words; empty where it has not."""
        return list(self._committee_because()) if self.goes_on else []

    def _committee_because(self) -> Iterator[str]:
        if self.has_benefit is False and self.outcome.verdict != Verdict.NOT_ASSESSABLE:
            yield _("The measures do not show a benefit.")
        redose = self.redose
        if redose is None or redose.after is None:
            return
        yield from map(finding_sentence, redose.beyond)
        if self.outcome.verdict in REDOSING:
            yield from above_limits(self.application, redose)

    @property
    def status(self) -> Status:
        """Where the application goes."""
        if not self.goes_on:
            return Status.CLOSED
        return Status.COMMITTEE_REVIEW if self.committee_because else Status.REASSESSED


def above_limits(application: Application, redose: Redose) -> Iterator[str]:
    """Where a dose passes what the committee allowed less than was asked."""
    after, decision = redose.after, application.decisions.order_by("decided_at").last()
    if after is None or decision is None:
        return
    limits = limiting.of(decision)
    if limits.cycles is not None and after.request.cycles > limits.cycles:
        yield _("The committee allowed %(n)d cycles at most.") % {"n": limits.cycles}
    if limits.cycle_g is not None and after.cycle_g > limits.cycle_g:
        yield _("The committee allowed %(grams)s per cycle at most.") % {"grams": grams(limits.cycle_g)}
