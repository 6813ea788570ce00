"""The differences of two doses (`dose_changes`) in words."""

from collections.abc import Callable, Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from catalogue.dose_changes import Difference
from catalogue.dose_phrases import interval_words, product_words
from catalogue.dose_words import (
    day_plan_words,
    finding_sentence,
    grams,
    kilograms,
    number,
    reading_words,
    vials_words,
    weight_sentence,
)
from catalogue.dosing import Dose, Finding


def difference_words(difference: Difference) -> tuple[str, str, str]:
    """Label, before, after."""
    label, told = FIGURES[difference.key]
    return str(label), told(difference.before), told(difference.after)


def _sentences(findings: Iterable[Finding]) -> str:
    return " ".join(map(finding_sentence, findings))


FIGURES: dict[str, tuple[Promise, Callable[[Dose], str]]] = {
    "actual_kg": (gettext_lazy("Actual weight"), lambda dose: kilograms(dose.facts.weight_kg)),
    "dosing_kg": (gettext_lazy("Weight used in the calculation"), lambda dose: kilograms(dose.weight.kg)),
    "weight_reason": (gettext_lazy("Why this weight"), weight_sentence),
    "g_per_kg": (gettext_lazy("Dose asked"), lambda dose: f"{number(dose.request.g_per_kg)} g/kg"),
    "days": (gettext_lazy("Infusion days per cycle"), lambda dose: str(dose.request.days)),
    "cycles": (gettext_lazy("Number of cycles"), lambda dose: str(dose.request.cycles)),
    "interval": (gettext_lazy("Interval between cycles"), lambda dose: interval_words(dose.request)),
    "product": (gettext_lazy("Product"), lambda dose: product_words(dose.request.product)),
    "reading": (gettext_lazy("Reading of g/kg"), lambda dose: reading_words(dose.schedule.per)),
    "cap": (
        gettext_lazy("Cap per cycle"),
        lambda dose: (dose.schedule.cap_g and grams(dose.schedule.cap_g)) or "",
    ),
    "exact_g": (gettext_lazy("Exact dose"), lambda dose: grams(dose.exact_g)),
    "cycle_g": (gettext_lazy("Dose per cycle"), lambda dose: grams(dose.cycle_g)),
    "plan": (
        gettext_lazy("Days and vials"),
        lambda dose: " = ".join(filter(None, (day_plan_words(dose.infusions), vials_words(dose.vials)))),
    ),
    "course_g": (gettext_lazy("Whole course"), lambda dose: grams(dose.course_g)),
    "supply_g": (gettext_lazy("To supply"), lambda dose: grams(dose.supply.grams)),
    "blocking": (gettext_lazy("What forbids it"), lambda dose: _sentences(dose.blocking)),
    "deviations": (gettext_lazy("Departures from the schedule"), lambda dose: _sentences(dose.deviations)),
}
