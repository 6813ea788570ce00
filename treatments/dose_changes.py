"""Changing the dose of an open period. Called inside the transaction of an action."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from treatments.models import Authorisation, DoseChange
from treatments.periods import interval_days


@dataclass(frozen=True)
class New:
    """Dose, cycles and grams of the period from now on."""

    dose: dict[str, Any]
    cycles: int
    grams: Decimal


def change(period: Authorisation, new: New, *, reason: str, by: User, at: datetime) -> DoseChange:
    """The period must be locked. Raises IntegrityError where it would allot less than was given."""
    changed = DoseChange.objects.create(
        authorisation=period,
        dose_before=period.dose,
        dose=new.dose,
        cycles_before=period.cycles,
        cycles=new.cycles,
        grams_before=period.grams,
        grams=new.grams,
        reason=reason,
        changed_at=at,
        changed_by=by,
    )
    period.dose, period.cycles, period.grams = new.dose, new.cycles, new.grams
    period.interval_days = interval_days(new.dose)
    period.save(update_fields=["dose", "cycles", "grams", "interval_days"])
    return changed
