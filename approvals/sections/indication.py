"""Section 3: what it is for, as a row of the catalogue, and the diagnosis behind it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.sections.base import SectionForm
from catalogue.choices import Population
from catalogue.fields import LONG, Choice, Day, Text
from catalogue.models import Indication, SubCriterion
from catalogue.weights import NEWBORN_DAYS

# The shapes of ICD-9-CM (283.0, V58.69; discharge records write it without the dot) and ICD-10 (D59.1).
DISEASE_CODE = re.compile(
    r"[0-9]{3}(\.?[0-9]{1,2})?|V[0-9]{2}(\.?[0-9]{1,2})?|E[0-9]{3}(\.?[0-9])?|[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?"
)


class Certainty(models.TextChoices):
    CERTAIN = "certain", gettext_lazy("Certain")
    VERY_PROBABLE = "very_probable", gettext_lazy("Very probable")
    POSSIBLE = "possible", gettext_lazy("Possible")


class IndicationForm(SectionForm):
    slug = "indication"
    title = gettext_lazy("Indication")
    conditional = ("sub_criterion", "which")
    fixed_once_sent = ("indication",)
    short = ("indication", "sub_criterion", "which")

    indication = Text(
        label=gettext_lazy("Indication in the catalogue"),
        max_length=10,
        error_messages={"required": gettext_lazy("Choose an indication from the catalogue")},
    )
    sub_criterion = Text(label=gettext_lazy("Which of the uses of this row"), max_length=30, required=False)
    which = Text(
        label=gettext_lazy("Which disease exactly"),
        help_text=gettext_lazy("The catalogue does not name it: write it in full."),
        required=False,
    )
    diagnosis = Text(
        label=gettext_lazy("Diagnosis"),
        help_text=gettext_lazy("In words, as in the clinical record."),
        max_length=5000,
        rows=4,
        error_messages={"required": gettext_lazy("Write the diagnosis")},
    )
    diagnosis_code = Text(
        label=gettext_lazy("Code of the diagnosis"),
        help_text=gettext_lazy("ICD-9-CM or ICD-10, for example 283.0 or D59.1."),
        max_length=20,
        size=8,
        error_messages={"required": gettext_lazy("Write the ICD code of the diagnosis")},
    )
    diagnosed_on = Day(
        label=gettext_lazy("Date of the diagnosis"),
        help_text=gettext_lazy("5/3/2026; if only the month is known, day 1."),
        error_messages={"required": gettext_lazy("Enter the date of the diagnosis")},
    )
    certainty = Choice(
        Certainty.choices,
        label=gettext_lazy("Certainty of the diagnosis"),
        inline=True,
        error_messages={"required": gettext_lazy("Say how certain the diagnosis is")},
    )
    severity = Text(
        label=gettext_lazy("Severity today"),
        help_text=gettext_lazy(
            "In words or on a scale: what the patient can no longer do, EDSS 4, Hb 6.8 g/dL."
        ),
        rows=2,
        max_length=1000,
        error_messages={"required": gettext_lazy("Describe the severity today")},
    )
    supporting_tests = Text(
        label=gettext_lazy("Tests the diagnosis rests on"),
        help_text=gettext_lazy("With date and result."),
        rows=4,
        max_length=LONG,
        required=False,
    )
    diagnosed_by = Text(
        label=gettext_lazy("Who made the diagnosis"),
        help_text=gettext_lazy("Doctor or centre."),
        required=False,
    )
    confirmed_by = Text(
        label=gettext_lazy("Who confirmed it"), help_text=gettext_lazy("Doctor or centre."), required=False
    )

    def build(self) -> None:
        self.row: Indication | None = None

    def clean_indication(self) -> Indication | None:
        code = self.cleaned_data["indication"]
        if not code:
            return None
        self.row = self.sheet.row(code)
        if self.row is None:
            raise ValidationError(
                _("This indication is not in the catalogue in force: choose again."), code="unknown"
            )
        return self.row

    def clean_sub_criterion(self) -> SubCriterion | None:
        row, code = self.value("indication"), self.cleaned_data["sub_criterion"]
        # A use of the row chosen before this one is forgotten, not complained about.
        return next((use for use in row.sub_criteria.all() if use.code == code), None) if row else None

    def clean_diagnosis_code(self) -> str:
        code = re.sub(r"\s", "", self.cleaned_data["diagnosis_code"]).upper().replace(",", ".")
        if code and not DISEASE_CODE.fullmatch(code):
            raise ValidationError(
                _("This is no code of ICD-9-CM or ICD-10: they look like 283.0 or D59.1."), code="shape"
            )
        return code

    def clean_diagnosed_on(self) -> date | None:
        made_on: date | None = self.cleaned_data["diagnosed_on"]
        if made_on and made_on > self.sheet.today:
            raise ValidationError(_("The date of the diagnosis is in the future."), code="future")
        if made_on and self.sheet.born_on and made_on < self.sheet.born_on:
            raise ValidationError(_("The date of the diagnosis is before the birth."), code="before_birth")
        return made_on

    def clean(self) -> None:
        row, use = self.value("indication"), self.value("sub_criterion")
        if row is not None and row.sub_criteria.all():
            self.need("sub_criterion", self.uses_sentence(row))
        if (use is not None and use.asks_which) or (row is not None and row.outside_catalogue):
            self.need("which", _("Name the disease"))
        else:
            self.drop("which")
        if row is not None and self.complete and (problem := self.age_problem(row)):
            self.add_error("indication", problem)

    def computed(self) -> dict[str, Any]:
        """The row chosen, also where it does not hold for this patient, and why it does not."""
        return {"row": self.row, "age_problem": self.age_problem(self.row) if self.row else ""}

    def uses_sentence(self, row: Indication) -> str:
        """Which uses the table admits: without one of them the row does not hold."""
        uses = [f"“{use.name}”" for use in row.sub_criteria.all()]
        if len(uses) == 1:
            return _(
                "The table admits this row only with %(use)s: confirm it. Otherwise the row does not apply."
            ) % {"use": uses[0]}
        return _("The table admits only these uses: %(uses)s. Choose the patient's.") % {
            "uses": ", ".join(uses)
        }

    def age_problem(self, row: Indication) -> str:
        """Why the row does not hold for a patient of this age, or ""."""
        years, days = self.sheet.age, self.sheet.age_days
        if years is None or days is None:
            return ""
        if row.population == Population.NEWBORN and days >= NEWBORN_DAYS:
            return _("This row is for newborns, in the first %(limit)d days of life.") % {
                "limit": NEWBORN_DAYS
            }
        if row.max_age_years is not None and years >= row.max_age_years:
            return ngettext(
                "This row is for patients younger than %(limit)d years: this one is %(age)d year old.",
                "This row is for patients younger than %(limit)d years: this one is %(age)d years old.",
                years,
            ) % {"limit": row.max_age_years, "age": years}
        return ""
