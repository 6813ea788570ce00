"""Where the pieces of a bar lie; a template draws them, and words beside them say the numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from treatments.due import Load

# Units of the drawing (viewBox); the narrowest piece still shows its colour.
WIDTH, NARROWEST, MOST = 400, 6, 10
TONES = ("error", "warning", "info")


@dataclass(frozen=True)
class Piece:
    x: int
    width: int
    tone: str


@dataclass(frozen=True)
class Bar:
    """A name, a total, and the pieces of it side by side."""

    name: str
    total: int
    pieces: list[Piece]


def bars(loads: list[Load]) -> list[Bar]:
    """A unit's, or an area's, overdue, this week's and later reassessments; the most burdened."""
    return shares([(load.name, (load.late, load.week, load.later)) for load in loads], TONES)


def shares(
    named: Iterable[tuple[str, Sequence[int]]], tones: Sequence[str], *, most: int = MOST
) -> list[Bar]:
    """The first few, all on one scale; counts in the order of the tones."""
    shown = list(named)[:most]
    largest = max((sum(counts) for _name, counts in shown), default=1)
    return [Bar(name, sum(counts), _pieces(counts, tones, largest or 1)) for name, counts in shown]


def _pieces(counts: Sequence[int], tones: Sequence[str], largest: int) -> list[Piece]:
    found: list[Piece] = []
    scale, x = (WIDTH - len(tones) * NARROWEST) / largest, 0
    for count, tone in zip(counts, tones, strict=True):
        if count:
            width = max(round(count * scale), NARROWEST)
            found.append(Piece(x, width, tone))
            x += width
    return found
