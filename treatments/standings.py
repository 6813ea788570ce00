"""What may be dispensed under a period on a day: the state in a word, and the sentence behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.dose_words import grams as in_grams
from catalogue.fields import day_words
from treatments import cycles
from treatments.dispensing_rules import not_open, overdue, plan_of
from treatments.models import Authorisation


class State(models.TextChoices):
    READY = "ready", gettext_lazy("May be dispensed")
    EARLY = "early", gettext_lazy("Not yet")
    COMPLETE = "complete", gettext_lazy("All given")
    OVERDUE = "overdue", gettext_lazy("Reassessment overdue")
    STOPPED = "stopped", gettext_lazy("Suspended")
    ENDED = "ended", gettext_lazy("Ended")


TONES = {
    State.READY: "success",
    State.EARLY: "info",
    State.COMPLETE: "info",
    State.OVERDUE: "error",
    State.STOPPED: "warning",
    State.ENDED: "",
}


@dataclass(frozen=True)
class Standing:
    """`cycle` and `left_g` are those of the next dispensing; nothing is left where none is possible."""

    state: State
    sentence: str
    plan: cycles.Plan
    given: list[cycles.Cycle]
    cycle: int = 0
    left_g: Decimal = Decimal(0)

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def is_given_on_grace(self) -> bool:
        """Whether only what was prepared already may still be given."""
        return self.state == State.OVERDUE and self.left_g > 0


def standing(period: Authorisation, *, on: date) -> Standing:
    """As things are on that day; the ledger and the suspensions are read once (prefetched in lists)."""
    plan, given = plan_of(period), cycles.given(period.dispensings.all())
    if told := not_open(period, on):
        state = State.STOPPED if period.settled_at is None and on >= period.valid_from else State.ENDED
        if period.settled_at is None and on < period.valid_from:
            state = State.EARLY
        return Standing(state, told, plan, given)
    match cycles.place(given, plan, on):
        case cycles.TooEarly(number, next_on):
            told = _("Cycle %(n)d may begin on %(day)s at the earliest.") % {
                "n": number + 1,
                "day": day_words(next_on),
            }
            found = Standing(State.EARLY, told, plan, given)
        case cycles.Place(number, left_g) if min(left_g, period.left_g) > 0:
            left = min(left_g, period.left_g)
            told = _("Cycle %(n)d of %(cycles)d: %(grams)s may be dispensed.") % {
                "n": number,
                "cycles": plan.cycles,
                "grams": in_grams(left),
            }
            found = Standing(State.READY, told, plan, given, number, left)
        case _complete:
            found = Standing(State.COMPLETE, _("All that was allotted is given."), plan, given)
    if late := overdue(period, on):
        return Standing(State.OVERDUE, late, plan, given, found.cycle, found.left_g)
    return found
