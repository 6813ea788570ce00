"""The dose of the open period, changed by the pharmacy: what comes out, and what does not let it pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.people import day
from approvals.models import Application
from approvals.reassessing import above_limits
from approvals.redosing import Asked, Body, Redose, recompute
from catalogue.dose_words import finding_sentence, grams
from catalogue.doses import Dose
from treatments.models import Authorisation


@dataclass(frozen=True)
class Changing:
    """Another dose for what is still to be given in a period, on the row as it was authorised."""

    application: Application
    asked: Asked | None
    body: Body
    at: datetime

    @cached_property
    def period(self) -> Authorisation:
        return self.application.authorisations.live().get()

    @cached_property
    def redose(self) -> Redose:
        before = Dose.from_dict(self.period.dose)
        return recompute(
            self.application,
            self.application.indication,
            before=before,
            on=day(self.at),
            body=self.body,
            asked=self.asked,
        )

    @property
    def cycles(self) -> int:
        return self.redose.after.request.cycles if self.redose.after else 0

    @property
    def grams(self) -> Decimal:
        """What the period allots then; what was supplied before it began stays supplied."""
        after, period = self.redose.after, self.period
        if after is None:
            return Decimal(0)
        per_cycle = min(period.cycle_g or self.redose.before.cycle_g, self.redose.before.cycle_g)
        supplied = max(per_cycle * period.cycles - period.grams, Decimal(0))
        return max(after.cycle_g * self.cycles - supplied, Decimal(0))

    def beyond(self) -> Iterator[str]:
        """Why the pharmacy may not change the dose so, in words: then it takes an application."""
        yield from map(finding_sentence, self.redose.beyond)
        yield from self.redose.obstacles
        yield from above_limits(self.application, self.redose)

    def below_given(self) -> Iterator[str]:
        """What the ledger holds already cannot be allotted away."""
        period = self.period
        if self.grams < period.given_g:
            yield _("%(given)s are given already: the period cannot allot %(grams)s.") % {
                "given": grams(period.given_g),
                "grams": grams(self.grams),
            }
        begun = max(
            (one.cycle for one in period.dispensings.all() if one.kind == "dispensed" and one.grams > 0),
            default=0,
        )
        if self.cycles < begun:
            yield _("Cycle %(n)d has begun already: the period cannot have fewer cycles.") % {"n": begun}
