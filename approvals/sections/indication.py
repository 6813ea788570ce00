"""Section 2: what it is for, as a row of the catalogue."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.sections.base import SectionForm
from approvals.sections.fields import Text
from catalogue.choices import Population
from catalogue.models import Indication, SubCriterion
from catalogue.weights import NEWBORN_DAYS


class IndicationForm(SectionForm):
    slug = "indication"
    title = gettext_lazy("Indication")
    conditional = ("sub_criterion", "which")
    fixed_once_sent = ("indication",)

    indication = Text(
        label=gettext_lazy("Indication in the catalogue"),
        max_length=10,
        error_messages={"required": gettext_lazy("Choose an indication from the catalogue")},
    )
    sub_criterion = Text(label=gettext_lazy("Which of the uses of this row"), max_length=30, required=False)
    which = Text(
        label=gettext_lazy("Which disease exactly"),
        help_text=gettext_lazy("The row is an open list: name the disease."),
        required=False,
    )
    diagnosis = Text(
        label=gettext_lazy("Diagnosis"),
        help_text=gettext_lazy("In words, with the date and the findings it rests on."),
        max_length=5000,
        rows=4,
        error_messages={"required": gettext_lazy("Write the diagnosis")},
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

    def clean(self) -> None:
        row, use = self.value("indication"), self.value("sub_criterion")
        if row is not None and row.sub_criteria.all():
            self.need("sub_criterion", _("Choose which of the uses of this row it is"))
        if use is not None and use.asks_which:
            self.need("which", _("Name the disease"))
        else:
            self.drop("which")
        if row is not None and self.complete and (problem := self.age_problem(row)):
            self.add_error("indication", problem)

    def computed(self) -> dict[str, Any]:
        """The row chosen, also where it does not hold for this patient, and why it does not."""
        return {"row": self.row, "age_problem": self.age_problem(self.row) if self.row else ""}

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
