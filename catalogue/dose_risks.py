"""What patient and product together make dangerous: the class warnings of the immunoglobulin labels.

Each rests on the EMA's core SmPC for intravenous immunoglobulin (EMA/CHMP/BPWP/94038/2007, sections 4.3 and
4.4), except that a plasma exchange takes away what was just infused, which is design/domain.md §4.
Thresholds are the house's, in `DosePolicy`.
"""

from collections.abc import Iterator
from decimal import Decimal

from catalogue.dose_values import Finding, Severity
from catalogue.doses import Dose
from catalogue.products import Stabiliser
from catalogue.risks import Abo, AntiIga, Reactions, RenalRisk, Risks, ThrombosisRisk

INFO, WARNING, BLOCKING = Severity.INFO, Severity.WARNING, Severity.BLOCKING
# Selective IgA deficiency is told from the immaturity of a child's IgA from the fourth birthday on (ESID).
IGA_MATURE_YEARS = 4
# Younger children may have a fructose intolerance that nobody has noticed yet.
FRUCTOSE_KNOWN_YEARS = 2


def risks_of(dose: Dose) -> Iterator[Finding]:
    """Findings about this patient; about risks only where somebody asked."""
    yield from _high_dose(dose)
    yield from _exchange(dose)
    risks = dose.facts.risks
    if risks is not None:
        yield from _iga(dose, risks)
        yield from _thrombosis(dose, risks)
        yield from _kidneys(dose, risks)
        yield from _reactions(risks)
    yield from _stabiliser(dose, risks or Risks())


def _finding(
    code: str, severity: Severity, about: tuple[str, ...] = (), **params: Decimal | int | None
) -> Finding:
    known = {name: Decimal(value) for name, value in params.items() if value is not None}
    return Finding(code, severity, known, tuple(map(str, about)))


def _high_dose(dose: Dose) -> Iterator[Finding]:
    threshold, group = dose.policy.haemolysis_from, dose.facts.abo
    if dose.exact_g >= threshold * dose.weight.kg and group is not Abo.O:
        if group is None:
            yield _finding("haemolysis_risk", INFO, threshold=threshold)
        else:
            yield _finding("haemolysis_group", WARNING, (group,), threshold=threshold)
    if dose.exact_g > dose.ceiling_g:  # at the ceiling itself "ceiling_reached" says so
        yield _finding("aseptic_meningitis", WARNING, ceiling=dose.policy.ceiling)


def _exchange(dose: Dose) -> Iterator[Finding]:
    first = dose.request.starts_on
    late = sorted(day for day in dose.request.plasma_exchange_on if first is not None and day >= first)
    if late:
        yield _finding("exchange_after_infusion", WARNING, tuple(day.isoformat() for day in late))


def _iga(dose: Dose, risks: Risks) -> Iterator[Finding]:
    threshold, value = dose.policy.iga_deficient_below, risks.iga_g_l
    is_low = value is not None and value < threshold
    if risks.anti_iga is AntiIga.YES:
        if value is None or is_low:
            yield _finding("iga_antibodies", BLOCKING)
        else:
            yield _finding("iga_antibodies_alone", WARNING, value=value)
    elif risks.iga_measured is False:
        yield _finding("iga_not_done", INFO)
    if value is not None and value > dose.policy.iga_implausible_above:
        yield _finding("iga_unit", WARNING, value=value, meant=value / 100)
    if not is_low or dose.facts.age_years < IGA_MATURE_YEARS:
        return
    if risks.anti_iga is AntiIga.NO:
        yield _finding("iga_deficient", WARNING, value=value)
    elif risks.anti_iga is not AntiIga.YES:
        yield _finding("iga_deficient_untested", WARNING, value=value)
    product = dose.request.product
    if product and (product.iga_ug_ml is None or product.iga_ug_ml > dose.policy.low_iga_ug_ml):
        yield _finding("product_iga", WARNING, most=product.iga_ug_ml, low=dose.policy.low_iga_ug_ml)


def _thrombosis(dose: Dose, risks: Risks) -> Iterator[Finding]:
    told = risks.thrombosis
    if dose.facts.age_years >= dose.policy.elderly_years and ThrombosisRisk.AGE_OVER_65 not in told:
        told = (*told, ThrombosisRisk.AGE_OVER_65)
    if told:
        yield _finding("thrombosis_risk", WARNING, told)


def _kidneys(dose: Dose, risks: Risks) -> Iterator[Finding]:
    is_low = risks.egfr is not None and risks.egfr < dose.policy.egfr_low
    if not is_low and not risks.renal:
        return
    # Below a year the kidneys filter less and are healthy.
    if is_low and not risks.renal and dose.facts.age_years < 1:
        return
    if is_low:
        yield _finding("renal_function", WARNING, risks.renal, egfr=risks.egfr, low=dose.policy.egfr_low)
    else:
        yield _finding("renal_risk", WARNING, risks.renal)
    product = dose.request.product
    if product and product.stabiliser is Stabiliser.SUCROSE:
        yield _finding("renal_sucrose", WARNING)


def _reactions(risks: Risks) -> Iterator[Finding]:
    if risks.reactions is Reactions.YES:
        yield _finding("previous_reactions", WARNING)
    elif risks.reactions is Reactions.NEVER_GIVEN:
        yield _finding("first_immunoglobulin", INFO)


def _stabiliser(dose: Dose, risks: Risks) -> Iterator[Finding]:
    stabiliser = dose.request.product and dose.request.product.stabiliser
    if stabiliser is Stabiliser.MALTOSE:
        grave = RenalRisk.DIABETES in risks.renal
        yield _finding("maltose_glucose", WARNING if grave else INFO)
    elif stabiliser is Stabiliser.PROLINE:
        yield _finding("proline", INFO)
    elif stabiliser is Stabiliser.SORBITOL and risks.fructose_intolerance:
        yield _finding("sorbitol_fructose", BLOCKING)
    elif stabiliser is Stabiliser.SORBITOL:
        is_young = dose.facts.age_years < FRUCTOSE_KNOWN_YEARS
        if is_young or risks.fructose_intolerance is None:
            yield _finding("sorbitol", WARNING if is_young else INFO, years=FRUCTOSE_KNOWN_YEARS)
