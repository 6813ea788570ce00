"""What is known about the patient that makes an immunoglobulin dangerous. None everywhere: nobody asked."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from catalogue.dose_values import check_number


class Abo(StrEnum):
    O = "O"  # noqa: E741 - that is the name of the group
    A = "A"
    B = "B"
    AB = "AB"


class AntiIga(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_TESTED = "not_tested"


class Reactions(StrEnum):
    """How earlier immunoglobulin was borne."""

    NONE = "none"
    YES = "yes"
    NEVER_GIVEN = "never_given"


class ThrombosisRisk(StrEnum):
    PREVIOUS_THROMBOSIS = "previous_thrombosis"
    ATRIAL_FIBRILLATION = "atrial_fibrillation"
    CORONARY_DISEASE = "coronary_disease"
    THROMBOPHILIA = "thrombophilia"
    OESTROGENS = "oestrogens"
    IMMOBILITY = "immobility"
    HYPERVISCOSITY = "hyperviscosity"
    CENTRAL_LINE = "central_line"
    AGE_OVER_65 = "age_over_65"


class RenalRisk(StrEnum):
    CKD = "ckd"
    DIABETES = "diabetes"
    NEPHROTOXIC_DRUGS = "nephrotoxic_drugs"
    DEHYDRATION = "dehydration"
    SEPSIS = "sepsis"
    PARAPROTEINAEMIA = "paraproteinaemia"


@dataclass(frozen=True, slots=True)
class Risks:
    """Answers about risks. Serum IgA in g/L (`iga_measured` False: not done), eGFR in mL/min/1.73 m²."""

    iga_measured: bool | None = None
    iga_g_l: Decimal | None = None
    anti_iga: AntiIga | None = None
    egfr: Decimal | None = None
    thrombosis: tuple[ThrombosisRisk, ...] = ()
    renal: tuple[RenalRisk, ...] = ()
    reactions: Reactions | None = None
    fructose_intolerance: bool | None = None

    def check(self) -> None:
        """Raise DoseError for figures no patient has."""
        if self.iga_g_l is not None:
            check_number("iga_g_l", self.iga_g_l, "0", "100", "0.0001")
        if self.egfr is not None:
            check_number("egfr", self.egfr, "0", "300", "0.01")
