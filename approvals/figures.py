"""The figures of a dose as the pages of an application show them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalogue.dose_phrases import cost_words, interval_words, product_words, settled_words, supply_words
from catalogue.dose_words import (
    day_plan_words,
    grams,
    kilograms,
    millilitres,
    number,
    reading_words,
    signed_percent,
    sourced_sentence,
    vials_words,
    weight_sentence,
)
from catalogue.doses import Dose


def figures_of(dose: Dose) -> dict[str, Any]:
    """The figures of a dose as the pages show them."""
    supply = dose.supply
    return {
        "cycle": grams(dose.cycle_g),
        "plan": day_plan_words(dose.infusions),
        "days": dose.request.days,
        "cycles": dose.request.cycles,
        "g_per_kg": f"{number(dose.request.g_per_kg)} g/kg",
        "weight": kilograms(dose.weight.kg),
        "weight_why": weight_sentence(dose),
        "exact": grams(dose.exact_g),
        "rounding": signed_percent(dose.rounding_percent) if dose.rounded else "",
        "cap": f"{grams(dose.asked_g)} → {grams(dose.exact_g)}" if dose.cap_applied else "",
        "vials": vials_words(dose.vials) if dose.vials else "",
        "course": grams(dose.course_g),
        "interval": interval_words(dose.request),
        "product": product_words(dose.request.product),
        "volume": "" if supply.cycle_ml is None else millilitres(supply.cycle_ml),
        "cost": cost_words(supply),
        "supply": supply_words(supply) if supply.carried_g else "",
        "settled": settled_words(dose.schedule),
        "other": dose.other
        and _("%(grams)s per cycle if the g/kg are %(reading)s")
        % {"grams": grams(dose.other.cycle_g), "reading": reading_words(dose.other.reading)},
        "findings": [(finding.severity.value, sourced_sentence(finding)) for finding in dose.findings],
    }
