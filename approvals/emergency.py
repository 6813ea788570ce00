"""Emergencies: which uses of the catalogue foresee one, and how much one cycle may hold. Pure."""

from __future__ import annotations

from decimal import Decimal

from catalogue.choices import Population
from catalogue.dosing import Dose, Family, Reading
from catalogue.models import Indication

# The use of a mixed row that is printed "in emergenza" (EMA-02, autoimmune haemolytic anaemia).
EMERGENCY_USE = "emergency"


def starts_as_emergency(row: Indication | None) -> bool:
    """Whether an application for this row begins with the short form unless its author wants otherwise: the
    newborn's, whose exchange transfusion cannot wait (design/domain.md §5; no edition says so)."""
    return row is not None and row.population == Population.NEWBORN


def foresees_emergency(row: Indication | None, use: str = "") -> bool:
    """Whether the row by itself, in this use, admits emergencies: then no life-threat statement is wanted."""
    if row is None or starts_as_emergency(row):
        return row is not None
    uses = {one.code for one in row.sub_criteria.all()}
    return row.emergency_allowed and (EMERGENCY_USE not in uses or use == EMERGENCY_USE)


def gram_ceiling(dose: Dose) -> Decimal:
    """The most that the one cycle of an emergency may hold: 2 g/kg (policy), or less by the row."""
    row, limits = dose.schedule, [dose.ceiling_g]
    if row.cap_g is not None:
        limits.append(row.cap_g)
    if row.dose_max is not None:
        is_daily = row.family is Family.DAILY and row.per is Reading.PER_DAY
        limits.append(row.dose_max * (row.days_max or 1 if is_daily else 1) * dose.weight.kg)
    return min(limits)


def cycle_grams(dose: Dose) -> Decimal:
    """What an emergency allots: one cycle as computed, never more than the ceiling."""
    return min(dose.cycle_g, gram_ceiling(dose))
