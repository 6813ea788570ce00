"""Which weight a dose is computed on: the actual one, or in obesity the adjusted one."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum

from catalogue.dose_values import DoseError, check_count, check_number
from catalogue.risks import Abo, Risks

INCHES_PER_CM = Decimal("0.393701")
OBESE_FROM_BMI = 30  # WHO; the name of the trigger says it too
NEWBORN_DAYS = 28  # WHO: the newborn period is the first 28 days of life


class Sex(StrEnum):
    FEMALE = "F"
    MALE = "M"


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What the arithmetic needs to know: weight in kg to the gram, height in cm, completed years and days.

    Without `risks` nobody asked about them, and nothing is said; a blood group of None is an unknown one.
    """

    sex: Sex
    age_years: int
    weight_kg: Decimal
    height_cm: Decimal | None = None
    pregnant: bool = False
    age_days: int | None = None
    abo: Abo | None = None
    risks: Risks | None = None

    @classmethod
    def on(
        cls,
        day: date,
        *,
        born_on: date,
        sex: Sex,
        weight_kg: Decimal,
        height_cm: Decimal | None = None,
        pregnant: bool = False,
        abo: Abo | None = None,
        risks: Risks | None = None,
    ) -> "PatientFacts":
        """The facts as of `day`. Someone born on 29 February is a year older on 1 March."""
        years = day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
        return cls(sex, years, weight_kg, height_cm, pregnant, (day - born_on).days, abo, risks)

    @property
    def is_newborn(self) -> bool:
        return self.age_days is not None and self.age_days < NEWBORN_DAYS

    def check(self) -> None:
        """Raise DoseError for figures no patient has."""
        check_count("age_years", self.age_years, 0, 125)
        check_number("weight_kg", self.weight_kg, "0.3", "350", "0.001")
        if self.height_cm is not None:
            check_number("height_cm", self.height_cm, "20", "250", "0.1")
        if self.age_days is not None:
            check_count("age_days", self.age_days, 0, 46_000)
            if not -0.01 < self.age_days / 365.25 - self.age_years < 1.01:
                raise DoseError("age_inconsistent", "age_days")
        if self.risks is not None:
            self.risks.check()


class Formula(StrEnum):
    DEVINE = "devine"


class Trigger(StrEnum):
    BMI_GE_30 = "bmi_ge_30"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class WeightPolicy:
    """The hospital's rule for the dosing weight, as data. Actual in pregnancy and below the two limits."""

    formula: Formula = Formula.DEVINE
    factor: Decimal = Decimal("0.4")
    trigger: Trigger = Trigger.BMI_GE_30
    min_age_years: int = 18
    min_height_cm: Decimal = Decimal("152")


class WeightReason(StrEnum):
    """Why this weight: the first that applies, in this order."""

    OVERRIDDEN = "overridden"
    UNDER_AGE = "under_age"
    PREGNANT = "pregnant"
    HEIGHT_MISSING = "height_missing"
    UNDER_HEIGHT = "under_height"
    BMI_BELOW = "bmi_below"
    ACTUAL_NOT_ABOVE = "actual_not_above"
    ADJUSTED_BY_BMI = "adjusted_by_bmi"
    ADJUSTED_ALWAYS = "adjusted_always"


@dataclass(frozen=True, slots=True)
class DosingWeight:
    """The weight used (kg) and why, with those it was chosen among; None where the formula does not apply.

    Where a person overrode it, `policy_kg` and `policy_reason` are what the policy would have used.
    """

    kg: Decimal
    reason: WeightReason
    actual: Decimal
    ideal: Decimal | None
    adjusted: Decimal | None
    bmi: Decimal | None
    policy_kg: Decimal | None = None
    policy_reason: WeightReason | None = None

    @property
    def is_adjusted(self) -> bool:
        return self.reason in (WeightReason.ADJUSTED_BY_BMI, WeightReason.ADJUSTED_ALWAYS)


def dosing_weight(
    facts: PatientFacts, policy: WeightPolicy, override_kg: Decimal | None = None
) -> DosingWeight:
    """Choose the dosing weight. Ideal weight: Devine 1974; adjusted = ideal + factor × (actual − ideal).

    Computed weights are rounded to 10 g *before* they are used, so that whoever multiplies the printed weight
    by hand finds the printed dose. The BMI is compared unrounded: 29.999 is below 30. Raises DoseError for an
    override above the actual weight, or below the ideal one (half the actual one where none is known).
    """
    ideal = _ideal(facts, policy)
    adjusted = None if ideal is None else _hundredths(ideal + policy.factor * (facts.weight_kg - ideal))
    reason = _reason(facts, policy, adjusted)
    used = facts.weight_kg
    if adjusted is not None and reason in (WeightReason.ADJUSTED_BY_BMI, WeightReason.ADJUSTED_ALWAYS):
        used = adjusted
    weight = DosingWeight(
        kg=used,
        reason=reason,
        actual=facts.weight_kg,
        ideal=None if ideal is None else _hundredths(ideal),
        adjusted=adjusted,
        bmi=_bmi(facts),
    )
    return weight if override_kg is None else _overridden(weight, override_kg)


def _overridden(weight: DosingWeight, kg: Decimal) -> DosingWeight:
    """Oedema, a plaster, a lost limb: a person may know better, but not that somebody weighs more."""
    lowest = weight.ideal
    if lowest is None or lowest >= weight.actual:
        lowest = (weight.actual / 2).quantize(Decimal("0.001"), ROUND_CEILING)
    if not kg.is_finite() or not lowest <= kg <= weight.actual:
        raise DoseError("out_of_range", "override_kg", least=lowest, most=weight.actual)
    check_number("override_kg", kg, "0.15", "350", "0.001")
    return replace(
        weight, kg=kg, reason=WeightReason.OVERRIDDEN, policy_kg=weight.kg, policy_reason=weight.reason
    )


def _ideal(facts: PatientFacts, policy: WeightPolicy) -> Decimal | None:
    if facts.age_years < policy.min_age_years:
        return None
    if facts.height_cm is None or facts.height_cm < policy.min_height_cm:
        return None
    base = Decimal("50") if facts.sex is Sex.MALE else Decimal("45.5")
    return base + Decimal("2.3") * (facts.height_cm * INCHES_PER_CM - 60)


def _bmi(facts: PatientFacts) -> Decimal | None:
    """To 0.01, but nobody just below the threshold is shown at it: the page would contradict itself."""
    if facts.height_cm is None:
        return None
    exact = facts.weight_kg * 10_000 / facts.height_cm**2
    return Decimal("29.99") if Decimal("29.99") < exact < OBESE_FROM_BMI else _hundredths(exact)


def _reason(facts: PatientFacts, policy: WeightPolicy, adjusted: Decimal | None) -> WeightReason:
    if facts.age_years < policy.min_age_years:
        return WeightReason.UNDER_AGE
    if facts.pregnant:
        return WeightReason.PREGNANT
    if facts.height_cm is None:
        return WeightReason.HEIGHT_MISSING
    if adjusted is None:
        return WeightReason.UNDER_HEIGHT
    obese = facts.weight_kg * 10_000 >= OBESE_FROM_BMI * facts.height_cm**2
    if policy.trigger is Trigger.BMI_GE_30 and not obese:
        return WeightReason.BMI_BELOW
    if adjusted >= facts.weight_kg:
        return WeightReason.ACTUAL_NOT_ABOVE
    return WeightReason.ADJUSTED_BY_BMI if obese else WeightReason.ADJUSTED_ALWAYS


def _hundredths(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)
