"""In which figures two computations differ: dose asked and dose computed again, this period and the last."""

from collections.abc import Callable
from dataclasses import dataclass

from catalogue.doses import Dose

# Keys have their labels in `dose_change_words`. Prices are no part of it: they move without anybody's doing.
COMPARED: dict[str, Callable[[Dose], object]] = {
    "actual_kg": lambda dose: dose.facts.weight_kg,
    "dosing_kg": lambda dose: dose.weight.kg,
    "weight_reason": lambda dose: dose.weight.reason,
    "g_per_kg": lambda dose: dose.request.g_per_kg,
    "days": lambda dose: dose.request.days,
    "cycles": lambda dose: dose.request.cycles,
    "interval": lambda dose: dose.request.interval and (dose.request.interval, dose.request.unit),
    "product": lambda dose: dose.request.product and dose.request.product.code,
    "reading": lambda dose: dose.schedule.per,
    "cap": lambda dose: dose.schedule.cap_g,
    "exact_g": lambda dose: dose.exact_g,
    "cycle_g": lambda dose: dose.cycle_g,
    "plan": lambda dose: dose.infusions,
    "course_g": lambda dose: dose.course_g,
    "supply_g": lambda dose: dose.supply.grams,
    "blocking": lambda dose: {finding.code for finding in dose.blocking},
    "deviations": lambda dose: {finding.code for finding in dose.deviations},
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is not the same; `dose_change_words` tells it."""

    key: str
    before: Dose
    after: Dose


def differences(before: Dose, after: Dose) -> tuple[Difference, ...]:
    """Where the two differ, in the order in which one reads a dose; empty if they mean the same."""
    return tuple(
        Difference(key, before, after) for key, told in COMPARED.items() if told(before) != told(after)
    )
