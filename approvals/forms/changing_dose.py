"""Another dose for the open period; a treatment that starts again."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from approvals.forms.base import ActForm, words
from approvals.forms.redosing import DOSE, asked, dose_fields, in_force, pregnancy, weight
from approvals.models import FollowUp
from approvals.redosing import Body
from catalogue.doses import Dose
from catalogue.fields import Choice

LEAST = gettext_lazy("At least 20 characters. No need to name the patient.")


class RestartForm(ActForm):
    weight_kg = weight(help_text=gettext_lazy("Empty: the last one, if it is not too old."))
    reason = words(gettext_lazy("Why it starts again"), rows=3, help_text=LEAST)
    optional = ("weight_kg",)

    def build(self) -> None:
        dose = self.application.snapshot.dose
        self.fields |= pregnancy(dose)
        self.initial.update({"pregnant": in_force(dose)["pregnant"]})
        self.order_fields(["weight_kg", "pregnant", "reason"])

    def content(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        return {
            "version": told["version"],
            "body": Body(told["weight_kg"], told.get("pregnant")),
            "reason": told["reason"],
        }


class ChangeDoseForm(RestartForm):
    weight_kg = weight(help_text=gettext_lazy("If weighed again; empty: as it was."))
    reason = words(gettext_lazy("Why the dose changes"), rows=3, help_text=LEAST)

    def build(self) -> None:
        super().build()
        period = self.application.authorisations.live().first()
        dose = Dose.from_dict(period.dose) if period else self.application.snapshot.dose
        self.fields |= dose_fields()
        self.initial.update(in_force(dose, period.cycles if period else None))
        self.order_fields([*DOSE, "weight_kg", "pregnant", "reason"])

    def content(self) -> dict[str, Any]:
        return super().content() | {"dose": asked(self.cleaned_data)}


class FollowUpForm(ActForm):
    course = Choice(FollowUp.Course.choices, label=gettext_lazy("How the patient is"), required=False)
    treatment = Choice(
        FollowUp.Treatment.choices, label=gettext_lazy("Treatment in the meantime"), required=False
    )
    text = words(gettext_lazy("Note"), rows=3)
    optional = ("text",)

    def content(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
