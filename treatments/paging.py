"""Pages of a list by keyset: page 1,000 costs what page 1 costs; none is skipped while others are added.

The place in the list is the last row's own values (`?after=2026-11-23~42`), no count of rows to leave out.
The comparison is written `d >= x AND (d > x OR id > y)`: PostgreSQL walks the index to the place; with the
plain `d > x OR (d = x AND id > y)` it reads everything before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import DateField, Field, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
BETWEEN = "~"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows of a list; `before` and `after` are the places of the pages around it, "" at the ends."""

    rows: list[Row]
    before: str
    after: str


@dataclass(frozen=True)
class Keyset:
    """The order of a list: one or two fields, the last of them unique."""

    fields: tuple[str, ...]
    is_descending: bool = False

    def ordered(self, rows: QuerySet[Row], *, backwards: bool = False) -> QuerySet[Row]:
        sign = "-" if self.is_descending != backwards else ""
        return rows.order_by(*(sign + name for name in self.fields))

    def page(self, rows: QuerySet[Row], asked: Mapping[str, str], *, size: int) -> Page[Row]:
        """The page asked for in the address; the first one for a place that cannot be read."""
        backwards = "before" in asked
        place = self.read(rows.model, asked.get("before" if backwards else "after", ""))
        if place is None:
            backwards = False
        else:
            rows = rows.filter(self.beyond(place, backwards=backwards))
        found = list(self.ordered(rows, backwards=backwards)[: size + 1])
        goes_on, found = len(found) > size, found[:size]
        if backwards:
            found.reverse()
        has_before, has_after = (goes_on, True) if backwards else (place is not None, goes_on)
        return Page(
            found,
            before=self.place(found[0]) if found and has_before else "",
            after=self.place(found[-1]) if found and has_after else "",
        )

    def place(self, row: Model) -> str:
        values = [getattr(row, name) for name in self.fields]
        return BETWEEN.join(v.isoformat() if isinstance(v, date) else str(v) for v in values)

    def read(self, model: type[Model], place: str) -> list[Any] | None:
        parts = place.split(BETWEEN)
        if not place or "\x00" in place or len(parts) != len(self.fields):
            return None
        try:
            found = zip(self.fields, parts, strict=True)
            values = [_field(model, name).to_python(part) for name, part in found]
            return None if None in values or any(v > 2**62 for v in values if isinstance(v, int)) else values
        except ValidationError:
            return None

    def beyond(self, place: list[Any], *, backwards: bool) -> Q:
        after = "lt" if self.is_descending != backwards else "gt"
        *first, last = zip(self.fields, place, strict=True)
        further = Q(**{f"{last[0]}__{after}": last[1]})
        for name, value in first:
            return Q(**{f"{name}__{after}e": value}) & (Q(**{f"{name}__{after}": value}) | further)
        return further


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    """The field of that name; anything else a list is ordered by is a day that was computed."""
    try:
        return cast("Field[Any, Any]", model._meta.get_field(name))
    except FieldDoesNotExist:
        return DateField()
