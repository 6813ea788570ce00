"""Counts for the public: no small number is shown, and none can be computed from the others. Pure.

A count from 1 to 4 is shown as "<5". The total of a table is shown too, so that a hidden count could be what
is left of it: other counts are hidden with it ("not shown") until, of every small one, all of 1, 2, 3 and 4
remain possible for whoever adds and subtracts. Zero is shown: of nobody nothing can be learned. A total that
is itself small is all that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

LEAST = 5


class Hidden(Enum):
    SMALL = "<5"
    NOT_SHOWN = "–"


Shown = int | Hidden


@dataclass(frozen=True)
class Published:
    cells: list[Shown]
    total: Shown

    @property
    def is_whole(self) -> bool:
        """Whether nothing had to be hidden: only then may a share be computed from it."""
        return all(isinstance(cell, int) for cell in (*self.cells, self.total))


def published(counts: Sequence[int]) -> Published:
    """Counts that add up to their total."""
    total = sum(counts)
    if 0 < total < LEAST:
        return Published([Hidden.NOT_SHOWN] * len(counts), Hidden.SMALL)
    small = {place for place, count in enumerate(counts) if 0 < count < LEAST}
    hidden = set(small)
    # The smallest of the others first: what is hidden weighs least.
    rest = sorted(
        (place for place, count in enumerate(counts) if count >= LEAST),
        key=lambda place: (counts[place], place),
    )
    while small and not is_open(counts, small, hidden) and rest:
        hidden.add(rest.pop(0))
    cells: list[Shown] = [
        Hidden.SMALL if place in small else Hidden.NOT_SHOWN if place in hidden else count
        for place, count in enumerate(counts)
    ]
    return Published(cells, total if is_open(counts, small, hidden) else Hidden.NOT_SHOWN)


def is_open(counts: Sequence[int], small: set[int], hidden: set[int]) -> bool:
    """Whether each small count may still be anything from 1 to 4, given the sum of all hidden ones: the
    others are at least 1 (small) or 5 (not shown), and at most 4 or without end."""
    if not small:
        return True
    left = sum(counts[place] for place in hidden)
    most = LEAST - 1
    others_small, others_large = len(small) - 1, len(hidden) - len(small)
    least_of_others = others_small + LEAST * others_large
    can_be_most = left - most >= least_of_others
    can_be_one = bool(others_large) or left - 1 <= most * others_small
    return can_be_most and can_be_one


def amount(value: int, people: int) -> Shown:
    """A sum over so many treatments: of few it is hidden, because one person's share could be guessed."""
    return value if people == 0 or people >= LEAST else Hidden.NOT_SHOWN
