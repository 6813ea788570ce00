"""What is wrong with a catalogue file: every fault at once, each naming row and field, in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.dose_values import DoseError
from catalogue.faults import Fault
from catalogue.models import Edition, Indication, SubCriterion
from catalogue.shape import CHILDREN, EDITION, ROW

# What a field must be in JSON; Django would also take "2", 2.7 or 1 for True.
KINDS: tuple[tuple[type[models.Field[Any, Any]], type, str | Promise], ...] = (
    (models.BooleanField, bool, gettext_lazy("true or false")),
    (models.PositiveSmallIntegerField, int, gettext_lazy("a whole number")),
    (models.DecimalField, str, gettext_lazy('a decimal number in quotes, for example "0.4"')),
    (models.DateField, str, gettext_lazy('a day in quotes, for example "2026-01-31"')),
    (ArrayField, list, gettext_lazy("a list of texts")),
    (models.JSONField, list, gettext_lazy("a list")),
    (models.CharField, str, gettext_lazy("a text")),
    (models.TextField, str, gettext_lazy("a text")),
)
LISTS = {"interpretation_notes": ("it", "en"), "suspected_typos": ("where", "span", "probably")}
# Signs that the database cannot hold, or that no screen shows: everything below a space but tab and new line,
# and the halves of a pair of UTF-16.
UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")

RESERVED = ("nuova", "importa", "edizioni")  # addresses beside those of the editions

_CODE = SubCriterion._meta.get_field("code")


def problems(content: object) -> list[Fault]:
    """Every fault of a file's content, in the order of the file; none means it can be loaded."""
    if not isinstance(content, dict) or set(content) != {"edition", "indications"}:
        return [
            Fault((), _('The file must be an object with exactly two fields, "edition" and "indications".'))
        ]
    edition, rows = content["edition"], content["indications"]
    if not isinstance(edition, dict):
        return [Fault(("edition",), _("must be an object."))]
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        return [Fault((), _("indications: must be a list of at least one object."))]
    found = [fault.within("edition") for fault in heading_faults(edition)]
    codes = [row.get("code") for row in rows]
    for index, row in enumerate(rows):
        name = str(row.get("code") or index + 1)
        found += [fault.within("indications", index, row=name) for fault in row_faults(row, codes)]
    for code, times in Counter(str(code) for code in codes if code).items():
        if times > 1:
            last = max(index for index, one in enumerate(codes) if str(one) == code)
            path = ("indications", last, "code")
            found.append(Fault(path, _("used by more than one row."), code))
    return found


def row_faults(row: Mapping[str, Any], codes: list[Any]) -> Iterator[Fault]:
    """Every fault of one row; `codes` are those of all rows of its edition. Paths begin within the row."""
    plain_fields = {name: value for name, value in row.items() if name not in CHILDREN}
    sound = not (faults := list(_object_faults(Indication, ROW, plain_fields)))
    yield from faults
    listed = set()
    for relation, (model, names) in CHILDREN.items():
        children = row.get(relation, [])
        if not isinstance(children, list) or not all(isinstance(child, dict) for child in children):
            sound = False
            yield Fault((relation,), _("must be a list of objects."))
            continue
        listed.add(relation)
        for index, child in enumerate(children):
            for fault in _object_faults(model, names, child):
                sound = False
                yield fault.within(relation, index)
    if {"sub_criteria", "reference_therapies"} <= listed:
        yield from _therapy_faults(row)
    if sound:
        yield from _meaning_faults(row, codes)


def heading_faults(heading: Mapping[str, Any]) -> list[Fault]:
    found = list(_object_faults(Edition, EDITION, heading))
    if not found and heading["code"] in RESERVED:
        found.append(Fault(("code",), _("this word stands for a page: choose another code.")))
    return found


def _object_faults(
    model: type[models.Model], names: tuple[str, ...], given: Mapping[str, Any]
) -> Iterator[Fault]:
    """Unknown fields, wrong kinds, then what the model itself refuses (lengths, choices, constraints)."""
    for name in given:
        if name not in names:
            yield Fault((name,), _("there is no such field."))
    fields = {name: model._meta.get_field(name) for name in names if name != "sub_criterion"}
    wrong = [
        Fault((name,), sentence)
        for name in names
        if (sentence := _wrong_kind(fields.get(name, _CODE), given.get(name)))
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
            yield Fault(("schedule" if name == NON_FIELD_ERRORS else name,), " ".join(messages))


def _wrong_kind(field: Any, value: object) -> str:
    if value is None:
        return ""
    expected, words = next((kind, words) for of, kind, words in KINDS if isinstance(field, of))
    is_of_kind = type(value) is expected
    if isinstance(field, ArrayField) and isinstance(value, list):
        is_of_kind = all(isinstance(item, str) for item in value)
    if not is_of_kind:
        return _("must be %(kind)s.") % {"kind": words}
    texts = value if isinstance(value, list) else [value]
    return _unstorable(*texts)


def _unstorable(*texts: object) -> str:
    if any(isinstance(text, str) and UNSTORABLE.search(text) for text in texts):
        return _("holds a sign that cannot be stored: type the text again.")
    return ""


def _list_faults(name: str, entries: object) -> Iterator[Fault]:
    keys = LISTS[name]
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        is_complete = isinstance(entry, dict) and set(entry) == set(keys)
        if not is_complete or not all(isinstance(text, str) and text for text in entry.values()):
            sentence = _("must have exactly the texts %(keys)s.") % {"keys": ", ".join(keys)}
            yield Fault((name, index), sentence)
        elif sentence := _unstorable(*entry.values()):
            yield Fault((name, index), sentence)


def _meaning_faults(row: Mapping[str, Any], codes: list[Any]) -> Iterator[Fault]:
    """What only shows when the fields are read together."""
    try:
        decimals = {name: Decimal(row[name]) for name in ("dose_min", "dose_max", "cap_g") if row.get(name)}
        fields = {name: row[name] for name in ROW if name in row and row[name] is not None}
        Indication(**(fields | decimals)).schedule().check()
    except DoseError as error:
        yield Fault((error.field,), _("the figures contradict the schedule's family."))
    for other in row.get("overlaps_with") or []:
        if other not in codes or other == row.get("code"):
            yield Fault(("overlaps_with",), _("%(code)s is not another row of this file.") % {"code": other})
    for relation in ("sub_criteria", "reference_therapies"):
        for code, times in Counter(child.get("code") for child in row.get(relation, [])).items():
            if times > 1:
                sentence = _("the code %(code)s is used %(times)d times.")
                yield Fault((relation,), sentence % {"code": code, "times": times})
    for printed, times in Counter(one["printed"] for one in row.get("references", [])).items():
        if times > 1:
            yield Fault(("references",), _("“%(printed)s” stands here twice.") % {"printed": printed[:60]})
    texts = printed_texts(row)
    for index, typo in enumerate(row.get("suspected_typos") or []):
        if typo["span"] not in texts.get(typo["where"], ""):
            sentence = _("“%(span)s” does not stand in %(where)s.")
            yield Fault(("suspected_typos", index), sentence % {"span": typo["span"], "where": typo["where"]})


def _therapy_faults(row: Mapping[str, Any]) -> Iterator[Fault]:
    """Also of a row with other faults: where a text is missing the model has said so."""
    known = [child.get("code") for child in row.get("sub_criteria", [])]
    all_printed = str(row.get("printed_reference_therapies") or "")
    for index, therapy in enumerate(row.get("reference_therapies", [])):
        sub_criterion = therapy.get("sub_criterion")
        if sub_criterion is not None and sub_criterion not in known:
            sentence = _("%(code)s is none of this row's.") % {"code": sub_criterion}
            yield Fault(("reference_therapies", index, "sub_criterion"), sentence)
        if str(therapy.get("printed", "")) not in all_printed:
            sentence = _("does not stand in the printed reference therapies.")
            yield Fault(("reference_therapies", index, "printed"), sentence)


def printed_texts(row: Mapping[str, Any]) -> dict[str, str]:
    """The printed texts of a row by the names used in `suspected_typos`: condition, …, reference:1, …"""
    texts = {
        name: row.get(f"printed_{name}", "")
        for name in ("condition", "reference_therapies", "schedule", "note")
    }
    references = row.get("references", [])
    return texts | {f"reference:{number}": one["printed"] for number, one in enumerate(references, 1)}
