"""The dose in words, for screen and letter: the sentences of its codes, numbers with a decimal comma."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.dose_sentences import ERRORS, FINDINGS, RISKS, SOURCES, WEIGHTS
from catalogue.dosing import (
    Dose,
    DoseError,
    Family,
    Finding,
    Infusion,
    Reading,
    Schedule,
    Vials,
)

SPACE = "\u00a0"  # never broken, and in every font of the letters


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


def millilitres(value: Decimal) -> str:
    """Whole millilitres, below a hundred to 0.1: "1550 mL", "32,5 mL"."""
    return f"{number(value, 0 if value >= 100 else 1)} mL"


def euro(value: Decimal) -> str:
    """Always two decimals, thousands apart: "9 300,00 €"."""
    whole, cents = format(value.quantize(Decimal("0.01"), ROUND_HALF_UP), ",.2f").split(".")
    # Not a full stop or comma: they mean opposite things in the two languages.
    return f"{whole.replace(',', SPACE)}{get_format('DECIMAL_SEPARATOR')}{cents}{SPACE}€"


def long_day(day: date) -> str:
    """5 March 2026, in the reader's language."""
    return date_format(day, "DATE_FORMAT")


def signed_percent(value: Decimal) -> str:
    """ "+0,1%", "−3,1%" with a true minus, "0%"."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value), 1)}%"


def finding_sentence(finding: Finding) -> str:
    """What a finding says to a clinician."""
    about = ", ".join(map(_about, finding.about))
    return str(FINDINGS[finding.code]) % {**_shown(finding.params), "about": about}


def _about(word: str) -> str:
    """One answer a finding rests on: a risk, a date, a blood group."""
    if word in RISKS:
        return str(RISKS[word])
    return long_day(date.fromisoformat(word)) if "-" in word else word


def source_words(finding: Finding) -> str:
    """Whose rule a finding is."""
    return str(SOURCES[finding.source])


def sourced_sentence(finding: Finding) -> str:
    """What a finding says, and the rule it rests on."""
    shown = {"sentence": finding_sentence(finding), "source": source_words(finding)}
    return _("%(sentence)s Source: %(source)s.") % shown


def error_sentence(error: DoseError) -> str:
    """What a refusal says beside the field it names."""
    sentence = ERRORS.get((error.code, error.field))
    if sentence is None:
        return _("The schedule of this catalogue row is not usable: report it.")
    return str(sentence) % _shown(error.params)


def weight_sentence(dose: Dose) -> str:
    """Which weight was used and why; of one set by hand also what the rule would have used."""
    weight, policy = dose.weight, dose.policy.weight
    if weight.policy_kg is not None and weight.policy_reason is not None:
        ruled = replace(dose, weight=replace(weight, reason=weight.policy_reason, policy_kg=None))
        return _("Set by hand; by the rule %(kg)s. %(why)s") % {
            "kg": kilograms(weight.policy_kg),
            "why": weight_sentence(ruled),
        }
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
        return _("no schedule in the table")
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


WEIGHTS_SHOWN = ("kg", "policy")


def _shown(params: dict[str, Decimal]) -> dict[str, str]:
    return {name: number(value, 2 if name in WEIGHTS_SHOWN else None) for name, value in params.items()}
