"""The figures of a report, each group from one statement (sql.py)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from approvals.reports import sql
from approvals.reports.asking import Asked

ZERO = Decimal(0)


@dataclass(frozen=True)
class Sent:
    total: int
    by_status: dict[str, int]
    by_unit: dict[int, int]
    # Code → name and count.
    by_row: dict[str, tuple[str, int]]


@dataclass(frozen=True)
class Times:
    """Hours from the whole form to the first decision, without the pauses; and the pauses by themselves."""

    count: int = 0
    median: float | None = None
    ninetieth: float | None = None
    paused: int = 0
    pause_median: float | None = None
    pause_ninetieth: float | None = None


@dataclass(frozen=True)
class Due:
    """Reassessments by how they were kept."""

    in_time: int = 0
    late: int = 0
    expired: int = 0
    overdue: int = 0
    ended: int = 0

    @property
    def missed(self) -> int:
        """Nobody judged them: expired, or overdue still."""
        return self.expired + self.overdue

    @property
    def expected(self) -> int:
        """Those that somebody had to judge."""
        return self.in_time + self.late + self.missed


@dataclass(frozen=True)
class Outcomes:
    by_verdict: dict[str, int]
    met: int
    not_met: int


@dataclass(frozen=True)
class Grams:
    """Of the ledger. `dispensed` is what left the pharmacy, `unpriced` what of it has no price in euro;
    `treatments` counts the periods behind the whole, and is 0 in its parts."""

    dispensed: Decimal = ZERO
    returned: Decimal = ZERO
    wasted: Decimal = ZERO
    euro: Decimal = ZERO
    unpriced: Decimal = ZERO
    treatments: int = 0

    @property
    def given(self) -> Decimal:
        """What patients had."""
        return self.dispensed - self.returned - self.wasted


@dataclass(frozen=True)
class Allotted:
    periods: int
    grams: Decimal
    saved_by_weight: Decimal
    saved_by_rounding: Decimal


@dataclass(frozen=True)
class Figures:
    sent: Sent
    decided: dict[str, int]
    times: dict[bool | None, Times]
    due: Due
    due_by_month: dict[date, Due]
    due_by_unit: dict[int, Due]
    outcomes: Outcomes
    allotted: Allotted
    grams: Grams
    grams_by_product: dict[str, Grams] = field(default_factory=dict)
    grams_by_area: dict[str, Grams] = field(default_factory=dict)


def figures(asked: Asked) -> Figures:
    """Seven statements."""
    kept, by_month, by_unit = due(asked)
    whole, by_product, by_area = grams(asked)
    return Figures(
        sent=sent(asked),
        decided=dict(rows(sql.DECIDED, asked)),
        times={is_urgent: Times(*rest) for is_urgent, *rest in rows(sql.TIMES, asked)},
        due=kept,
        due_by_month=by_month,
        due_by_unit=by_unit,
        outcomes=outcomes(asked),
        allotted=Allotted(*rows(sql.ALLOTTED, asked)[0]),
        grams=whole,
        grams_by_product=by_product,
        grams_by_area=by_area,
    )


def rows(statement: str, asked: Asked) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked.values)
        found: list[Any] = cursor.fetchall()
    return found


def sent(asked: Asked) -> Sent:
    found = Sent(0, {}, {}, {})
    total = 0
    for status, unit, code, name, count in rows(sql.SENT, asked):
        if status:
            found.by_status[status] = count
        elif unit:
            found.by_unit[unit] = count
        elif code:
            found.by_row[code] = name, count
        else:
            total = count
    return Sent(total, found.by_status, found.by_unit, found.by_row)


def sent_by_area(asked: Asked) -> dict[str, int]:
    """Of the public report; one statement."""
    return dict(rows(sql.SENT_BY_AREA, asked))


def due(asked: Asked) -> tuple[Due, dict[date, Due], dict[int, Due]]:
    whole, by_month, by_unit = Due(), {}, {}
    for month, unit, *counts in rows(sql.DUE, asked):
        if month:
            by_month[month] = Due(*counts)
        elif unit:
            by_unit[unit] = Due(*counts)
        else:
            whole = Due(*counts)
    return whole, dict(sorted(by_month.items())), by_unit


def outcomes(asked: Asked) -> Outcomes:
    """Whether the outcome declared in the application was reached, as the reassessment says."""
    found = rows(sql.OUTCOMES, asked)
    return Outcomes(
        by_verdict={verdict: count for verdict, count, _met, _not in found},
        met=sum(met for _verdict, _count, met, _not in found),
        not_met=sum(unmet for _verdict, _count, _met, unmet in found),
    )


def grams(asked: Asked) -> tuple[Grams, dict[str, Grams], dict[str, Grams]]:
    whole, by_product, by_area = Grams(), {}, {}
    for name, area, *amounts, treatments, product in rows(sql.LEDGER, asked):
        if product:
            by_product[name] = Grams(*amounts)
        elif area:
            by_area[area] = Grams(*amounts)
        else:
            whole = replace(Grams(*amounts), treatments=treatments)
    return whole, dict(sorted(by_product.items())), dict(sorted(by_area.items()))
