"""Which period a report is about, and of which applications. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class Span:
    """From a day to a day, both included."""

    first: date
    last: date

    @property
    def values(self) -> dict[str, date]:
        return {"first": self.first, "last": self.last, "after": self.last + timedelta(days=1)}


@dataclass(frozen=True)
class Asked:
    """The hospitals are those the reader is responsible for; unit, area and row narrow them, empty: all."""

    span: Span
    today: date
    hospitals: frozenset[int]
    unit: int | None = None
    area: str = ""
    row: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """For SQL: null where nothing narrows."""
        return {
            **self.span.values,
            "today": self.today,
            "hospitals": sorted(self.hospitals),
            "unit": self.unit,
            "area": self.area or None,
            "row": self.row or None,
        }


def span_of(preset: str, *, today: date) -> Span:
    """The period of that name; this month where there is none."""
    match preset:
        case "last_month":
            last = today.replace(day=1) - timedelta(days=1)
            return Span(last.replace(day=1), last)
        case "last_quarter":
            # The last whole one: its last day is the day before this quarter begins.
            last = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1) - timedelta(days=1)
            return Span(date(last.year, last.month - 2, 1), last)
        case "year":
            return Span(date(today.year, 1, 1), today)
        case "last_year":
            return Span(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))
    return Span(today.replace(day=1), today)
