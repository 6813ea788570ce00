"""The dose panel in words: one computation, told line by line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.dose_words import (
    day_plan_words,
    finding_sentence,
    grams,
    kilograms,
    reading_words,
    signed_percent,
    vials_words,
    weight_sentence,
)
from catalogue.dosing import Dose, Severity

TONES = {Severity.BLOCKING: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


@dataclass(frozen=True)
class DoseLines:
    """What the panel shows: the amount, the plan of the days, label and value of each line, the remarks."""

    amount: str
    plan: str
    lines: list[tuple[str, str]]
    notices: list[tuple[str, str]]


def dose_lines(dose: Dose) -> DoseLines:
    days = ngettext("%(n)d day", "%(n)d days", dose.request.days) % {"n": dose.request.days}
    return DoseLines(
        amount=grams(dose.cycle_g),
        plan=_("per cycle · %(days)s: %(plan)s") % {"days": days, "plan": day_plan_words(dose.infusions)},
        lines=_lines(dose),
        notices=[
            ("info", weight_sentence(dose)),
            *((TONES[finding.severity], finding_sentence(finding)) for finding in dose.findings),
        ],
    )


def _lines(dose: Dose) -> list[tuple[str, str]]:
    lines = [(_("Weight used in the calculation"), kilograms(dose.weight.kg))]
    if dose.weight.ideal is not None:
        lines.append((_("Ideal weight"), kilograms(dose.weight.ideal)))
    lines.append((_("Exact dose"), grams(dose.exact_g)))
    if dose.cap_applied:
        lines.append((_("Cap applied"), f"{grams(dose.asked_g)} → {grams(dose.exact_g)}"))
    if dose.rounded:
        lines.append((_("Rounding"), signed_percent(dose.rounding_percent)))
        lines.append((_("Vials per cycle"), vials_words(dose.vials)))
    cycles = ngettext("Whole course, %(n)d cycle", "Whole course, %(n)d cycles", dose.request.cycles)
    lines.append((cycles % {"n": dose.request.cycles}, grams(dose.course_g)))
    return lines + _readings(dose)


def _readings(dose: Dose) -> list[tuple[str, str]]:
    """Both readings of an ambiguous "g/kg", the one in force first."""
    if dose.other is None:
        return []
    return [
        (
            _("If g/kg is %(reading)s (in force)") % {"reading": reading_words(dose.schedule.per)},
            grams(dose.exact_g),
        ),
        (
            _("If g/kg were %(reading)s") % {"reading": reading_words(dose.other.reading)},
            grams(dose.other.cycle_g),
        ),
    ]
