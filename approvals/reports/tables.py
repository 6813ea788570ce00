"""The figures as tables, the same for page, XLSX and CSV; each row with the address of its list. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from approvals.models import ReasonCode
from approvals.reports.counting import Due, Figures, Grams, Times
from approvals.reports.links import Links
from approvals.workflow import Status
from catalogue.choices import Area
from treatments.charts import Bar, shares
from treatments.exports import Cell
from treatments.models import Verdict


@dataclass(frozen=True)
class Row:
    cells: list[Cell]
    link: str = ""

    @property
    def shown(self) -> list[str]:
        """As the page writes them: thousands apart, no zeros behind the comma."""
        return [_shown(cell) for cell in self.cells]


def _shown(cell: Cell) -> str:
    if cell is None:
        return "—"
    if isinstance(cell, Decimal):
        text = format(cell, "f")
        whole = text.rstrip("0").rstrip(".") if "." in text else text
        return number_format(whole, use_l10n=True, force_grouping=True)
    return number_format(cell, force_grouping=True) if isinstance(cell, int) else str(cell)


@dataclass(frozen=True)
class Table:
    """`legend`: tone and word of each piece of the bars; without bars the table stands alone."""

    slug: str
    title: str
    columns: list[str]
    rows: list[Row]
    note: str = ""
    bars: Sequence[Bar] = ()
    legend: Sequence[tuple[str, str]] = ()


def tables(found: Figures, links: Links, units: dict[int, str]) -> list[Table]:
    return [
        sent_by_status(found, links),
        sent_by_unit(found, links, units),
        sent_by_row(found, links),
        decided(found, links),
        refusals(found, links),
        times(found),
        kept(found, links),
        kept_by_month(found),
        kept_by_unit(found, links, units),
        outcomes(found, links),
        grams(found),
        grams_by(_("Grams and cost by product"), "products", _("Product"), found.grams_by_product),
        grams_by(_("Grams and cost by area"), "areas", _("Area"), _named(found.grams_by_area)),
    ]


def counted(
    slug: str, title: str, column: str, named: list[tuple[str, int, str]], total: Row | None = None
) -> Table:
    """Names with their counts, the largest first, and bars of them."""
    largest = sorted(named, key=lambda one: (-one[1], one[0]))
    lines = [Row([name, count], link) for name, count, link in largest]
    return Table(
        slug,
        title,
        [column, _("Applications")],
        lines + ([total] if total else []),
        bars=shares([(name, (count,)) for name, count, _link in largest], ("info",)),
    )


def sent_by_status(found: Figures, links: Links) -> Table:
    labels = dict(Status.choices)
    named = [
        (str(labels.get(status, status)), count, links.sent(status=status))
        for status, count in found.sent.by_status.items()
    ]
    total = Row([_("Total"), found.sent.total], links.sent())
    return counted("status", _("Applications sent, by status now"), _("Status"), named, total)


def sent_by_unit(found: Figures, links: Links, units: dict[int, str]) -> Table:
    named = [
        (units.get(unit, str(unit)), count, links.sent(unit=unit))
        for unit, count in found.sent.by_unit.items()
    ]
    return counted("units", _("Applications sent, by unit"), _("Unit"), named)


def sent_by_row(found: Figures, links: Links) -> Table:
    named = [
        (f"{code} · {name}", count, links.sent(row=code)) for code, (name, count) in found.sent.by_row.items()
    ]
    return counted("rows", _("Applications sent, by row of the catalogue"), _("Row"), named)


def decided(found: Figures, links: Links) -> Table:
    named = [
        Row([_("Authorised"), found.decided.get("approved", 0)], links.decided("approved")),
        Row([_("Not authorised"), found.decided.get("refused", 0)], links.decided("refused")),
        Row([_("Not admissible"), found.decided.get("inadmissible", 0)], links.decided("inadmissible")),
    ]
    return Table("decided", _("Decisions"), [_("Decision"), _("Number")], named)


def refusals(found: Figures, links: Links) -> Table:
    named = [
        (f"{code.value} · {code.label}", found.decided[code.value], links.decided(code.value))
        for code in ReasonCode
        if found.decided.get(code.value)
    ]
    return Table(
        "refusals",
        _("Reasons of refusals"),
        [_("Reason"), _("Refusals")],
        [Row([name, count], link) for name, count, link in named],
        note=_("A refusal may have several reasons."),
        bars=shares([(name, (count,)) for name, count, _link in named], ("error",)),
    )


def times(found: Figures) -> Table:
    names = {None: _("All"), True: _("Urgent"), False: _("Not urgent")}
    lines = [Row([names[which], *_times(found.times[which])]) for which in names if which in found.times]
    columns = [_("Applications"), _("Decided"), _("Median (hours)"), _("90th percentile (hours)")]
    columns += [
        _("With a pause"),
        _("Median of the pauses (hours)"),
        _("90th percentile of the pauses (hours)"),
    ]
    note = _(
        "From the whole form to the first decision. Time in which the author's answers were awaited is apart."
    )
    return Table("times", _("Time to decision"), columns, lines, note=note)


def _times(one: Times) -> list[Cell]:
    return [
        one.count,
        hours(one.median),
        hours(one.ninetieth),
        one.paused,
        hours(one.pause_median),
        hours(one.pause_ninetieth),
    ]


def hours(value: float | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.1"))


KEPT: list[tuple[str, Callable[[Due], int]]] = [
    ("info", lambda due: due.in_time),
    ("warning", lambda due: due.late),
    ("error", lambda due: due.missed),
]


def _legend() -> list[tuple[str, str]]:
    return [("info", _("In time")), ("warning", _("Late")), ("error", _("Missed"))]


def _kept_columns(first: str) -> list[str]:
    return [first, _("In time"), _("Late"), _("Missed"), _("In time (%)"), _("Treatment ended before")]


def _kept(due: Due) -> list[Cell]:
    share = Decimal(100 * due.in_time / due.expected).quantize(Decimal("0.1")) if due.expected else None
    return [due.in_time, due.late, due.missed, share, due.ended]


def kept(found: Figures, links: Links) -> Table:
    due = found.due
    lines = [
        Row([_("In time"), due.in_time], links.judged("in_time")),
        Row([_("Late"), due.late], links.judged("late")),
        Row([_("Missed: expired"), due.expired], links.judged("expired")),
        Row([_("Missed: overdue still"), due.overdue], links.overdue()),
        Row([_("Treatment ended before"), due.ended], links.judged("ended")),
    ]
    note = _("By the day on which they were due. In time: on that day at the latest.")
    return Table("kept", _("Reassessments due"), [_("Reassessment"), _("Number")], lines, note=note)


def kept_by_month(found: Figures) -> Table:
    named = [
        (date_format(month, "F Y").lower(), due) for month, due in list(found.due_by_month.items())[-24:]
    ]
    return _kept_table(
        "months", _("Reassessments by month"), _("Month"), [(*one, "") for one in named], most=24
    )


def kept_by_unit(found: Figures, links: Links, units: dict[int, str]) -> Table:
    named = sorted(
        (
            (units.get(unit, str(unit)), due, links.judged("", unit=unit))
            for unit, due in found.due_by_unit.items()
        ),
        key=lambda one: (-one[1].missed, -one[1].late, one[0]),
    )
    return _kept_table("kept-units", _("Reassessments by unit"), _("Unit"), named)


def _kept_table(
    slug: str, title: str, column: str, named: list[tuple[str, Due, str]], *, most: int = 10
) -> Table:
    return Table(
        slug,
        title,
        _kept_columns(column),
        [Row([name, *_kept(due)], link) for name, due, link in named],
        bars=shares(
            [(name, [count(due) for _tone, count in KEPT]) for name, due, _link in named],
            [tone for tone, _count in KEPT],
            most=most,
        ),
        legend=_legend(),
    )


def outcomes(found: Figures, links: Links) -> Table:
    labels = dict(Verdict.choices)
    lines = [
        Row([_("Outcome met"), found.outcomes.met]),
        Row([_("Outcome not met"), found.outcomes.not_met]),
    ]
    lines += [
        Row([str(labels.get(verdict, verdict)), count], links.verdict(verdict))
        for verdict, count in sorted(found.outcomes.by_verdict.items(), key=lambda one: -one[1])
    ]
    note = _("Of the reassessments recorded in the period: against the target declared in the application.")
    return Table("outcomes", _("Outcomes"), [_("Outcome"), _("Reassessments")], lines, note=note)


def grams(found: Figures) -> Table:
    allotted, ledger = found.allotted, found.grams
    lines = [
        Row([_("Allotted in the periods opened"), allotted.grams]),
        Row([_("Dispensed"), ledger.dispensed]),
        Row([_("Returned unused"), ledger.returned]),
        Row([_("Wasted"), ledger.wasted]),
        Row([_("Given to patients (dispensed, less returned and wasted)"), ledger.given]),
        Row([_("Saved by the weight policy"), allotted.saved_by_weight]),
        Row([_("Saved by rounding to whole vials"), allotted.saved_by_rounding]),
    ]
    note = _("Saved grams are those of the doses allotted, for all their cycles; rounding may also add some.")
    return Table("grams", _("Grams"), [_("Grams"), "g"], lines, note=note)


def grams_by(title: str, slug: str, column: str, named: dict[str, Grams]) -> Table:
    columns = [
        column,
        _("Dispensed (g)"),
        _("Returned (g)"),
        _("Wasted (g)"),
        _("Cost (€)"),
        _("No price (g)"),
    ]
    lines = [Row([name, *_amounts(one)]) for name, one in named.items()]
    if len(named) > 1:
        lines.append(Row([_("Total"), *_amounts(_added(named.values()))]))
    note = _("Cost: grams dispensed and not returned, at the price in force on the day of the dispensing.")
    return Table(slug, title, columns, lines, note=note)


def _amounts(one: Grams) -> list[Cell]:
    return [one.dispensed, one.returned, one.wasted, one.euro.quantize(Decimal("0.01")), one.unpriced]


def _added(some: Any) -> Grams:
    held = list(some)

    def total(name: str) -> Decimal:
        return sum((getattr(one, name) for one in held), Decimal(0))

    return Grams(total("dispensed"), total("returned"), total("wasted"), total("euro"), total("unpriced"))


def _named(by_area: dict[str, Grams]) -> dict[str, Grams]:
    areas = dict(Area.choices)
    return {str(areas.get(area, area)): one for area, one in by_area.items()}


def cells(shown: list[Table]) -> Iterator[list[Cell]]:
    """All the tables in one list, for CSV: the title, the columns, the rows, an empty line."""
    for table in shown:
        yield [table.title]
        yield list(table.columns)
        yield from (row.cells for row in table.rows)
        yield []
