"""The dose in words, for screen and letter: the sentences of its codes, numbers with a decimal comma."""

from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue.dosing import (
    Dose,
    DoseError,
    Family,
    Finding,
    Infusion,
    Reading,
    Schedule,
    Vials,
    WeightReason,
)

FINDINGS = {
    "ceiling_exceeded": gettext_lazy(
        "The request is %(asked)s g/kg per cycle: above the limit of %(ceiling)s g/kg."
    ),
    "ceiling_reached": gettext_lazy(
        "%(ceiling)s g/kg per cycle is the highest dose: watch for aseptic meningitis "
        "(headache, stiff neck) in the following 48 hours."
    ),
    "cap_applied": gettext_lazy("Cap applied: %(asked)s → %(cap)s g per cycle."),
    "period_too_long": gettext_lazy(
        "The cycles asked for cover %(months)s months: one authorisation lasts %(longest)s at most."
    ),
    "no_schema": gettext_lazy(
        "Not routinely indicated: the table gives no dose, this one is the prescriber's proposal."
    ),
    "row_dose_below": gettext_lazy("%(asked)s g/kg is below the schedule (at least %(least)s g/kg)."),
    "row_dose_above": gettext_lazy("%(asked)s g/kg is above the schedule (at most %(most)s g/kg)."),
    "row_days_below": gettext_lazy("Infusion days: %(asked)s, fewer than the schedule (at least %(least)s)."),
    "row_days_above": gettext_lazy("Infusion days: %(asked)s, more than the schedule (at most %(most)s)."),
    "row_cycles_above": gettext_lazy("Cycles: %(asked)s, more than the schedule (at most %(most)s)."),
    "reading_doubtful": gettext_lazy(
        "The table does not say whether the g/kg are per day or per cycle, and in this row the doubt "
        "is real: compare the two readings."
    ),
    "height_missing": gettext_lazy(
        "Without the height the ideal weight cannot be computed: the actual weight is used."
    ),
    "weight_adjusted": gettext_lazy("Compared with the actual weight, %(saved)s g per cycle are saved."),
    "exact_for_newborn": gettext_lazy("Newborn: exact dose, not rounded to whole vials."),
    "exact_for_small": gettext_lazy("Weight below %(limit)s kg: exact dose, not rounded to whole vials."),
    "rounding_rejected": gettext_lazy(
        "No plan in whole vials stays within %(tolerance)s%% of the dose: exact dose, not rounded."
    ),
    "haemolysis_risk": gettext_lazy(
        "From %(threshold)s g/kg per cycle, patients of blood group A, B or AB are at risk of haemolysis: "
        "check the blood count on day 7."
    ),
}

WEIGHTS = {
    WeightReason.UNDER_AGE: gettext_lazy("Actual weight: not adjusted below %(age)s years."),
    WeightReason.PREGNANT: gettext_lazy("Actual weight: not adjusted in pregnancy."),
    WeightReason.HEIGHT_MISSING: gettext_lazy("Actual weight: the height is missing."),
    WeightReason.UNDER_HEIGHT: gettext_lazy("Actual weight: not adjusted below %(height)s cm."),
    WeightReason.BMI_BELOW: gettext_lazy("Actual weight: BMI %(bmi)s, below 30."),
    WeightReason.ACTUAL_NOT_ABOVE: gettext_lazy(
        "Actual weight: not above the adjusted one (%(adjusted)s kg)."
    ),
    WeightReason.ADJUSTED_BY_BMI: gettext_lazy("Adjusted weight: BMI %(bmi)s, ideal weight %(ideal)s kg."),
    WeightReason.ADJUSTED_ALWAYS: gettext_lazy("Adjusted weight: ideal weight %(ideal)s kg."),
}

ERRORS = {
    ("out_of_range", "weight_kg"): gettext_lazy("The weight must be between %(least)s and %(most)s kg."),
    ("too_precise", "weight_kg"): gettext_lazy("Give the weight in kg with three decimals at most."),
    ("out_of_range", "height_cm"): gettext_lazy("The height must be between %(least)s and %(most)s cm."),
    ("too_precise", "height_cm"): gettext_lazy("Give the height in cm with one decimal at most."),
    ("out_of_range", "age_years"): gettext_lazy("The age must be between %(least)s and %(most)s years."),
    ("out_of_range", "age_days"): gettext_lazy("The birth date must be in the past."),
    ("age_inconsistent", "age_days"): gettext_lazy("The age in days contradicts the age in years."),
    ("out_of_range", "g_per_kg"): gettext_lazy("The dose must be between %(least)s and %(most)s g/kg."),
    ("cycle_out_of_range", "g_per_kg"): gettext_lazy(
        "More than %(most)s g/kg per cycle: check the dose and the infusion days."
    ),
    ("too_precise", "g_per_kg"): gettext_lazy("Give the dose in g/kg with three decimals at most."),
    ("out_of_range", "days"): gettext_lazy("The infusion days must be between %(least)s and %(most)s."),
    ("out_of_range", "cycles"): gettext_lazy("The cycles must be between %(least)s and %(most)s."),
    ("unknown_engine", "engine"): gettext_lazy(
        "This dose was stored by a version the program does not know."
    ),
}


def number(value: Decimal, places: int | None = None) -> str:
    """A figure with the reader's decimal mark, no trailing zeros; default: 0.1 from ten up, else 0.001."""
    if places is None:
        places = 1 if abs(value) >= 10 else 3
    text = format(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", str(get_format("DECIMAL_SEPARATOR")))


def grams(value: Decimal) -> str:
    """Grams to 0.1, below ten to 0.01: "154,6 g", "1,45 g"."""
    return f"{number(value, 1 if abs(value) >= 10 else 2)} g"


def kilograms(value: Decimal) -> str:
    """Kilograms to 10 g, below ten to the gram: "77,38 kg", "3,215 kg"."""
    return f"{number(value, 2 if value >= 10 else 3)} kg"


def signed_percent(value: Decimal) -> str:
    """ "+0,1%", "−3,1%" with a true minus, "0%"."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value), 1)}%"


def finding_sentence(finding: Finding) -> str:
    """What a finding says to a clinician."""
    return str(FINDINGS[finding.code]) % _shown(finding.params)


def error_sentence(error: DoseError) -> str:
    """What a refusal says beside the field it names."""
    sentence = ERRORS.get((error.code, error.field))
    if sentence is None:
        return _("The schedule of this catalogue row is not usable: report it.")
    return str(sentence) % _shown(error.params)


def weight_sentence(dose: Dose) -> str:
    """Which weight was used and why."""
    weight, policy = dose.weight, dose.policy.weight
    known = {"bmi": weight.bmi, "ideal": weight.ideal, "adjusted": weight.adjusted}
    shown = {name: number(value, 2) for name, value in known.items() if value is not None}
    limits = {"age": policy.min_age_years, "height": number(policy.min_height_cm)}
    return str(WEIGHTS[weight.reason]) % {**limits, **shown}


def vials_words(vials: Iterable[Vials]) -> str:
    """ "7 × 20 g + 1 × 10 g"."""
    return " + ".join(f"{each.count} × {number(each.size_g)} g" for each in vials)


def day_plan_words(infusions: Iterable[Infusion]) -> str:
    """ "4 × 30 g + 1 × 35 g": days × grams, in the order they are given."""
    days = Counter(infusion.grams for infusion in infusions)
    return " + ".join(f"{count} × {grams(amount)}" for amount, count in days.items())


def reading_words(reading: Reading) -> str:
    return _("per day") if reading is Reading.PER_DAY else _("per cycle")


def schedule_words(schedule: Schedule) -> str:
    """A row's schedule in one line: dose, days or cap, cycles, cadence."""
    if schedule.family is Family.NONE:
        return _("no schedule: not routinely indicated")
    dose = _("%(range)s g/kg") % {"range": _range(schedule.dose_min, schedule.dose_max)}
    if schedule.family is Family.SINGLE:
        parts = [dose, _("single dose")]
    else:
        parts = [f"{dose} {reading_words(schedule.per)}"]
    if schedule.days_min is not None and schedule.family is not Family.SINGLE:
        parts.append(_("%(range)s days") % {"range": _range(schedule.days_min, schedule.days_max)})
    if schedule.cap_g is not None:
        parts.append(_("at most %(grams)s per cycle") % {"grams": grams(schedule.cap_g)})
    return ", ".join([*parts, *_repetition(schedule)])


def _repetition(schedule: Schedule) -> Iterable[str]:
    if schedule.cadence_months is not None:
        yield ngettext("every month", "every %(months)s months", schedule.cadence_months) % {
            "months": schedule.cadence_months
        }
    if schedule.cycles is not None and schedule.family is not Family.SINGLE:
        yield ngettext("%(cycles)s cycle", "%(cycles)s cycles", schedule.cycles) % {"cycles": schedule.cycles}
    if schedule.repeatable:
        yield _("repeatable")


def _range(least: Decimal | int | None, most: Decimal | int | None) -> str:
    ends = [number(Decimal(end)) for end in (least, most) if end is not None]
    return "–".join(dict.fromkeys(ends))


def _shown(params: dict[str, Decimal]) -> dict[str, str]:
    return {name: number(value) for name, value in params.items()}
