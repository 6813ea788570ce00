"""Section 2, second half: what makes immunoglobulin dangerous for this patient (domain.md §3.2, §4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from approvals.sections.base import SectionForm
from catalogue.fields import Choice, Day, Number, Text, Ticks

# Below this the deficiency is selective and severe: the definition of the European Society for
# Immunodeficiencies, and the limit of most laboratories. Only there do antibodies against IgA matter.
IGA_DEFICIENCY_G_L = Decimal("0.07")
NO_RISK = "none"


class Iga(models.TextChoices):
    MEASURED = "measured", pgettext_lazy("serum IgA", "Measured")
    NOT_DONE = "not_done", pgettext_lazy("serum IgA", "Not done")


class AntiIga(models.TextChoices):
    YES = "yes", pgettext_lazy("antibodies", "Present")
    NO = "no", pgettext_lazy("antibodies", "Absent")
    NOT_TESTED = "not_tested", pgettext_lazy("antibodies", "Not tested")


class Reactions(models.TextChoices):
    NONE = "none", gettext_lazy("Given before, no reaction")
    YES = "yes", gettext_lazy("Given before, with a reaction")
    NEVER_GIVEN = "never_given", gettext_lazy("Never given")


class ThrombosisRisk(models.TextChoices):
    """Named by the warnings of the products' summaries of characteristics; age is known anyway."""

    PREVIOUS_THROMBOSIS = "previous_thrombosis", gettext_lazy("Previous arterial or venous thrombosis")
    ATRIAL_FIBRILLATION = "atrial_fibrillation", gettext_lazy("Atrial fibrillation")
    CORONARY_DISEASE = "coronary_disease", gettext_lazy("Coronary or cerebrovascular disease")
    THROMBOPHILIA = "thrombophilia", gettext_lazy("Thrombophilia, antiphospholipid antibodies")
    OESTROGENS = "oestrogens", gettext_lazy("Oestrogens, contraceptive pill")
    IMMOBILITY = "immobility", gettext_lazy("Prolonged immobility")
    HYPERVISCOSITY = "hyperviscosity", gettext_lazy("Hyperviscosity, monoclonal gammopathy")
    CENTRAL_LINE = "central_line", gettext_lazy("Central venous line")
    NONE = NO_RISK, gettext_lazy("None of these")


class RenalRisk(models.TextChoices):
    CKD = "ckd", gettext_lazy("Chronic kidney disease")
    DIABETES = "diabetes", gettext_lazy("Diabetes")
    NEPHROTOXIC_DRUGS = "nephrotoxic_drugs", gettext_lazy("Nephrotoxic drugs")
    DEHYDRATION = "dehydration", gettext_lazy("Dehydration, low circulating volume")
    SEPSIS = "sepsis", gettext_lazy("Sepsis")
    PARAPROTEINAEMIA = "paraproteinaemia", gettext_lazy("Paraproteinaemia")
    NONE = NO_RISK, gettext_lazy("None of these")


class RiskQuestions(SectionForm):
    """Reactions, IgA, kidney, thrombosis. Half a section: `PatientForm` is the whole."""

    conditional: tuple[str, ...] = (
        "previous_reactions_details",
        "iga_g_l",
        "anti_iga",
        "creatinine_mg_dl",
        "egfr",
    )

    previous_reactions = Choice(
        Reactions.choices,
        label=gettext_lazy("Immunoglobulin in the past"),
        error_messages={"required": gettext_lazy("Say how earlier immunoglobulin was tolerated")},
    )
    previous_reactions_details = Text(
        label=gettext_lazy("Which reaction"),
        help_text=gettext_lazy("Product, dose, what happened, how it was treated."),
        rows=2,
        max_length=2000,
        required=False,
    )
    iga = Choice(
        Iga.choices,
        label=gettext_lazy("Serum IgA"),
        inline=True,
        error_messages={"required": gettext_lazy("Say whether serum IgA was measured")},
    )
    iga_g_l = Number(
        label=gettext_lazy("Serum IgA, value"),
        help_text=gettext_lazy("180 mg/dL are 1.8 g/L."),
        least="0",
        most="50",
        places=3,
        unit="g/L",
        example="1,8",
        required=False,
    )
    anti_iga = Choice(
        AntiIga.choices,
        label=gettext_lazy("Antibodies against IgA"),
        help_text=gettext_lazy("Needed where serum IgA is below 0.07 g/L, and wherever they are known."),
        inline=True,
        required=False,
    )
    igg_g_l = Number(
        label=gettext_lazy("Serum IgG"),
        least="0",
        most="100",
        places=2,
        unit="g/L",
        example="9,5",
        required=False,
    )
    creatinine_mg_dl = Number(
        label=gettext_lazy("Creatinine"),
        help_text=gettext_lazy("This or eGFR: one of the two is enough."),
        least="0.05",
        most="30",
        places=2,
        unit="mg/dL",
        example="0,9",
        required=False,
    )
    egfr = Number(
        label=gettext_lazy("eGFR"),
        help_text=gettext_lazy("Where the report says >90, write 90."),
        least="1",
        most="250",
        places=1,
        unit=gettext_lazy("mL/min/1.73 m²"),
        example="85",
        required=False,
    )
    renal_on = Day(
        label=gettext_lazy("Date of the renal function"),
        error_messages={"required": gettext_lazy("Enter the date of creatinine or eGFR")},
    )
    thrombosis_risks = Ticks(
        ThrombosisRisk.choices,
        label=gettext_lazy("Risks of thrombosis"),
        error_messages={"required": gettext_lazy("Tick the risks of thrombosis, or “None of these”")},
    )
    renal_risks = Ticks(
        RenalRisk.choices,
        label=gettext_lazy("Risks for the kidney"),
        error_messages={"required": gettext_lazy("Tick the risks for the kidney, or “None of these”")},
    )
    live_vaccines = Text(
        label=gettext_lazy("Live vaccines, recent or planned"),
        help_text=gettext_lazy("Immunoglobulin weakens them: which one and when."),
        required=False,
    )
    other_drugs = Text(label=gettext_lazy("Other drugs being taken"), rows=2, max_length=2000, required=False)

    def clean_renal_on(self) -> date | None:
        measured_on: date | None = self.cleaned_data["renal_on"]
        born_on = self.value("born_on")
        if measured_on and measured_on > self.sheet.today:
            raise ValidationError(_("The date of the renal function is in the future."), code="future")
        if measured_on and born_on and measured_on < born_on:
            raise ValidationError(
                _("The date of the renal function is before the birth."), code="before_birth"
            )
        return measured_on

    def clean_thrombosis_risks(self) -> list[str]:
        return self._none_alone("thrombosis_risks")

    def clean_renal_risks(self) -> list[str]:
        return self._none_alone("renal_risks")

    def _none_alone(self, name: str) -> list[str]:
        """What was ticked, where "none" stands alone."""
        ticked: list[str] = self.cleaned_data[name]
        if NO_RISK in ticked and len(ticked) > 1:
            raise ValidationError(
                _("“None of these” excludes the others: untick it, or the others."), code="contradiction"
            )
        return ticked

    def clean(self) -> None:
        self._check_immunoglobulin()
        self._check_renal_function()

    def _check_immunoglobulin(self) -> None:
        if self.value("previous_reactions") == Reactions.YES:
            self.need("previous_reactions_details", _("Describe the reaction"))
        else:
            self.drop("previous_reactions_details")
        if self.value("iga") != Iga.MEASURED:
            self.drop("iga_g_l")
            return
        self.need("iga_g_l", _("Enter the value of serum IgA"))
        measured = self.value("iga_g_l")
        if measured is not None and measured < IGA_DEFICIENCY_G_L:
            self.need("anti_iga", _("IgA is lacking: say whether antibodies against IgA were looked for"))

    def _check_renal_function(self) -> None:
        if self.value("egfr") is None and "egfr" not in self.errors:
            self.need("creatinine_mg_dl", _("Enter creatinine or eGFR"))
