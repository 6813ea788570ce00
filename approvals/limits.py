"""What the committee allows less than was asked: fewer cycles, a lower dose, a co-therapy, an earlier date.

Structured, so that the period of treatment, its grams and its due date obey them (`actions/deciding.terms`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from approvals.models import Decision
from catalogue.dose_words import grams


@dataclass(frozen=True)
class Limits:
    """Empty fields limit nothing. `cycle_g`: grams per cycle at most; `reassess_on`: the latest day."""

    cycles: int | None = None
    cycle_g: Decimal | None = None
    co_therapy: str = ""
    reassess_on: date | None = None

    def __bool__(self) -> bool:
        return self != Limits()


NO_LIMITS = Limits()


def of(decision: Decision) -> Limits:
    return Limits(decision.cycles, decision.cycle_g, decision.co_therapy, decision.reassess_on)


def sentences(limits: Limits) -> Iterator[str]:
    """Each limit as it stands in the letter and on the pages."""
    if limits.cycles is not None:
        yield _("At most %(n)d cycles.") % {"n": limits.cycles}
    if limits.cycle_g is not None:
        yield _("At most %(grams)s per cycle.") % {"grams": grams(limits.cycle_g)}
    if limits.co_therapy:
        yield _("Together with: %(therapy)s.") % {"therapy": limits.co_therapy.rstrip(".")}
    if limits.reassess_on is not None:
        yield _("Reassessment by %(day)s at the latest.") % {
            "day": date_format(limits.reassess_on, "DATE_FORMAT")
        }
