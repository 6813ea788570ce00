"""An act: what somebody does, `by` whom; cases go by letter, sittings and items by number.

`play(world, act)` says whether it happens.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.committee.play import cases, deciding, members, sittings
from tests.committee.play.world import World


@dataclass(frozen=True)
class Act:
    name: str
    by: str
    told: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.told.items())
        return f"{self.by}: {self.name}({told})"


def play(world: World, act: Act) -> bool:
    """Whether it happens. What does not happen changes nothing."""
    return ACTS[act.name](world, act.by, **act.told)


ACTS: dict[str, Callable[..., bool]] = {
    one.__name__: one
    for one in (
        cases.refer,
        cases.name_rapporteur,
        cases.declare,
        cases.vote,
        deciding.approve,
        deciding.reject,
        cases.ask,
        cases.answer,
        cases.withdraw,
        deciding.defer,
        deciding.decide_urgently,
        deciding.ratify,
        deciding.deny_ratification,
        cases.end_treatment,
        cases.reassess,
        cases.appeal,
        cases.appoint,
        sittings.convene,
        sittings.add_item,
        sittings.remove_item,
        sittings.arrange,
        sittings.cancel,
        sittings.open_sitting,
        sittings.open_item,
        sittings.arrive,
        sittings.leave,
        sittings.close,
        sittings.write_minutes,
        sittings.sign_minutes,
        members.substitute,
        members.end_substitution,
        members.join,
        members.end_role,
        members.switch,
    )
}
