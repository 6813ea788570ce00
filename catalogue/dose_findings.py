"""What there is to say about a computed dose. Each finding names its rule; `dose_words` has the sentences.

Sources: the ceiling of 2 g/kg per cycle is the highest dose in the table and the usual labelled maximum; the
longest period, the dosing weight and whole vials are rules of the house (design/domain.md §4 and §5); the
rest are deviations from the catalogue row. Risks of patient and product: `dose_risks`.
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from catalogue.dose_risks import risks_of
from catalogue.dose_values import Finding, Severity
from catalogue.doses import Dose, thousandths
from catalogue.schedules import SHORTEST_REASON, Family, Request, Schedule, Unit
from catalogue.weights import WeightReason

FOUR_WEEKS = 28  # days: the shortest interval between full courses that the table prints ("/mese")
ORDER = (Severity.BLOCKING, Severity.WARNING, Severity.INFO)


def findings_of(dose: Dose) -> tuple[Finding, ...]:
    """All findings, the gravest first."""
    found = [*_limits(dose), *_row(dose), *_weight(dose), *_rounding(dose), *risks_of(dose)]
    return tuple(sorted(found, key=lambda finding: ORDER.index(finding.severity)))


def _finding(code: str, severity: Severity, **params: Decimal | int) -> Finding:
    return Finding(code, severity, {name: Decimal(value) for name, value in params.items()})


def _limits(dose: Dose) -> Iterator[Finding]:
    ceiling = dose.policy.ceiling
    passed = {"asked": dose.g_per_kg_cycle, "ceiling": ceiling}
    if dose.needs_ceiling_override and dose.request.asks_ceiling_override:
        yield _finding("ceiling_override_asked", Severity.WARNING, **passed)
    elif dose.needs_ceiling_override:
        yield _finding("ceiling_exceeded", Severity.BLOCKING, **passed)
    elif dose.exact_g == dose.ceiling_g:
        yield _finding("ceiling_reached", Severity.WARNING, ceiling=ceiling)
    if (crowded := _g_per_kg_in_four_weeks(dose)) > ceiling:
        yield _finding("ceiling_in_four_weeks", Severity.WARNING, total=crowded, ceiling=ceiling)
    if dose.cap_applied:
        yield _finding("cap_applied", Severity.INFO, asked=dose.asked_g, cap=dose.exact_g)
    # The doses of a newborn are repeated within days, not monthly.
    if dose.request.cycles > 1 and (dose.schedule.family is not Family.SINGLE or dose.request.interval):
        months, longest = period_months(dose.schedule, dose.request), dose.policy.max_period_months
        if months > longest:
            yield _finding("period_too_long", Severity.BLOCKING, months=months, longest=longest)


def _g_per_kg_in_four_weeks(dose: Dose) -> Decimal:
    """What cycles closer than that add up to; 0 for cycles four weeks apart, each is judged by itself."""
    asked = dose.request
    if asked.interval is None or asked.cycles == 1:
        return Decimal(0)
    cycles = min(asked.cycles, -(-FOUR_WEEKS // (asked.interval * asked.unit.days)))
    return thousandths(dose.exact_g * cycles / dose.weight.kg) if cycles > 1 else Decimal(0)


def period_months(schedule: Schedule, asked: Request) -> Decimal:
    """How long the cycles cover, in months of 52/12 weeks, rounded up to 0.1."""
    if asked.interval is None or asked.unit is Unit.MONTHS:
        return Decimal(asked.cycles * (asked.interval or schedule.cadence_months or 1))
    months = Decimal(asked.cycles * asked.interval * asked.unit.days * 12) / (52 * 7)
    return months.quantize(Decimal("0.1"), ROUND_CEILING)


def _row(dose: Dose) -> Iterator[Finding]:
    row, asked = dose.schedule, dose.request
    if row.family is Family.NONE:
        yield _finding("no_schema", Severity.WARNING)
    if row.dose_min is not None and asked.g_per_kg < row.dose_min:
        yield _finding("row_dose_below", Severity.WARNING, asked=asked.g_per_kg, least=row.dose_min)
    if row.dose_max is not None and asked.g_per_kg > row.dose_max:
        yield _finding("row_dose_above", Severity.WARNING, asked=asked.g_per_kg, most=row.dose_max)
    if row.days_min is not None and asked.days < row.days_min:
        yield _finding("row_days_below", Severity.WARNING, asked=asked.days, least=row.days_min)
    days_max = 1 if row.family is Family.SINGLE else row.days_max
    if days_max is not None and asked.days > days_max:
        yield _finding("row_days_above", Severity.WARNING, asked=asked.days, most=days_max)
    if row.cycles is not None and not row.repeatable and asked.cycles > row.cycles:
        yield _finding("row_cycles_above", Severity.WARNING, asked=asked.cycles, most=row.cycles)
    if row.cadence_months is not None and asked.interval is not None and asked.cycles > 1:
        yield from _interval(row.cadence_months, asked.interval * asked.unit.days)
    if row.family is Family.DAILY and row.doubtful:
        yield _finding("reading_doubtful", Severity.WARNING)


def _interval(cadence_months: int, days: int) -> Iterator[Finding]:
    """A month is anything from four weeks to 31 days."""
    if days < 28 * cadence_months:
        yield _finding("row_interval_shorter", Severity.WARNING, months=cadence_months)
    elif days > 31 * cadence_months:
        yield _finding("row_interval_longer", Severity.WARNING, months=cadence_months)


def _weight(dose: Dose) -> Iterator[Finding]:
    weight = dose.weight
    if weight.reason is WeightReason.HEIGHT_MISSING:
        yield _finding("height_missing", Severity.WARNING)
    if weight.policy_kg is not None:
        yield _finding("weight_overridden", Severity.WARNING, kg=weight.kg, policy=weight.policy_kg)
        if not dose.request.override_is_reasoned:
            yield _finding("override_without_reason", Severity.BLOCKING, least=SHORTEST_REASON)
    if weight.is_adjusted and dose.saved_by_weight_g > 0:
        yield _finding("weight_adjusted", Severity.INFO, saved=dose.saved_by_weight_g)


def _rounding(dose: Dose) -> Iterator[Finding]:
    if dose.rounded:
        return
    limit = dose.policy.rounding.min_weight_kg
    if dose.facts.is_newborn or dose.schedule.family is Family.SINGLE:
        yield _finding("exact_for_newborn", Severity.INFO)
    elif dose.facts.weight_kg < limit:
        yield _finding("exact_for_small", Severity.INFO, limit=limit)
    else:
        tolerance = dose.policy.rounding.tolerance * 100
        yield _finding("rounding_rejected", Severity.WARNING, tolerance=tolerance)
