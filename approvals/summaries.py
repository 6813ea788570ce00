"""A content (see `snapshots.py`) in words: section by section, label by label, as every page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from approvals.sections import SECTIONS
from approvals.sections.consent import Conflict, Consent
from approvals.sections.therapies import Criterion, Outcome
from catalogue.dose_words import (
    day_plan_words,
    finding_sentence,
    grams,
    kilograms,
    number,
    reading_words,
    vials_words,
    weight_sentence,
)
from catalogue.dosing import Dose
from patients.models import Sex

Content = dict[str, Any]
Label = str | Promise


@dataclass(frozen=True)
class Row:
    """One answer: its key in the form, its label, its value in words ("" where there is none)."""

    key: str
    label: Label
    value: str


@dataclass(frozen=True)
class Part:
    """One section, with its answers."""

    slug: str
    title: Label
    rows: list[Row]


def parts(content: Content) -> list[Part]:
    """The whole content, in the order of the form. Answers that were not asked for are left out."""
    made = {
        "patient": _patient,
        "indication": _indication,
        "dose": _treatment,
        "therapies": _therapies,
        "justification": _justification,
        "outcome": _outcome,
        "consent": _consent,
    }
    return [Part(slug, section.title, list(made[slug](content))) for slug, section in SECTIONS.items()]


def name_of(thing: Content | None) -> str:
    """The name of a frozen row, use or therapy in the reader's language."""
    if not thing:
        return ""
    return str(thing.get("name_en" if get_language() == "en" else "name") or thing.get("name") or "")


def day_of(text: str | None) -> str:
    """A stored date in words, for example 5 March 2026."""
    return date_format(date.fromisoformat(text), "DATE_FORMAT") if text else ""


def figure(text: str | None, unit: str = "") -> str:
    """A stored decimal with the reader's comma and its unit."""
    return f"{number(Decimal(text), 3)} {unit}".strip() if text else ""


def _label(slug: str, name: str) -> Label:
    return SECTIONS[slug].form.base_fields[name].label or ""


def _yes_no(value: bool | None) -> str:
    return "" if value is None else _("Yes") if value else _("No")


def _texts(content: Content, slug: str, *names: str) -> Iterator[Row]:
    """Answers that are shown as they are, where there are any."""
    for name in names:
        if content[slug].get(name):
            yield Row(name, _label(slug, name), str(content[slug][name]))


def _patient(content: Content) -> Iterator[Row]:
    patient = content["patient"]
    code = patient["tax_code"] or ""
    yield Row("tax_code", _label("patient", "tax_code"), code)
    yield Row("surname", _label("patient", "surname"), patient["surname"] or "")
    yield Row("name", _label("patient", "name"), patient["name"] or "")
    born = day_of(patient["born_on"])
    if patient["age"]:
        born += " (" + ngettext("%(n)d year", "%(n)d years", patient["age"]) % {"n": patient["age"]} + ")"
    yield Row("born_on", _label("patient", "born_on"), born)
    yield Row("sex", _label("patient", "sex"), str(Sex(patient["sex"]).label) if patient["sex"] else "")
    yield from _texts(content, "patient", "mismatch_reason")


def _indication(content: Content) -> Iterator[Row]:
    indication = content["indication"]
    chosen = f"{name_of(indication)} ({indication['code']})" if indication["code"] else ""
    yield Row("indication", _label("indication", "indication"), chosen)
    if indication["sub_criterion"]:
        yield Row(
            "sub_criterion", _label("indication", "sub_criterion"), name_of(indication["sub_criterion"])
        )
    yield from _texts(content, "indication", "which")
    yield Row("diagnosis", _label("indication", "diagnosis"), indication["diagnosis"] or "")
    yield Row("is_urgent", _label("indication", "is_urgent"), _yes_no(indication["is_urgent"]))
    yield from _texts(content, "indication", "urgency_reason")


def _treatment(content: Content) -> Iterator[Row]:
    asked = content["treatment"]
    yield Row("weight_kg", _label("dose", "weight_kg"), figure(asked["weight_kg"], "kg"))
    yield Row("weighed_on", _label("dose", "weighed_on"), day_of(asked["weighed_on"]))
    yield Row("height_cm", _label("dose", "height_cm"), figure(asked["height_cm"], "cm"))
    if asked["pregnant"] is not None:
        yield Row("pregnant", _label("dose", "pregnant"), _yes_no(asked["pregnant"]))
    yield Row("g_per_kg", _label("dose", "g_per_kg"), figure(asked["g_per_kg"], "g/kg"))
    for name in ("days", "cycles"):
        yield Row(name, _label("dose", name), "" if asked[name] is None else str(asked[name]))
    if content["dose"]:
        yield from _computed(Dose.from_dict(content["dose"]))
    yield Row("planned_start", _label("dose", "planned_start"), day_of(asked["planned_start"]))
    if asked["deviation_reason"]:
        yield Row("deviation_reason", _label("dose", "deviation_reason"), asked["deviation_reason"])


def _computed(dose: Dose) -> Iterator[Row]:
    weight = f"{kilograms(dose.weight.kg)}. {weight_sentence(dose)}"
    yield Row("dosing_weight", _("Weight used in the calculation"), weight)
    plan = f"{grams(dose.cycle_g)} ({day_plan_words(dose.infusions)})"
    yield Row("cycle_g", _("Computed dose per cycle"), plan)
    if dose.vials:
        yield Row("vials", _("Vials per cycle"), vials_words(dose.vials))
    yield Row("course_g", _("Whole course"), grams(dose.course_g))
    if dose.other:
        reading = _("If g/kg were %(reading)s") % {"reading": reading_words(dose.other.reading)}
        yield Row("other_reading", reading, grams(dose.other.cycle_g))
    if dose.findings:
        yield Row("findings", _("Remarks on the dose"), "\n".join(map(finding_sentence, dose.findings)))


def _therapies(content: Content) -> Iterator[Row]:
    words: dict[str, Label] = {**dict(Outcome.choices), **dict(Criterion.choices)}
    for therapy in content["therapies"]:
        answer = str(words.get(therapy["outcome"], ""))
        value = f"{answer}: {therapy['details']}" if therapy["details"] else answer
        if value or therapy["role"] != "investigational":
            yield Row(f"outcome_{therapy['code']}", name_of(therapy), value)


def _justification(content: Content) -> Iterator[Row]:
    given = content["justification"]
    yield Row("no_alternative", _label("justification", "no_alternative"), given["no_alternative"])
    if given["references"]:
        yield Row("references", _label("justification", "references"), "\n".join(given["references"]))
    yield from _texts(content, "justification", "own_literature")


def _outcome(content: Content) -> Iterator[Row]:
    plan = content["outcome"]
    unit = plan["unit"] or ""
    yield Row("measure", _label("outcome", "measure"), plan["measure"] or "")
    yield Row("baseline", _label("outcome", "baseline"), figure(plan["baseline"], unit))
    yield Row("target", _label("outcome", "target"), figure(plan["target"], unit))
    yield Row("stopping_rule", _label("outcome", "stopping_rule"), plan["stopping_rule"] or "")


def _consent(content: Content) -> Iterator[Row]:
    given = content["consent"]
    for name in ("off_label_consent", "plasma_consent"):
        yield Row(name, _label("consent", name), str(Consent(given[name]).label) if given[name] else "")
    yield Row("consent_on", _label("consent", "consent_on"), day_of(given["consent_on"]))
    yield from _texts(content, "consent", "guardian")
    conflict = given["conflict_of_interest"]
    yield Row(
        "conflict_of_interest",
        _label("consent", "conflict_of_interest"),
        str(Conflict(conflict).label) if conflict else "",
    )
    yield from _texts(content, "consent", "conflict_details")
    yield Row("responsibility", _("Direct responsibility"), _yes_no(given["responsibility"]))
