"""Section 2: who it is about, and what makes immunoglobulin dangerous for this person."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.forms import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.sections.base import SectionForm
from approvals.sections.risks import RiskQuestions
from catalogue.fields import Choice, ClockTime, Day, Text, Tick, day_words
from catalogue.weights import NEWBORN_DAYS
from patients.models import Sex
from patients.tax_code import TaxCode, TaxCodeError, read

# Italian registry offices issue the code with the birth certificate: two months cover every delay (rule).
DAYS_WITHOUT_TAX_CODE = 60
OLDEST_YEARS = 125


class Identity(SectionForm):
    """Half a section: `PatientForm` is the whole."""

    conditional: tuple[str, ...] = ("tax_code", "no_tax_code", "mismatch_reason", "birth_time")

    tax_code = Text(
        label=gettext_lazy("Tax code"),
        help_text=gettext_lazy("As on the health card; also a temporary STP or ENI code."),
        max_length=40,
        size=20,
        required=False,
    )
    no_tax_code = Tick(label=gettext_lazy("Newborn who has no tax code yet"), required=False)
    surname = Text(
        label=gettext_lazy("Surname"),
        max_length=100,
        error_messages={"required": gettext_lazy("Enter the patient's surname")},
    )
    name = Text(
        label=gettext_lazy("Name"),
        max_length=100,
        error_messages={"required": gettext_lazy("Enter the patient's name")},
    )
    born_on = Day(
        label=gettext_lazy("Date of birth"),
        error_messages={"required": gettext_lazy("Enter the date of birth")},
    )
    birth_time = ClockTime(
        label=gettext_lazy("Time of birth"),
        help_text=gettext_lazy("Newborns only, for example 8:05."),
        required=False,
    )
    sex = Choice(
        Sex.choices,
        label=gettext_lazy("Sex"),
        inline=True,
        error_messages={"required": gettext_lazy("Choose the sex")},
    )
    mismatch_reason = Text(
        label=gettext_lazy("Why the tax code does not match"),
        help_text=gettext_lazy("Only where both the code and the data of the patient are right."),
        required=False,
    )
    local_health_authority = Text(
        label=gettext_lazy("Local health authority of residence"), max_length=100, required=False
    )
    episode_number = Text(
        label=gettext_lazy("Number of the admission or episode"), max_length=40, required=False
    )

    def build(self) -> None:
        self.code: TaxCode | None = None

    def clean_tax_code(self) -> str:
        text = self.cleaned_data["tax_code"]
        if not text:
            return ""
        try:
            self.code = read(text, today=self.sheet.today)
        except TaxCodeError as error:
            raise ValidationError(str(error), code="tax_code") from error
        return self.code.text

    def clean_born_on(self) -> date | None:
        born_on: date | None = self.cleaned_data["born_on"]
        if born_on is None:
            return None
        if born_on > self.sheet.today:
            raise ValidationError(_("The date of birth is in the future."), code="future")
        if born_on.year < self.sheet.today.year - OLDEST_YEARS:
            raise ValidationError(_("Check the year: %(year)d.") % {"year": born_on.year}, code="year")
        return born_on

    def clean(self) -> None:
        self._check_missing_code()
        self._check_birth_time()
        self._check_mismatch()

    def _check_mismatch(self) -> None:
        problem = self.mismatch()
        if not problem:
            self.drop("mismatch_reason")
            del self.fields["mismatch_reason"]
        elif not self.value("mismatch_reason") and "mismatch_reason" not in self.errors:
            self.add_error("mismatch_reason", problem)

    @property
    def is_newborn(self) -> bool:
        born_on = self.value("born_on")
        return born_on is not None and (self.sheet.as_of - born_on).days < NEWBORN_DAYS

    def _check_birth_time(self) -> None:
        """Hours of life count in the first weeks; later nobody asks."""
        if self.is_newborn:
            self.need("birth_time", _("Enter the time of birth"))
        elif self.value("born_on"):
            self.drop("birth_time")

    def _check_missing_code(self) -> None:
        if "tax_code" in self.errors:
            return
        if not self.value("no_tax_code"):
            if not self.sheet.is_short:  # at night nobody looks for a health card
                self.need("tax_code", _("Enter the tax code"))
            return
        born_on = self.value("born_on")
        if self.value("tax_code"):
            self.add_error("no_tax_code", _("There is a tax code: delete it, or untick this box."))
        elif born_on and (self.sheet.as_of - born_on).days >= DAYS_WITHOUT_TAX_CODE:
            self.add_error(
                "no_tax_code",
                _("Only in the first %(days)d days of life: enter the tax code.")
                % {"days": DAYS_WITHOUT_TAX_CODE},
            )

    def mismatch(self) -> str:
        """In which way code and answers contradict each other; a person may confirm that both are right."""
        if self.code is None:
            return ""
        born_on, sex = self.value("born_on"), self.value("sex")
        if self.code.born_on and born_on and self.code.born_on != born_on:
            return _("In the tax code the date of birth is %(date)s: correct it, or say why it differs.") % {
                "date": day_words(self.code.born_on)
            }
        if self.code.sex and sex and self.code.sex != sex:
            return _("In the tax code the sex is “%(sex)s”: correct it, or say why it differs.") % {
                "sex": Sex(self.code.sex).label
            }
        return ""


class PatientForm(RiskQuestions, Identity):
    """The whole section: the fields of the identity come first."""

    slug = "patient"
    title = gettext_lazy("Patient")
    conditional = (*Identity.conditional, *RiskQuestions.conditional)
    short = (
        *("tax_code", "surname", "name", "born_on", "birth_time", "sex", "mismatch_reason"),
        *("previous_reactions", "previous_reactions_details"),
    )
    fixed_once_sent = ("tax_code", "no_tax_code", "mismatch_reason", "surname", "name", "born_on", "sex")

    def stays_as_sent(self, name: str, field: Field) -> bool:
        """The code of a newborn may arrive between the short form of an emergency and the whole one."""
        awaits_code = self.sheet.is_half_sent and not self.initial.get("tax_code")
        return super().stays_as_sent(name, field) and not (awaits_code and name == "no_tax_code")

    def clean(self) -> None:
        Identity.clean(self)
        RiskQuestions.clean(self)
