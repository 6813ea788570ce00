"""The yearly report for the public: few tables, none of which shares a count with another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from approvals.models import ReasonCode
from approvals.reports import counting
from approvals.reports.asking import Asked, Span
from approvals.reports.suppressing import LEAST, Hidden, Shown, amount, published
from catalogue.choices import Area


@dataclass(frozen=True)
class PublicTable:
    title: str
    columns: tuple[str, str]
    rows: tuple[tuple[str, str], ...]


def tables(hospital: int, year: int, *, today: date) -> list[PublicTable]:
    """A table is left out where what another one hides could be guessed from it."""
    span = Span(date(year, 1, 1), date(year, 12, 31))
    asked = Asked(span=span, today=today, hospitals=frozenset({hospital}))
    found = counting.figures(asked)
    shown = [
        counts(_("Applications received, by area"), _("Area"), by_area(asked)),
        counts(_("Decisions"), _("Decision"), decisions(found)),
    ]
    # The reasons nearly add up to the refusals, and the outcomes to those who were reassessed.
    if isinstance(published([count for _name, count in decisions(found)]).cells[1], int):
        shown.append(counts(_("Reasons of refusals"), _("Reason"), reasons(found), with_total=False))
    shown.append(counts(_("Reassessments due in the year"), _("Reassessment"), kept(found)))
    if published([count for _name, count in kept(found)]).is_whole:
        shown.append(counts(_("Outcomes of the reassessments recorded"), _("Outcome"), outcomes(found)))
    return [*shown, amounts(found)]


def counts(
    title: str, column: str, named: Sequence[tuple[str, int]], *, with_total: bool = True
) -> PublicTable:
    """Every line is there, also that of nobody: one that is missing would say something."""
    shown = published([count for _name, count in named])
    rows = [(name, written(cell)) for (name, _count), cell in zip(named, shown.cells, strict=True)]
    if with_total:
        rows.append((_("Total"), written(shown.total)))
    return PublicTable(title, (column, _("Number")), tuple(rows))


def written(cell: Shown) -> str:
    return cell.value if isinstance(cell, Hidden) else number_format(cell, force_grouping=True)


def by_area(asked: Asked) -> list[tuple[str, int]]:
    """In the order of the catalogue."""
    found = counting.sent_by_area(asked)
    return [(str(label), found.get(area, 0)) for area, label in Area.choices]


def decisions(found: counting.Figures) -> list[tuple[str, int]]:
    names = {
        "approved": _("Authorised"),
        "refused": _("Not authorised"),
        "inadmissible": _("Not admissible"),
    }
    return [(name, found.decided.get(key, 0)) for key, name in names.items()]


def reasons(found: counting.Figures) -> list[tuple[str, int]]:
    """Where each refusal has one reason they add up to the refusals: so they are hidden as if they did."""
    return [(f"{code.value} · {code.label}", found.decided.get(code.value, 0)) for code in ReasonCode]


def kept(found: counting.Figures) -> list[tuple[str, int]]:
    due = found.due
    return [(_("In time"), due.in_time), (_("Late"), due.late), (_("Missed"), due.missed)]


def outcomes(found: counting.Figures) -> list[tuple[str, int]]:
    return [
        (_("Declared outcome met"), found.outcomes.met),
        (_("Declared outcome not met"), found.outcomes.not_met),
    ]


def amounts(found: counting.Figures) -> PublicTable:
    """Grams and euro of the whole hospital, if enough treatments are behind them; times likewise."""
    periods, ledger, times = found.allotted.periods, found.grams, found.times.get(None, counting.Times())
    people = min(periods, ledger.treatments) if ledger.treatments else periods
    rows = [
        (_("Grams allotted"), amount(_whole(found.allotted.grams), periods)),
        (_("Grams given"), amount(_whole(ledger.given), people)),
        (_("Grams wasted"), amount(_whole(ledger.wasted), people)),
        (_("Cost of the grams dispensed, in euro"), amount(_whole(ledger.euro), people)),
        (_("Median time to decision, in hours, without pauses"), amount(_whole(times.median), times.count)),
    ]
    return PublicTable(
        _("Grams, cost and times"), (_("Quantity"), _("Value")), tuple((name, written(v)) for name, v in rows)
    )


def _whole(value: Decimal | float | None) -> int:
    return round(value or 0)


def explanation() -> str:
    return _(
        "Counts from 1 to %(most)d are shown as “<%(least)d”; others are not shown (“–”) where a small count"
        " could be computed from them."
    ) % {"most": LEAST - 1, "least": LEAST}
