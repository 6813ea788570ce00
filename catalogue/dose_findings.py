"""What there is to say about a computed dose. Each finding names its rule; `dose_words` has the sentences.

Sources: the ceiling of 2 g/kg per cycle is the highest dose in the table and the usual labelled maximum;
haemolysis after high doses in patients of group A, B or AB and aseptic meningitis at 2 g/kg are class
warnings of the immunoglobulin labels. The rest are deviations from the catalogue row.
"""

from collections.abc import Iterator
from decimal import Decimal

from catalogue.dose_values import Finding, Severity
from catalogue.doses import Dose
from catalogue.schedules import Family
from catalogue.weights import WeightReason

ORDER = (Severity.BLOCKING, Severity.WARNING, Severity.INFO)


def findings_of(dose: Dose) -> tuple[Finding, ...]:
    """All findings, the gravest first."""
    found = [*_limits(dose), *_row(dose), *_weight(dose), *_rounding(dose), *_risks(dose)]
    return tuple(sorted(found, key=lambda finding: ORDER.index(finding.severity)))


def _finding(code: str, severity: Severity, **params: Decimal | int) -> Finding:
    return Finding(code, severity, {name: Decimal(value) for name, value in params.items()})


def _limits(dose: Dose) -> Iterator[Finding]:
    ceiling = dose.policy.ceiling
    if dose.g_per_kg_cycle > ceiling:
        yield _finding("ceiling_exceeded", Severity.BLOCKING, asked=dose.g_per_kg_cycle, ceiling=ceiling)
    elif dose.exact_g == dose.ceiling_g:
        yield _finding("ceiling_reached", Severity.WARNING, ceiling=ceiling)
    if dose.cap_applied:
        yield _finding("cap_applied", Severity.INFO, asked=dose.asked_g, cap=dose.exact_g)
    months = dose.request.cycles * (dose.schedule.cadence_months or 1)
    longest = dose.policy.max_period_months
    # The doses of a newborn are repeated within days, not monthly.
    if dose.schedule.family is not Family.SINGLE and dose.request.cycles > 1 and months > longest:
        yield _finding("period_too_long", Severity.BLOCKING, months=months, longest=longest)


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
    if row.family is Family.DAILY and row.doubtful:
        yield _finding("reading_doubtful", Severity.WARNING)


def _weight(dose: Dose) -> Iterator[Finding]:
    weight = dose.weight
    if weight.reason is WeightReason.HEIGHT_MISSING:
        yield _finding("height_missing", Severity.WARNING)
    if weight.is_adjusted:
        on_actual = dose.g_per_kg_cycle * weight.actual
        if dose.schedule.cap_g is not None:
            on_actual = min(on_actual, dose.schedule.cap_g)
        if on_actual > dose.exact_g:
            yield _finding("weight_adjusted", Severity.INFO, saved=on_actual - dose.exact_g)


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


def _risks(dose: Dose) -> Iterator[Finding]:
    threshold = dose.policy.haemolysis_from
    if dose.exact_g >= threshold * dose.weight.kg:
        yield _finding("haemolysis_risk", Severity.INFO, threshold=threshold)
