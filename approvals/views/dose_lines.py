"""The dose panel in words: one computation, told line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.dose_phrases import settled_words
from catalogue.dose_words import (
    day_plan_words,
    euro,
    finding_sentence,
    grams,
    kilograms,
    long_day,
    millilitres,
    number,
    reading_words,
    signed_percent,
    source_words,
    vials_words,
    weight_sentence,
)
from catalogue.dosing import Dose, Severity

TONES = {Severity.BLOCKING: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
Line = tuple[str, str]


@dataclass(frozen=True)
class DoseLines:
    """What the panel shows: the amount, the plan of the days, label and value of each line, the remarks.

    `readings` are both meanings of an ambiguous "g/kg", the one in force first, `settled` who decided that.
    A notice is its tone, its sentence and whose rule it is.
    """

    amount: str
    plan: str
    lines: list[Line]
    readings: list[Line]
    settled: str
    notices: list[tuple[str, str, str]]


def dose_lines(dose: Dose) -> DoseLines:
    days = ngettext("%(n)d day", "%(n)d days", dose.request.days) % {"n": dose.request.days}
    return DoseLines(
        amount=grams(dose.cycle_g),
        plan=_("per cycle · %(days)s: %(plan)s") % {"days": days, "plan": day_plan_words(dose.infusions)},
        lines=[*_weights(dose), *_amounts(dose), *_supply(dose)],
        readings=list(_readings(dose)),
        settled=settled_words(dose.schedule),
        notices=[
            ("info", weight_sentence(dose), ""),
            *((TONES[one.severity], finding_sentence(one), source_words(one)) for one in dose.findings),
        ],
    )


def _weights(dose: Dose) -> Iterator[Line]:
    yield _("Weight used in the calculation"), kilograms(dose.weight.kg)
    if dose.weight.policy_kg is not None:
        yield _("Weight by the rule"), kilograms(dose.weight.policy_kg)
    if dose.weight.ideal is not None:
        yield _("Ideal weight"), kilograms(dose.weight.ideal)


def _amounts(dose: Dose) -> Iterator[Line]:
    yield _("Exact dose"), grams(dose.exact_g)
    if dose.request.days > 1:
        yield _("Exact dose per day"), grams(dose.exact_day_g)
    if dose.cap_applied:
        yield _("Cap applied"), f"{grams(dose.asked_g)} → {grams(dose.exact_g)}"
    if dose.rounded:
        yield _("Rounding"), signed_percent(dose.rounding_percent)
        yield _("Vials per cycle"), vials_words(dose.vials)
    if dose.saved_by_weight_g > 0:
        yield _("Saved by the dosing weight"), grams(dose.saved_by_weight_g)
    if dose.saved_by_rounding_g > 0:
        yield _("Saved by rounding"), grams(dose.saved_by_rounding_g)
    label = ngettext("Whole course, %(n)d cycle", "Whole course, %(n)d cycles", dose.request.cycles)
    yield label % {"n": dose.request.cycles}, grams(dose.course_g)


def _supply(dose: Dose) -> Iterator[Line]:
    supply, product = dose.supply, dose.request.product
    if supply.remainder_g and product is not None:
        yield _("Left in opened vials, per cycle"), grams(supply.remainder_g)
    if supply.carried_g:
        yield _("Left from the previous period"), f"−{grams(supply.carried_g)}"
        yield _("To supply"), grams(supply.grams)
    if product is None:
        yield _("Volume and cost"), _("depend on the product")
    if product is not None and supply.cycle_ml is not None:
        concentration = _("Volume per cycle (%(grams)s g/100 mL)") % {"grams": number(product.g_per_100_ml)}
        yield concentration, millilitres(supply.cycle_ml)
    if supply.cycle_cost is not None and supply.course_cost is not None and supply.priced_on is not None:
        yield _("Estimated cost per cycle"), euro(supply.cycle_cost)
        if dose.request.cycles > 1:
            yield _("Estimated cost of the course"), euro(supply.course_cost)
        yield _("Price in force from"), long_day(supply.priced_on)


def _readings(dose: Dose) -> Iterator[Line]:
    if dose.other is None:
        return
    in_force, other = reading_words(dose.schedule.per), reading_words(dose.other.reading)
    yield _("If g/kg is %(reading)s (in force)") % {"reading": in_force}, grams(dose.exact_g)
    yield _("If g/kg were %(reading)s") % {"reading": other}, grams(dose.other.cycle_g)
