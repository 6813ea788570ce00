"""A content (see `snapshots.py`) in words: section by section, label by label, as every page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.forms import Field
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from approvals.contents import SUFFIXES, cited, measure_at, reason, works
from approvals.contents import day_of as day_of
from approvals.contents import figure as figure
from approvals.models import AttachmentKind, ContentType
from approvals.sections import SECTIONS
from approvals.sections.outcome import OutcomeForm
from approvals.sections.therapies import TRIED, Criterion, Outcome
from catalogue.dose_phrases import cost_words, interval_words, product_words, reading_sentence, supply_words
from catalogue.dose_words import (
    day_plan_words,
    grams,
    kilograms,
    millilitres,
    sourced_sentence,
    vials_words,
    weight_sentence,
)
from catalogue.dosing import Dose
from catalogue.fields import Choice, Day, Number, Tick, Ticks, Whole, YesNo

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
        "kind": _kind,
        "patient": _patient,
        "indication": _indication,
        "dose": _treatment,
        "therapies": _therapies,
        "justification": _justification,
        "outcome": _outcome,
        "consent": _consent,
    }
    sections = [Part(slug, section.title, list(made[slug](content))) for slug, section in SECTIONS.items()]
    files = [Part("attachments", _("Attachments"), list(_attachments(content)))]
    return sections + (files if content.get("attachments") else [])


def name_of(thing: Content | None) -> str:
    """The name of a frozen row, use or therapy in the reader's language."""
    if not thing:
        return ""
    return str(thing.get("name_en" if get_language() == "en" else "name") or thing.get("name") or "")


def _label(slug: str, name: str) -> Label:
    return SECTIONS[slug].form.base_fields[name].label or ""


def _yes_no(value: bool | None) -> str:
    return "" if value is None else _("Yes") if value else _("No")


def value_words(field: Field, value: Any) -> str:
    """A stored answer as a person reads it, by the kind of its question; "" where there is none."""
    match field:
        case _ if value in (None, "", []):
            return ""
        case Ticks():
            return ", ".join(_choice(field, one) for one in value)
        case YesNo() | Tick():
            return _yes_no(value)
        case Choice():
            return _choice(field, value)
        case Day():
            return day_of(value)
        case Whole():
            return str(value)
        case Number():
            return figure(value, str(field.unit))
    return str(value)


def _choice(field: Any, value: str) -> str:
    return str(dict(field.choices).get(value, value))


def answers(told: Content, slug: str, *, leave: Iterable[str] = ()) -> Iterator[Row]:
    """The answers of a section in the order of its form.

    A question that was not asked is left out, and so is one that a person may leave empty, and did.
    """
    form = SECTIONS[slug].form
    for name, field in form.base_fields.items():
        if name in leave or name not in told:
            continue
        words = value_words(field, told[name])
        if words or (field.required and name not in form.conditional):
            yield Row(name, field.label or "", words)


def _kind(content: Content) -> Iterator[Row]:
    # Until the first release the urgency stood with the indication.
    yield from answers(content.get("kind") or content["indication"], "kind")


def _patient(content: Content) -> Iterator[Row]:
    patient = content["patient"]
    for row in answers(patient, "patient", leave=["no_tax_code"]):
        if row.key == "born_on" and patient["age"]:
            years = ngettext("%(n)d year", "%(n)d years", patient["age"]) % {"n": patient["age"]}
            row = replace(row, value=f"{row.value} ({years})")
        yield row


def _indication(content: Content) -> Iterator[Row]:
    indication = content["indication"]
    chosen = f"{name_of(indication)} ({indication['code']})" if indication["code"] else ""
    yield Row("indication", _label("indication", "indication"), chosen)
    if indication["sub_criterion"]:
        use = name_of(indication["sub_criterion"])
        yield Row("sub_criterion", _label("indication", "sub_criterion"), use)
    yield from answers(indication, "indication", leave=["indication", "sub_criterion"])


def _treatment(content: Content) -> Iterator[Row]:
    told = content["treatment"]
    asked = list(answers(told, "dose", leave=["product", "interval", "interval_unit"]))
    dose = Dose.from_dict(content["dose"]) if content["dose"] else None
    computed = [] if dose is None else [*_asked(told, dose), *_computed(dose)]
    # What is computed follows the figures it comes from.
    place = next((place for place, row in enumerate(asked, 1) if row.key == "cycles"), len(asked))
    yield from [*asked[:place], *computed, *asked[place:]]


def _asked(told: Content, dose: Dose) -> Iterator[Row]:
    """Two answers that are told as the engine read them: a product by its name, an interval in one line."""
    if "product" in told:
        yield Row("product", _label("dose", "product"), product_words(dose.request.product))
    if told.get("interval"):
        yield Row("interval", _label("dose", "interval"), interval_words(dose.request))


def _computed(dose: Dose) -> Iterator[Row]:
    weight = f"{kilograms(dose.weight.kg)}. {weight_sentence(dose)}"
    yield Row("dosing_weight", _("Weight used in the calculation"), weight)
    plan = f"{grams(dose.cycle_g)} ({day_plan_words(dose.infusions)})"
    yield Row("cycle_g", _("Computed dose per cycle"), plan)
    if dose.vials:
        yield Row("vials", _("Vials per cycle"), vials_words(dose.vials))
    yield Row("course_g", _("Whole course"), grams(dose.course_g))
    supply = dose.supply
    if supply.carried_g:
        yield Row("supply", _("To supply"), supply_words(supply))
    if supply.cycle_ml is not None:
        yield Row("volume", _("Volume per cycle"), millilitres(supply.cycle_ml))
    if supply.course_cost is not None:
        yield Row("cost", _("Estimated cost"), cost_words(supply))
    if dose.other:
        yield Row("reading", _("Reading of g/kg"), reading_sentence(dose))
    if dose.findings:
        yield Row("findings", _("Remarks on the dose"), "\n".join(map(sourced_sentence, dose.findings)))


def _therapies(content: Content) -> Iterator[Row]:
    words: dict[str, Label] = {**dict(Outcome.choices), **dict(Criterion.choices)}
    for therapy in content["therapies"]:
        told = reason(therapy)
        answer = str(words.get(therapy["outcome"], ""))
        value = f"{answer}: {told}" if told else answer
        if value or therapy["role"] != "investigational":
            yield Row(f"outcome_{therapy['code']}", name_of(therapy), value)
    if "tried" in content:
        yield Row("tried", TRIED, content["tried"] or "")


def _justification(content: Content) -> Iterator[Row]:
    told = list(answers(content["justification"], "justification", leave=["own_literature", "references"]))
    literature = [
        Row("references", _label("justification", "references"), "\n".join(cited(content))),
        Row("doi_1", _("Works named by the prescriber"), "\n".join(works(content))),
    ]
    yield from [*told[:1], *(row for row in literature if row.value), *told[1:]]


def _outcome(content: Content) -> Iterator[Row]:
    for suffix in SUFFIXES:
        measure = measure_at(content, suffix)
        values = {
            "measure": measure.name,
            "baseline": figure(measure.baseline, measure.unit),
            "better": value_words(OutcomeForm.base_fields["better"], measure.better),
            "target": figure(measure.target, measure.unit),
            "target_on": day_of(measure.target_on),
        }
        for name, value in values.items():
            # Direction and date were not asked until the second release, further measures are optional.
            if value or (name not in ("better", "target_on") and not suffix):
                yield Row(name + suffix, f"{_label('outcome', name)} {suffix[1:]}".strip(), value)
    yield from answers(content["outcome"], "outcome", leave=OutcomeForm.MEASURE)


def _consent(content: Content) -> Iterator[Row]:
    for row in answers(content["consent"], "consent"):
        yield replace(row, label=_("Direct responsibility")) if row.key == "responsibility" else row


def _attachments(content: Content) -> Iterator[Row]:
    """One row a file, named by its hash. The name is missing where it could say who the patient is."""
    for file in content.get("attachments") or []:
        facts = [file["name"], *file_words(file)]
        yield Row(
            f"file_{file['sha256']}", AttachmentKind(file["kind"]).label, ", ".join(filter(None, facts))
        )


def file_words(file: Content) -> list[str]:
    """Type, size and the beginning of the hash: PDF, 12 KB, 3f2a9c0b11d2…"""
    return [
        str(ContentType(file["content_type"]).label),
        filesizeformat(file["size"]),
        f"{file['sha256'][:12]}…",
    ]
