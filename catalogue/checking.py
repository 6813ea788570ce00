"""What is wrong with a catalogue file: every fault at once, each naming row and field, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from catalogue.dose_values import DoseError
from catalogue.models import Edition, Indication
from catalogue.shape import CHILDREN, EDITION, ROW

# What a field must be in JSON; Django would also take "2", 2.7 or 1 for True.
KINDS: tuple[tuple[type[models.Field[Any, Any]], type, str], ...] = (
    (models.BooleanField, bool, "true or false"),
    (models.PositiveSmallIntegerField, int, "a whole number"),
    (models.DecimalField, str, 'a decimal number in quotes, for example "0.4"'),
    (models.DateField, str, 'a day in quotes, for example "2026-01-31"'),
    (ArrayField, list, "a list of texts"),
    (models.JSONField, list, "a list"),
    (models.CharField, str, "a text"),
    (models.TextField, str, "a text"),
)
LISTS = {"interpretation_notes": ("it", "en"), "suspected_typos": ("where", "span", "probably")}


def problems(content: object) -> list[str]:
    """Every fault of a file's content, in the order of the file; none means it can be loaded."""
    if not isinstance(content, dict) or set(content) != {"edition", "indications"}:
        return ['The file must be an object with exactly two fields, "edition" and "indications".']
    edition, rows = content["edition"], content["indications"]
    if not isinstance(edition, dict):
        return ["edition: must be an object."]
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        return ["indications: must be a list of at least one object."]
    found = [f"edition, {fault}" for fault in _object_faults(Edition, EDITION, edition)]
    codes = [row.get("code") for row in rows]
    for number, row in enumerate(rows, 1):
        place = f"row {row.get('code') or number}"
        found += [f"{place}, {fault}" for fault in _row_faults(row, codes)]
    repeated = [code for code, times in Counter(str(code) for code in codes if code).items() if times > 1]
    return found + [f"row {code}, code: used by more than one row." for code in repeated]


def _row_faults(row: Mapping[str, Any], codes: list[Any]) -> Iterator[str]:
    plain_fields = {name: value for name, value in row.items() if name not in CHILDREN}
    sound = not (faults := list(_object_faults(Indication, ROW, plain_fields)))
    yield from faults
    for relation, (model, names) in CHILDREN.items():
        children = row.get(relation, [])
        if not isinstance(children, list) or not all(isinstance(child, dict) for child in children):
            sound = False
            yield f"{relation}: must be a list of objects."
            continue
        for number, child in enumerate(children, 1):
            for fault in _object_faults(model, names, child):
                sound = False
                yield f"{relation} {number}, {fault}"
    if sound:
        yield from _meaning_faults(row, codes)


def _object_faults(
    model: type[models.Model], names: tuple[str, ...], given: Mapping[str, Any]
) -> Iterator[str]:
    """Unknown fields, wrong kinds, then what the model itself refuses (lengths, choices, constraints)."""
    for name in given:
        if name not in names:
            yield f"{name}: there is no such field."
    fields = {name: model._meta.get_field(name) for name in names if name != "sub_criterion"}
    wrong = [
        f"{name}: must be {kind}." for name in fields if (kind := _wrong_kind(fields[name], given.get(name)))
    ]
    wrong += [fault for name in LISTS if name in given for fault in _list_faults(name, given[name])]
    yield from wrong
    if wrong:
        return
    known = {name: given[name] for name in fields if given.get(name) is not None}
    left_out = [field.name for field in model._meta.fields if field.name not in fields]
    try:
        model(**known).full_clean(exclude=left_out, validate_unique=False)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            yield f"{'schedule' if name == NON_FIELD_ERRORS else name}: {' '.join(messages)}"


def _wrong_kind(field: Any, value: object) -> str:
    if value is None:
        return ""
    expected, words = next((kind, words) for of, kind, words in KINDS if isinstance(field, of))
    if isinstance(field, ArrayField) and isinstance(value, list):
        return "" if all(isinstance(item, str) for item in value) else words
    return "" if type(value) is expected else words


def _list_faults(name: str, entries: object) -> Iterator[str]:
    keys = LISTS[name]
    for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
        is_complete = isinstance(entry, dict) and set(entry) == set(keys)
        if not is_complete or not all(isinstance(text, str) and text for text in entry.values()):
            yield f"{name} {number}: must have exactly the texts {', '.join(keys)}."


def _meaning_faults(row: Mapping[str, Any], codes: list[Any]) -> Iterator[str]:
    """What only shows when the fields are read together."""
    try:
        decimals = {name: Decimal(row[name]) for name in ("dose_min", "dose_max", "cap_g") if row.get(name)}
        fields = {name: row[name] for name in ROW if name in row and row[name] is not None}
        Indication(**(fields | decimals)).schedule().check()
    except DoseError as error:
        yield f"{error.field}: the figures contradict the schedule's family."
    for other in row.get("overlaps_with", []):
        if other not in codes or other == row.get("code"):
            yield f"overlaps_with: {other} is not another row of this file."
    for relation in ("sub_criteria", "reference_therapies"):
        for code, times in Counter(child.get("code") for child in row.get(relation, [])).items():
            if times > 1:
                yield f"{relation}: the code {code} is used {times} times."
    yield from _therapy_faults(row)
    texts = printed_texts(row)
    for number, typo in enumerate(row.get("suspected_typos", []), 1):
        if typo["span"] not in texts.get(typo["where"], ""):
            yield f"suspected_typos {number}: “{typo['span']}” does not stand in {typo['where']}."


def _therapy_faults(row: Mapping[str, Any]) -> Iterator[str]:
    known = [child["code"] for child in row.get("sub_criteria", [])]
    for number, therapy in enumerate(row.get("reference_therapies", []), 1):
        sub_criterion = therapy.get("sub_criterion")
        if sub_criterion is not None and sub_criterion not in known:
            yield f"reference_therapies {number}, sub_criterion: {sub_criterion} is none of this row's."
        if therapy["printed"] not in row["printed_reference_therapies"]:
            yield f"reference_therapies {number}, printed: does not stand in the printed reference therapies."


def printed_texts(row: Mapping[str, Any]) -> dict[str, str]:
    """The printed texts of a row by the names used in `suspected_typos`: condition, …, reference:1, …"""
    texts = {
        name: row.get(f"printed_{name}", "")
        for name in ("condition", "reference_therapies", "schedule", "note")
    }
    references = row.get("references", [])
    return texts | {f"reference:{number}": one["printed"] for number, one in enumerate(references, 1)}
