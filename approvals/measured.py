"""Measures of the plan with the value now, as pages and letters show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from catalogue.dose_words import number
from treatments.outcomes import Measurement


@dataclass(frozen=True)
class Row:
    """One measure in words; `now` and `change` are empty where nothing was measured."""

    measure: str
    unit: str
    baseline: str
    target: str
    now: str
    change: str
    is_met: bool | None
    has_benefit: bool | None
    is_worse: bool


def rows_of(measured: Iterable[Measurement]) -> list[Row]:
    return [
        Row(
            measure=one.measure,
            unit=one.unit,
            baseline=number(one.baseline, 3),
            target=number(one.target, 3),
            now="" if one.now is None else number(one.now, 3),
            change=change_words(one),
            is_met=one.is_met,
            has_benefit=one.has_benefit,
            is_worse=one.is_worse,
        )
        for one in measured
    ]


def change_words(one: Measurement) -> str:
    """ "−4 (−22,2 %)"; the per cent only where there is a baseline to count from."""
    if one.change is None:
        return ""
    if one.percent is None:
        return signed(one.change)
    return _("%(change)s (%(percent)s %%)") % {"change": signed(one.change), "percent": signed(one.percent)}


def signed(value: Decimal) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value), 3)}"
