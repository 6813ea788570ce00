"""Section "weight and dose": what it asks. What the answers mean is in `dose.py`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, pgettext_lazy

from approvals.sections.base import SectionForm
from catalogue.dosing import Abo, Unit
from catalogue.fields import Choice, Day, Number, Text, Tick, Whole, YesNo

ANY_PRODUCT = "any"
MOST_DAYS = 30  # of plasma exchange: more is a slip of the hand


class Pick(Choice):
    """A closed list that is too long, or too small a matter, for radio buttons."""

    def __init__(self, choices: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        offered = list(choices)
        super().__init__(offered, **kwargs)
        self.widget = forms.Select(choices=offered)


class Days(Text):
    """Several dates in one line, as "1/2/2026, 3/2/2026"; the answer is the same line, written alike."""

    day = Day(required=False)

    def to_python(self, value: Any) -> str:
        return ", ".join(f"{one:%d/%m/%Y}" for one in self.read(super().to_python(value)))

    def read(self, text: str) -> list[date]:
        words = [word for word in re.split(r"[,;\s]+", text) if word]
        if len(words) > MOST_DAYS:
            raise ValidationError(
                gettext_lazy("At most %(most)d dates.") % {"most": MOST_DAYS}, code="too_many"
            )
        days = {read for word in words if (read := self.day.to_python(word))}
        return sorted(days)


class DoseQuestions(SectionForm):
    """Weight, product, dose, and what departs from the rules."""

    weight_kg = Number(
        label=gettext_lazy("Actual weight"),
        help_text=gettext_lazy("For example 82,5."),
        least="0.3",
        most="350",
        places=3,
        unit="kg",
        example="82,5",
        error_messages={"required": gettext_lazy("Enter the weight")},
    )
    weighed_on = Day(
        label=gettext_lazy("Weighed on"),
        error_messages={"required": gettext_lazy("Enter the date of the weight")},
    )
    height_cm = Number(
        label=gettext_lazy("Height"),
        help_text=gettext_lazy("In centimetres, for example 168."),
        least="20",
        most="250",
        places=1,
        unit="cm",
        example="168",
        error_messages={"required": gettext_lazy("Enter the height in centimetres")},
    )
    pregnant = YesNo(
        label=gettext_lazy("Is the patient pregnant?"),
        error_messages={"required": gettext_lazy("Say whether the patient is pregnant")},
    )
    pregnancy_week = Whole(
        label=gettext_lazy("Week of pregnancy"), least="1", most="43", example="24", required=False
    )
    abo = Choice(
        [
            (Abo.O.value, pgettext_lazy("blood group", "O")),
            *((one.value, one.value) for one in (Abo.A, Abo.B, Abo.AB)),
        ],
        label=gettext_lazy("Blood group"),
        help_text=gettext_lazy("From 1,5 g/kg per cycle on: groups A, B and AB are at risk of haemolysis."),
        inline=True,
        required=False,
    )
    override_kg = Number(
        label=gettext_lazy("Dosing weight to use"),
        help_text=gettext_lazy("Between the ideal and the actual weight."),
        least="0.15",
        most="350",
        places=3,
        unit="kg",
        example="70",
        required=False,
    )
    override_reason = Text(
        label=gettext_lazy("Why this weight"),
        help_text=gettext_lazy("At least 20 characters; the pharmacy reads it."),
        rows=2,
        max_length=1000,
        required=False,
    )
    product = Pick(
        [(ANY_PRODUCT, gettext_lazy("Any intravenous immunoglobulin"))],
        label=gettext_lazy("Product"),
        help_text=gettext_lazy("Vials, volume and cost follow the product."),
        error_messages={"required": gettext_lazy("Choose the product, or any")},
    )
    fructose_intolerance = YesNo(
        label=gettext_lazy("Hereditary fructose intolerance?"),
        help_text=gettext_lazy("The product contains sorbitol."),
        error_messages={"required": gettext_lazy("Say whether there is a fructose intolerance")},
    )
    g_per_kg = Number(
        label=gettext_lazy("Dose"),
        least="0.001",
        most="5",
        places=3,
        unit="g/kg",
        example="0,4",
        error_messages={"required": gettext_lazy("Enter the dose in g/kg")},
    )
    days = Whole(
        label=gettext_lazy("Infusion days per cycle"),
        least="1",
        most="10",
        unit=gettext_lazy("days"),
        example="5",
        error_messages={"required": gettext_lazy("Enter the infusion days")},
    )
    cycles = Whole(
        label=gettext_lazy("Number of cycles"),
        least="1",
        most="24",
        unit=gettext_lazy("cycles"),
        example="3",
        error_messages={"required": gettext_lazy("Enter the number of cycles")},
    )
    interval = Whole(
        label=gettext_lazy("A cycle every (start to start)"),
        least="1",
        most="365",
        example="4",
        required=False,
    )
    interval_unit = Pick(
        [
            (Unit.WEEKS.value, gettext_lazy("weeks")),
            (Unit.MONTHS.value, gettext_lazy("months")),
            (Unit.DAYS.value, gettext_lazy("days")),
        ],
        label=gettext_lazy("Unit of the interval"),
        required=False,
    )
    planned_start = Day(
        label=gettext_lazy("Planned start"),
        error_messages={"required": gettext_lazy("Enter the planned start")},
    )
    deviation_reason = Text(
        label=gettext_lazy("Why the dose departs from the catalogue"),
        help_text=gettext_lazy("Only where it does. The committee reads this text."),
        rows=3,
        max_length=2000,
        required=False,
    )
    ceiling_reason = Text(
        label=gettext_lazy("Why more than 2 g/kg per cycle"),
        help_text=gettext_lazy(
            "Asks pharmacist and committee to allow it, each with a reason. At least 20 characters."
        ),
        rows=3,
        max_length=2000,
        required=False,
    )
    associated_therapy = Text(
        label=gettext_lazy("Associated therapy"),
        help_text=gettext_lazy("Other treatments of the same disease during these cycles."),
        max_length=500,
        required=False,
    )
    plasma_exchange = Tick(label=gettext_lazy("Plasma exchange is planned too"), required=False)
    plasma_exchange_on = Days(
        label=gettext_lazy("Dates of the plasma exchange"),
        help_text=gettext_lazy("Separated by commas. Exchange first, then infuse."),
        max_length=500,
        required=False,
    )
    carry_over_g = Number(
        label=gettext_lazy("Grams left from the previous period"),
        help_text=gettext_lazy("Supplied and not given. They lower what is supplied, not the dose."),
        least="0",
        most="5000",
        places=2,
        unit="g",
        example="10",
        required=False,
    )
