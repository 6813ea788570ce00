"""Where the pieces of a bar lie; a template draws them, and words beside them say the numbers. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from treatments.due import Load

# Units of the drawing (viewBox); the narrowest piece still shows its colour.
WIDTH, NARROWEST, MOST = 400, 6, 10


@dataclass(frozen=True)
class Piece:
    x: int
    width: int
    tone: str


@dataclass(frozen=True)
class Bar:
    """One unit's overdue, this week's and later reassessments, side by side."""

    load: Load
    pieces: list[Piece]


def bars(loads: list[Load]) -> list[Bar]:
    """The most burdened units, all on one scale."""
    shown = loads[:MOST]
    largest = max((load.total for load in shown), default=1)
    return [Bar(load, _pieces(load, largest)) for load in shown]


def _pieces(load: Load, largest: int) -> list[Piece]:
    found: list[Piece] = []
    scale, x = (WIDTH - 2 * NARROWEST) / largest, 0
    for count, tone in ((load.late, "error"), (load.week, "warning"), (load.later, "info")):
        if count:
            width = max(round(count * scale), NARROWEST)
            found.append(Piece(x, width, tone))
            x += width
    return found
