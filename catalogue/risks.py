"""What is known about the patient that makes an immunoglobulin dangerous. None everywhere: nobody asked."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
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


def estimated_gfr(
    creatinine_mg_dl: Decimal, *, sex: str, age_years: int, height_cm: Decimal | None = None
) -> Decimal | None:
    """eGFR in mL/min/1.73 m², to 0.1: CKD-EPI 2021 (Inker) for adults, bedside Schwartz 2009 from 1 year.

    None below a year, and for a child without a height.
    """
    if age_years >= 18:
        is_woman = sex == "F"
        kappa, alpha = map(Decimal, ("0.7", "-0.241") if is_woman else ("0.9", "-0.302"))
        ratio = creatinine_mg_dl / kappa
        value = 142 * min(ratio, Decimal(1)) ** alpha * max(ratio, Decimal(1)) ** Decimal("-1.2")
        value *= Decimal("0.9938") ** age_years * (Decimal("1.012") if is_woman else 1)
    elif age_years >= 1 and height_cm is not None:
        value = Decimal("0.413") * height_cm / creatinine_mg_dl
    else:
        return None
    return min(value, Decimal(300)).quantize(Decimal("0.1"), ROUND_HALF_UP)
