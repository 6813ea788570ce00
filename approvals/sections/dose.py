"""Section "weight and dose": what its answers mean, checked by the engine in `catalogue.dosing`."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.models.application import Type
from approvals.sections.dose_facts import facts_of, request_of
from approvals.sections.dose_questions import DoseQuestions
from catalogue.dose_words import error_sentence, finding_sentence
from catalogue.dosing import Dose, DoseError, DosePolicy, Finding, Sex, Stabiliser, dose
from catalogue.models import Product
from catalogue.schedules import SHORTEST_REASON
from catalogue.weights import NEWBORN_DAYS

# How old a weight may be at submission, by age (design/domain.md §3.2).
WEIGHT_DAYS, WEIGHT_DAYS_INFANT, WEIGHT_DAYS_NEWBORN = 30, 7, 1
FULL_AGE = 18
# Between these ages pregnancy is asked about.
MAY_BE_PREGNANT = range(10, 61)
LONGEST_AHEAD = timedelta(days=366)

# The field to which a blocking finding of the engine belongs; "" is the whole section.
FIELD_OF_FINDING = {
    "ceiling_exceeded": "g_per_kg",
    "period_too_long": "cycles",
    "override_without_reason": "override_reason",
    "sorbitol_fructose": "product",
    "iga_antibodies": "",
}


class DoseForm(DoseQuestions):
    slug = "dose"
    title = gettext_lazy("Weight and dose")
    conditional = (
        *("pregnancy_week", "abo", "override_kg", "override_reason", "interval", "interval_unit"),
        *("deviation_reason", "ceiling_reason", "plasma_exchange", "plasma_exchange_on"),
    )

    short = (
        *("weight_kg", "weighed_on", "height_cm", "g_per_kg", "days"),
        *("cycles", "interval", "interval_unit", "planned_start"),
    )

    def build(self) -> None:
        age = self.sheet.age
        is_grown = age is None or age >= FULL_AGE
        self.fields["height_cm"].required = is_grown and not self.sheet.is_short
        if self.sheet.sex == Sex.MALE or (age is not None and age not in MAY_BE_PREGNANT):
            del self.fields["pregnant"], self.fields["pregnancy_week"]
        # As typed: binding that section would ask the database for earlier applications at every keystroke.
        if self.sheet.shown("kind").get("type") in (None, "", Type.FIRST.value):
            del self.fields["carry_over_g"]
        any_product = self.fields["product"].choices[0]  # type: ignore[attr-defined]
        offered = [(one.code, one.name) for one in self.products.values()]
        self.fields["product"].choices = [any_product, *offered]  # type: ignore[attr-defined]
        if self.chosen is None or self.chosen.stabiliser != Stabiliser.SORBITOL:
            del self.fields["fructose_intolerance"]

    @cached_property
    def products(self) -> dict[str, Product]:
        """What the pharmacy has; once sent also the product that was sent, whatever became of it."""
        sent = Q(code=self.initial.get("product", "")) if self.sheet.is_sent else Q()
        return {one.code: one for one in Product.objects.filter(Q(is_active=True) | sent)}

    @property
    def chosen(self) -> Product | None:
        return self.products.get(str(self.data.get("product", "")))

    # The cycles for which the page shows the question about the interval.
    several = "|".join(map(str, range(2, 25)))

    @property
    def is_weight_overridden(self) -> bool:
        """Whether the page opens that question by itself."""
        return bool(self["override_kg"].data or self["override_kg"].errors or self["override_reason"].errors)

    @property
    def is_above_ceiling(self) -> bool:
        is_above = self.dose is not None and self.dose.needs_ceiling_override
        return is_above or bool(self["ceiling_reason"].data)

    def computed(self) -> dict[str, Any]:
        return {"dose": self.dose, "problem": self.problem}

    def clean_weighed_on(self) -> date | None:
        weighed_on: date | None = self.cleaned_data["weighed_on"]
        if weighed_on is None:
            return None
        if weighed_on > self.sheet.today:
            raise ValidationError(_("The date of the weight is in the future."), code="future")
        if self.sheet.born_on and weighed_on < self.sheet.born_on:
            raise ValidationError(_("The date of the weight is before the birth."), code="before_birth")
        longest = self.longest_weight_days()
        if self.complete and (self.sheet.as_of - weighed_on).days > longest:
            raise ValidationError(
                ngettext(
                    "The weight is too old: at this age it may be %(days)d day old at most. Weigh again.",
                    "The weight is too old: at this age it may be %(days)d days old at most. Weigh again.",
                    longest,
                )
                % {"days": longest},
                code="too_old",
            )
        return weighed_on

    def longest_weight_days(self) -> int:
        days = self.sheet.age_days
        if days is not None and days < NEWBORN_DAYS:
            return WEIGHT_DAYS_NEWBORN
        return WEIGHT_DAYS_INFANT if self.sheet.age == 0 else WEIGHT_DAYS

    def clean_planned_start(self) -> date | None:
        start: date | None = self.cleaned_data["planned_start"]
        if start is not None and self.complete and start < self.sheet.as_of:
            raise ValidationError(_("The planned start is in the past."), code="past")
        if start is not None and start > self.sheet.today + LONGEST_AHEAD:
            raise ValidationError(_("The planned start is more than a year away: check it."), code="far")
        return start

    def clean(self) -> None:
        self.need_indication()
        self._check_answers_together()
        self.dose: Dose | None = None
        self.problem = ""
        try:
            self.dose = self.compute()
        except DoseError as error:
            self.problem = error_sentence(error)
            self.add_error(error.field if error.field in self.fields else "weight_kg", self.problem)
        if self.dose is not None:
            self._check_dose(self.dose)
        elif self.complete and not self.errors:
            self.add_error(None, _("Fill in the patient first: the dose depends on age and sex."))

    def _check_answers_together(self) -> None:
        """Questions that depend on an answer beside them."""
        if self.value("pregnant"):
            self.need("pregnancy_week", _("Enter the week of pregnancy"))
        else:
            self.drop("pregnancy_week")
        if (self.value("cycles") or 1) > 1:
            self.need("interval", _("Say after how long the next cycle begins"))
        else:
            self.drop("interval", "interval_unit")
        if self.value("interval") is not None and not self.value("interval_unit"):
            self.cleaned_data["interval_unit"] = "weeks"
        if self.value("plasma_exchange"):
            self.need("plasma_exchange_on", _("Enter the dates of the plasma exchange"))
        else:
            self.drop("plasma_exchange_on")
        if self.value("override_kg") is None and "override_kg" not in self.errors:
            self.drop("override_reason")

    def _check_dose(self, dose: Dose) -> None:
        codes = {finding.code for finding in dose.findings}
        if "haemolysis_risk" in codes:
            self.need("abo", _("Enter the blood group: the dose is at least 1,5 g/kg per cycle"))
        if not dose.needs_ceiling_override:
            self.drop("ceiling_reason")
        elif self.complete and self.value("ceiling_reason") and "ceiling_override_asked" not in codes:
            self.add_error("ceiling_reason", _too_short())
        if self.complete:
            for finding in dose.blocking:
                field = FIELD_OF_FINDING.get(finding.code, "g_per_kg")
                self.add_error(field or None, finding_sentence(finding))
        self._check_deviations(dose.deviations)

    def _check_deviations(self, deviations: tuple[Finding, ...]) -> None:
        if deviations:
            self.need(
                "deviation_reason",
                _("Explain why: %(deviation)s") % {"deviation": finding_sentence(deviations[0])},
            )
        else:
            self.drop("deviation_reason")

    def compute(self) -> Dose | None:
        """The dose as far as the answers allow one; raises DoseError for figures that do not go together."""
        row, facts = self.sheet.indication, facts_of(self)
        product = None if self.chosen is None else self.chosen.value(on=self.sheet.as_of)
        asked = request_of(self, product)
        if row is None or facts is None or asked is None:
            return None
        return dose(row.schedule(), facts, asked, DosePolicy.of_the_hospital(settings.DOSE_POLICY))


def _too_short() -> str:
    return _("Give a reason of at least %(least)d characters.") % {"least": SHORTEST_REASON}
