"""Section 3: the patient's weight and the dose asked for, checked by the engine in `catalogue.dosing`."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.sections.base import SectionForm
from approvals.sections.fields import Day, Number, Text, Whole, YesNo
from catalogue.dose_words import error_sentence, finding_sentence
from catalogue.dosing import Dose, DoseError, Finding, PatientFacts, Request, Sex, dose
from catalogue.weights import NEWBORN_DAYS

# How old a weight may be at submission, by age (design/domain.md §3.2).
WEIGHT_DAYS, WEIGHT_DAYS_INFANT, WEIGHT_DAYS_NEWBORN = 30, 7, 1
FULL_AGE = 18
# Between these ages pregnancy is asked about.
MAY_BE_PREGNANT = range(10, 61)
LONGEST_AHEAD = timedelta(days=366)

# The field to which a blocking finding of the engine belongs.
FIELD_OF_FINDING = {"ceiling_exceeded": "g_per_kg", "period_too_long": "cycles"}


class DoseForm(SectionForm):
    slug = "dose"
    title = gettext_lazy("Weight and dose")
    conditional = ("pregnant", "deviation_reason")

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

    def build(self) -> None:
        age = self.sheet.age
        self.fields["height_cm"].required = age is None or age >= FULL_AGE
        if self.sheet.sex == Sex.MALE or (age is not None and age not in MAY_BE_PREGNANT):
            del self.fields["pregnant"]

    def computed(self) -> dict[str, Dose | None]:
        return {"dose": self.dose}

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
        self.dose: Dose | None = None
        try:
            self.dose = self.compute()
        except DoseError as error:
            self.add_error(error.field if error.field in self.fields else "weight_kg", error_sentence(error))
        if self.dose is None:
            if self.complete and not self.errors:
                self.add_error(None, _("Fill in the patient first: the dose depends on age and sex."))
            return
        if self.complete:
            for finding in self.dose.blocking:
                self.add_error(FIELD_OF_FINDING.get(finding.code, "g_per_kg"), finding_sentence(finding))
        self._check_deviations(self.dose.deviations)

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
        row, sheet = self.sheet.indication, self.sheet
        needed = [self.value(name) for name in ("weight_kg", "g_per_kg", "days")]
        if row is None or sheet.born_on is None or not sheet.sex or None in needed:
            return None
        facts = PatientFacts.on(
            sheet.as_of,
            born_on=sheet.born_on,
            sex=Sex(sheet.sex),
            weight_kg=self.value("weight_kg"),
            height_cm=self.value("height_cm"),
            pregnant=bool(self.value("pregnant")),
        )
        asked = Request(self.value("g_per_kg"), self.value("days"), self.value("cycles") or 1)
        return dose(row.schedule(), facts, asked)
