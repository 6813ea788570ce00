"""Which cycle a dispensing belongs to, how much of it is left, when the next one may begin. Pure.

A cycle is under way until its grams are all given. The next one begins an interval after the first day of the
one before, by the calendar (30 January and a month is 28 February), some days earlier at the most (setting
DISPENSE_EARLY_DAYS): a ward's week does not always begin on the same day. When that day has come, what was
left of the cycle before is not given any more: it stays among the grams of the period.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from treatments.models import Dispensing


@dataclass(frozen=True)
class Plan:
    """What a period allots: cycles, grams of each, and how far apart they begin (None: not said)."""

    cycles: int
    cycle_g: Decimal
    interval: relativedelta | None
    early: timedelta


@dataclass(frozen=True)
class Cycle:
    """A cycle as given so far; `grams` without what came back or was wasted."""

    number: int
    began_on: date
    last_on: date
    grams: Decimal

    def left_g(self, plan: Plan) -> Decimal:
        return max(plan.cycle_g - self.grams, Decimal(0))

    def next_on(self, plan: Plan) -> date | None:
        """The first day of the next cycle; None where the dose names no interval."""
        return self.began_on + plan.interval - plan.early if plan.interval else None


@dataclass(frozen=True)
class Place:
    """Where a dispensing on a day belongs: the cycle's number and what may still be given in it."""

    cycle: int
    left_g: Decimal


@dataclass(frozen=True)
class TooEarly:
    """The cycle is complete and the next one has not come yet."""

    cycle: int
    next_on: date


@dataclass(frozen=True)
class Complete:
    """All the cycles of the period are given; or, looking back, the cycle of that day."""

    cycle: int


def given(entries: Iterable[Dispensing]) -> list[Cycle]:
    """The cycles of a ledger, in order; one that was taken back altogether does not count."""
    ledger = list(entries)
    reversed_ = {entry.reverses_id for entry in ledger}
    found: dict[int, list[Dispensing]] = {}
    for entry in ledger:
        found.setdefault(entry.cycle, []).append(entry)
    cycles = []
    for number, of_it in sorted(found.items()):
        grams = sum((entry.grams for entry in of_it), Decimal(0))
        kind = Dispensing.Kind.DISPENSED
        days = [e.happened_on for e in of_it if e.kind == kind and e.pk not in reversed_]
        if grams > 0 and days:
            cycles.append(Cycle(number, min(days), max(days), grams))
    return cycles


def place(cycles: list[Cycle], plan: Plan, on: date) -> Place | TooEarly | Complete:
    """Where what is dispensed for that day belongs."""
    if not cycles:
        return Place(1, plan.cycle_g)
    last = cycles[-1]
    if on < last.began_on and len(cycles) > 1:
        return _looking_back(cycles[:-1], plan, on)
    next_on = last.next_on(plan)
    is_over = next_on is not None and on >= next_on
    if last.left_g(plan) and not is_over:
        return Place(last.number, last.left_g(plan))
    if last.number >= plan.cycles:
        return Complete(last.number)
    if next_on is not None and on < next_on:
        return TooEarly(last.number, next_on)
    return Place(last.number + 1, plan.cycle_g)


def _looking_back(cycles: list[Cycle], plan: Plan, on: date) -> Place | Complete:
    """A mistaken entry of a past cycle was reversed and is written again: into the cycle of its day."""
    of_the_day = [cycle for cycle in cycles if cycle.began_on <= on] or cycles[:1]
    cycle = of_the_day[-1]
    return Place(cycle.number, cycle.left_g(plan)) if cycle.left_g(plan) else Complete(cycle.number)
