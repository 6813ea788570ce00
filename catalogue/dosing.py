"""The dose of intravenous immunoglobulin: one pure computation for screen, letter, trail and API.

    dose(schedule, facts, request) -> Dose

No clock, no database, no floats. Rules of the house that a hospital may change are in `DosePolicy`.
"""

from dataclasses import replace
from decimal import Decimal

from catalogue.dose_findings import findings_of
from catalogue.dose_values import DoseError, Finding, Severity
from catalogue.doses import Dose, DosePolicy, OtherReading, thousandths
from catalogue.products import Product, Stabiliser
from catalogue.risks import Abo, AntiIga, Reactions, RenalRisk, Risks, ThrombosisRisk
from catalogue.rounding import Infusion, RoundingPolicy, Vials, exact_days, whole_vial_days
from catalogue.schedules import Family, Reading, Request, Schedule, Unit
from catalogue.supply import Supply
from catalogue.weights import (
    DosingWeight,
    PatientFacts,
    Sex,
    Trigger,
    WeightPolicy,
    WeightReason,
    dosing_weight,
)

__all__ = [
    "Abo",
    "AntiIga",
    "Dose",
    "DoseError",
    "DosePolicy",
    "DosingWeight",
    "Family",
    "Finding",
    "Infusion",
    "OtherReading",
    "PatientFacts",
    "Product",
    "Reactions",
    "Reading",
    "RenalRisk",
    "Request",
    "Risks",
    "RoundingPolicy",
    "Schedule",
    "Severity",
    "Sex",
    "Stabiliser",
    "Supply",
    "ThrombosisRisk",
    "Trigger",
    "Unit",
    "Vials",
    "WeightPolicy",
    "WeightReason",
    "dose",
]

HIGHEST_CYCLE = Decimal("5")  # g/kg: beyond it dose and days are a slip of the hand, not a treatment


def dose(schedule: Schedule, facts: PatientFacts, request: Request, policy: DosePolicy | None = None) -> Dose:
    """Compute what `request` means for a patient under a row's schedule.

    Raises DoseError for impossible input. A dose that is merely too high is computed, never clipped, and
    carries a blocking finding, or with a reason the request to override the ceiling; only the row's own cap
    lowers it, and says so.
    """
    schedule.check()
    facts.check()
    request.check()
    policy = policy or DosePolicy()
    weight = dosing_weight(facts, policy.weight, request.override_kg)
    per_cycle = _per_cycle(request, schedule.per)
    if per_cycle > HIGHEST_CYCLE:
        raise DoseError("cycle_out_of_range", "g_per_kg", most=HIGHEST_CYCLE)
    exact = _capped(per_cycle * weight.kg, schedule)
    ceiling = policy.ceiling * weight.kg
    plan = _whole_vials(schedule, facts, request, policy, exact, ceiling)
    computed = Dose(
        schedule=schedule,
        facts=facts,
        request=request,
        policy=policy,
        weight=weight,
        g_per_kg_cycle=per_cycle,
        asked_g=per_cycle * weight.kg,
        exact_g=exact,
        ceiling_g=ceiling,
        other=_other_reading(schedule, request, weight),
        rounded=plan is not None,
        infusions=plan or exact_days(exact, request.days),
    )
    return replace(computed, findings=findings_of(computed))


def _per_cycle(request: Request, per: Reading) -> Decimal:
    return request.g_per_kg * (request.days if per is Reading.PER_DAY else 1)


def _capped(grams: Decimal, schedule: Schedule) -> Decimal:
    return grams if schedule.cap_g is None else min(grams, schedule.cap_g)


def _whole_vials(
    schedule: Schedule,
    facts: PatientFacts,
    request: Request,
    policy: DosePolicy,
    exact: Decimal,
    ceiling: Decimal,
) -> tuple[Infusion, ...] | None:
    """None for newborns and children below the weight limit. Rounding by itself never breaks a limit."""
    if (
        facts.weight_kg < policy.rounding.min_weight_kg
        or facts.is_newborn
        or schedule.family is Family.SINGLE
    ):
        return None
    # A request already above the ceiling (blocked, unless overridden) may be rounded down only.
    limit = _capped(max(exact, ceiling), schedule)
    rounding = policy.rounding
    if request.product is not None:
        rounding = replace(rounding, sizes_g=request.product.sizes_g)
    return whole_vial_days(exact, request.days, limit, rounding)


def _other_reading(schedule: Schedule, request: Request, weight: DosingWeight) -> OtherReading | None:
    if schedule.family is not Family.DAILY:
        return None
    reading = schedule.reading.other
    per_cycle = _per_cycle(request, reading)
    grams = per_cycle * weight.kg
    return OtherReading(reading, per_cycle, thousandths(grams / request.days), grams)
