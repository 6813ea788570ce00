"""What differs between two editions, in words: rows added, removed, changed, old value beside new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DateField, DecimalField
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.checking import LISTS
from catalogue.dose_words import number as figure
from catalogue.labels import PARTS, ROW, label
from catalogue.models import Edition, Indication
from catalogue.models.named import in_language
from catalogue.shape import CHILDREN, default_of
from catalogue.shape import EDITION as HEADING
from catalogue.shape import ROW as FIELDS

Content = Mapping[str, Any]
# By what two parts of a row are the same one, although the rest of it differs.
KEYS = {"sub_criteria": "code", "reference_therapies": "code", "references": "printed"}


@dataclass(frozen=True)
class Change:
    """One field; "" where there was, or is, nothing."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class RowChange:
    code: str
    name: str
    changes: list[Change]


@dataclass(frozen=True)
class Differences:
    """From one edition to another."""

    heading: list[Change] = field(default_factory=list)
    added: list[Content] = field(default_factory=list)
    removed: list[Content] = field(default_factory=list)
    changed: list[RowChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.heading or self.added or self.removed or self.changed)

    @property
    def touched(self) -> list[str]:
        """Codes of the rows that are no longer what they were."""
        return [row["code"] for row in self.removed] + [row.code for row in self.changed]


def differences(old: Content, new: Content) -> Differences:
    """Between two contents in the shape of a file, both checked."""
    before = {row["code"]: row for row in old["indications"]}
    after = {row["code"]: row for row in new["indications"]}
    kept = [code for code in after if code in before]
    changed = [
        RowChange(code, row_name(after[code]), changes)
        for code in kept
        if (changes := list(row_changes(before[code], after[code])))
    ]
    heading = list(_fields(Edition, "edition", HEADING, old["edition"], new["edition"]))
    if (order := [code for code in before if code in after]) != kept:
        heading.append(Change(_("Order of the rows"), ", ".join(order), ", ".join(kept)))
    return Differences(
        heading,
        [row for code, row in after.items() if code not in before],
        [row for code, row in before.items() if code not in after],
        changed,
    )


def row_name(row: Content) -> str:
    return in_language(row["name_it"], row["name_en"])


def row_changes(old: Content, new: Content) -> Iterator[Change]:
    """Field by field, in the order of the file."""
    yield from _fields(Indication, ROW, FIELDS, old, new)
    for relation, (model, names) in CHILDREN.items():
        yield from _parts(relation, model, names, old.get(relation) or [], new.get(relation) or [])


def _fields(model: Any, part: str, names: Iterable[str], old: Content, new: Content) -> Iterator[Change]:
    for name in names:
        before, after = (words(model, name, content.get(name)) for content in (old, new))
        if before != after:
            yield Change(label(part, name), before, after)


def _parts(
    relation: str, model: Any, names: tuple[str, ...], old: list[Content], new: list[Content]
) -> Iterator[Change]:
    """Parts that are still there are compared field by field, the others are told whole."""
    key = KEYS[relation]
    several, one = (str(name) for name in PARTS[relation])
    before, after = ({part[key]: part for part in parts} for parts in (old, new))
    for number, part in enumerate(new, 1):
        if part[key] in before:
            for change in _fields(model, relation, names, before[part[key]], part):
                yield Change(f"{one} {number} · {change.label}", change.old, change.new)
        else:
            yield Change(f"{one} {number}", "", _whole(model, relation, names, part))
    for number, part in enumerate(old, 1):
        if part[key] not in after:
            yield Change(f"{one} {number}", _whole(model, relation, names, part), "")
    orders = [
        [part[key] for part in parts if part[key] in before and part[key] in after] for parts in (old, new)
    ]
    if orders[0] != orders[1]:
        told = ("\n".join(str(text) for text in order) for order in orders)
        yield Change(_("%(parts)s: order") % {"parts": several}, *told)


def _whole(model: Any, relation: str, names: Iterable[str], part: Content) -> str:
    texts = ((label(relation, name), words(model, name, part.get(name))) for name in names if part.get(name))
    return "\n".join(f"{name}: {text}" for name, text in texts)


def words(model: Any, name: str, value: Any) -> str:
    """A value of a file as people read it; what is left out is the field's default."""
    if name == "sub_criterion":
        return value or ""
    model_field = model._meta.get_field(name)
    value = default_of(model, name) if value is None else value
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return "\n".join(
            " · ".join(item[key] for key in LISTS[name]) if isinstance(item, Mapping) else str(item)
            for item in value
        )
    if isinstance(model_field, DecimalField) and value is not None:
        return figure(Decimal(value), 3)
    if isinstance(model_field, DateField) and value is not None:
        return date_format(date.fromisoformat(value), "j F Y")
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    return "" if value is None else str(value)
