"""Where the bars of a chart lie; a template draws them, and a table beside it says the numbers. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from treatments.due import Load

# Units of the drawing (viewBox). Names stand above their bar: they have the whole width.
WIDTH, ROW, BAR, NUMBER = 400, 46, 18, 36
MOST = 8


@dataclass(frozen=True)
class Bar:
    x: int
    width: int
    tone: str


@dataclass(frozen=True)
class Line:
    """One unit: its name on the line `text_y`, its bars from `y`, the sum behind them."""

    name: str
    total: int
    text_y: int
    y: int
    number_x: int
    number_y: int
    bars: list[Bar]


@dataclass(frozen=True)
class Chart:
    lines: list[Line]

    @property
    def height(self) -> int:
        return len(self.lines) * ROW

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def bar(self) -> int:
        return BAR


def bars(loads: list[Load]) -> Chart:
    """Stacked bars of the most burdened units, all on one scale."""
    shown = [load for load in loads if load.total][:MOST]
    largest = max((load.total for load in shown), default=1)
    return Chart([_line(load, index, largest) for index, load in enumerate(shown)])


def _line(load: Load, index: int, largest: int) -> Line:
    found, x, top = [], 0, index * ROW
    for count, tone in ((load.late, "error"), (load.week, "warning"), (load.later, "info")):
        width = round(count / largest * (WIDTH - NUMBER))
        if count:
            found.append(Bar(x, max(width, 4), tone))
            x += max(width, 4)
    return Line(load.name, load.total, top + 14, top + 20, x + 6, top + 34, found)
