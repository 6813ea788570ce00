"""The shape of a catalogue file: which fields it has, in which order, and how an edition is written as one.

A file holds what differs from a field's default, so that a row reads in one look. Positions are the order in
the file. `catalogue/data/README.md` explains each field to who writes one.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import models

from catalogue.dose_values import plain
from catalogue.models import Edition, Indication, Reference, ReferenceTherapy, SubCriterion

EDITION = ("code", "title", "printed_title", "effective_on")
ROW = (
    *("code", "area", "priority"),
    *("printed_condition", "printed_reference_therapies", "printed_schedule", "printed_note"),
    *("name_it", "name_en", "population", "max_age_years", "synonyms", "overlaps_with"),
    *("not_routinely_indicated", "basis", "basis_source"),
    *("basis_settled_by_it", "basis_settled_by_en", "basis_settled_on"),
    *("dose_min", "dose_max", "days_min", "days_max"),
    *("cap_g", "cycles", "cadence", "is_repeatable", "is_open_ended", "emergency_allowed"),
    *("reassessment_trigger", "reassessment_after", "interpretation_notes", "suspected_typos"),
)
# In this order, because a therapy may name a sub-criterion of its row.
CHILDREN: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "sub_criteria": (SubCriterion, ("code", "name_it", "name_en", "asks_which")),
    "reference_therapies": (
        ReferenceTherapy,
        ("code", "printed", "name_it", "name_en", "role", "line", "alternatives", "sub_criterion"),
    ),
    "references": (Reference, ("printed", "doi", "pmid", "status", "note_it", "note_en")),
}


def default_of(model: type[models.Model], name: str) -> Any:
    field: Any = model._meta.get_field(name)
    return field.get_default()


def written(value: object) -> Any:
    """A value as it stands in a file: decimals and days as text, a sub-criterion by its code."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, SubCriterion):
        return value.code
    return value


def object_content(instance: models.Model, names: tuple[str, ...]) -> dict[str, Any]:
    pairs = ((name, getattr(instance, name)) for name in names)
    return {name: written(value) for name, value in pairs if value != default_of(type(instance), name)}


def row_content(indication: Indication) -> dict[str, Any]:
    """One row as it stands in a file."""
    content = object_content(indication, ROW)
    for relation, (_model, names) in CHILDREN.items():
        if children := [object_content(child, names) for child in getattr(indication, relation).all()]:
            content[relation] = children
    return content


def edition_content(edition: Edition) -> dict[str, Any]:
    """A whole edition as a file: loading it again finds nothing to change."""
    rows = edition.indications.with_everything()
    return {"edition": object_content(edition, EDITION), "indications": [row_content(row) for row in rows]}


def fingerprint(content: Mapping[str, Any]) -> str:
    """Changes with the content: by it a page knows that somebody else has saved meanwhile."""
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]


def canonical(content: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a checked file without what equals a default, and with one spelling of each decimal."""
    result = _without_defaults(Indication, ROW, content)
    for name in ("dose_min", "dose_max", "cap_g"):
        if name in result:
            result[name] = plain(Decimal(result[name]))
    for relation, (model, names) in CHILDREN.items():
        if children := content.get(relation):
            result[relation] = [_without_defaults(model, names, child) for child in children]
    return result


def _without_defaults(
    model: type[models.Model], names: tuple[str, ...], given: Mapping[str, Any]
) -> dict[str, Any]:
    return {name: given[name] for name in names if given.get(name) not in (None, default_of(model, name))}
