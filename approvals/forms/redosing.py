"""The fields of another dose, filled in with the one in force; weighing again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from approvals.redosing import Asked
from approvals.sections.dose import MAY_BE_PREGNANT
from catalogue.dose_values import plain
from catalogue.doses import Dose
from catalogue.dosing import Sex, Unit
from catalogue.fields import Choice, Number, Whole, YesNo

DOSE = ("g_per_kg", "days", "cycles", "interval", "interval_unit")


def weight(**options: Any) -> Number:
    return Number(
        label=gettext_lazy("Weight today"),
        least="0.3",
        most="350",
        places=3,
        unit="kg",
        example="82,5",
        required=False,
        **options,
    )


def dose_fields() -> dict[str, forms.Field]:
    return {
        "g_per_kg": Number(
            label=gettext_lazy("Dose"),
            least="0.001",
            most="5",
            places=3,
            unit="g/kg",
            example="0,4",
            required=False,
        ),
        "days": Whole(
            label=gettext_lazy("Infusion days per cycle"), least="1", most="10", example="5", required=False
        ),
        "cycles": Whole(
            label=gettext_lazy("Cycles in the period"), least="1", most="24", example="3", required=False
        ),
        "interval": Whole(
            label=gettext_lazy("Next cycle after"), least="1", most="365", example="4", required=False
        ),
        "interval_unit": Choice(
            [
                (Unit.DAYS.value, gettext_lazy("days")),
                (Unit.WEEKS.value, gettext_lazy("weeks")),
                (Unit.MONTHS.value, gettext_lazy("months")),
            ],
            label=gettext_lazy("Counted in"),
            inline=True,
            required=False,
        ),
    }


def pregnancy(dose: Dose) -> dict[str, forms.Field]:
    """Asked where the dosing weight may depend on it."""
    facts = dose.facts
    if facts.sex == Sex.MALE or facts.age_years not in MAY_BE_PREGNANT:
        return {}
    return {"pregnant": YesNo(label=gettext_lazy("Is the patient pregnant?"), required=False)}


def in_force(dose: Dose, cycles: int | None = None) -> dict[str, Any]:
    """The dose as the fields show it before anybody types."""
    asked = dose.request
    return {
        "g_per_kg": plain(asked.g_per_kg).replace(".", ","),
        "days": asked.days,
        "cycles": cycles or asked.cycles,
        "interval": asked.interval or "",
        "interval_unit": asked.unit.value if asked.interval else "",
        "pregnant": "yes" if dose.facts.pregnant else "no",
    }


def asked(told: dict[str, Any]) -> Asked | None:
    """The dose that was typed; None while dose, days or cycles are missing."""
    if not (told.get("g_per_kg") and told.get("days") and told.get("cycles")):
        return None
    return Asked(
        told["g_per_kg"],
        told["days"],
        told["cycles"],
        told.get("interval"),
        Unit(told.get("interval_unit") or Unit.WEEKS),
    )
