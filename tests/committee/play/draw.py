"""Choices out of one drawn number, and whom or what one mostly chooses from."""

import random
from collections.abc import Sequence
from typing import TypeVar

from tests.committee.play.facts import Case
from tests.committee.play.world import World

T = TypeVar("T")
BLANK = ("", "  ")
REASON = "Motivo scritto per esteso."


class Draw:
    """Any number of choices, the same for the same numbers drawn so far.

    Hypothesis draws zero often, and repeats parts of examples: a number alone would make few choices.
    """

    def __init__(self, numbers: list[int]) -> None:
        self.random = random.Random(" ".join(map(str, numbers)))

    def number(self, below: int) -> int:
        return self.random.randrange(below)

    def pick(self, options: Sequence[T]) -> T:
        return options[self.number(len(options))]

    def seldom(self) -> bool:
        return self.number(8) == 7

    def some(self, options: Sequence[T]) -> list[T]:
        bits = self.number(256)
        return [one for n, one in enumerate(options) if not bits >> n & 1]

    def person(self, world: World, *rightly: str) -> str:
        """One of those who may, now and then anybody."""
        if not rightly or self.seldom():
            return self.pick(sorted(world.professions))
        return self.pick(rightly)

    def version(self, now: int) -> int | None:
        """As the page was drawn: mostly up to date."""
        return (None, now, now, now - 1)[self.number(4)] if self.seldom() else None

    def reason(self) -> str:
        return self.pick(BLANK) if self.seldom() else REASON


def heard(world: World) -> list[Case]:
    return [case for case in world.cases.values() if case.hearing]


def chair(world: World) -> list[str]:
    return sorted(who for who in world.seats("h") if world.is_chair(who))


def guests(world: World) -> list[str]:
    """Those appointed for some case."""
    return sorted({who for case in world.cases.values() for who, _presides in case.appointed})


def sittings(world: World, *statuses: str) -> list[int]:
    return [n for n, one in enumerate(world.sittings) if one.status in statuses]


def members(world: World) -> list[str]:
    return sorted(world.seats("h"))


def voices(world: World, case: Case) -> list[str]:
    hearing = case.hearing
    return list(hearing.inside) if hearing and not hearing.until else world.entitled(case)


def presiding(world: World, case: Case) -> list[str]:
    return sorted(who for who in world.seats_on(case) if world.presides(who, case)) or chair(world)
