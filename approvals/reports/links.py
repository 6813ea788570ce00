"""From a figure to its list: the archive, or the deadlines, with the same period and filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from approvals.reports.asking import Asked


@dataclass(frozen=True)
class Links:
    """`opens`: whether the reader sees applications one by one; an administrator does not."""

    asked: Asked
    opens: bool

    def archive(self, **filters: object) -> str:
        if not self.opens:
            return ""
        held = {"unit": self.asked.unit, "area": self.asked.area, "row": self.asked.row, **filters}
        return reverse("archive") + "?" + _query(held)

    def sent(self, **filters: object) -> str:
        return self.archive(since=self.asked.span.first, until=self.asked.span.last, **filters)

    def decided(self, outcome: str) -> str:
        span = self.asked.span
        return self.archive(outcome=outcome, decided_since=span.first, decided_until=span.last)

    def judged(self, kept: str, **filters: object) -> str:
        span = self.asked.span
        return self.archive(kept=kept, due_since=span.first, due_until=span.last, **filters)

    def verdict(self, verdict: str) -> str:
        span = self.asked.span
        return self.archive(verdict=verdict, judged_since=span.first, judged_until=span.last)

    def overdue(self) -> str:
        """The one list that everybody who reads reports may see."""
        held = {"window": "late", "unit": self.asked.unit, "area": self.asked.area}
        return reverse("deadlines") + "?" + _query(held)


def _query(filters: Mapping[str, object]) -> str:
    return urlencode({name: str(value) for name, value in filters.items() if value not in (None, "")})
