"""What people try next: from a few drawn bytes and the world as it stands, acts that are mostly sensible.

Every function yields acts one after the other, each chosen in the world that the one before left.
"""

from collections.abc import Callable, Iterator

from tests.committee.play.acts import Act
from tests.committee.play.draw import Draw, chair, heard, presiding, sittings
from tests.committee.play.facts import CHOICES
from tests.committee.play.tempting_cases import (
    all_come,
    appeals,
    appoints,
    author_moves,
    comes,
    decides_alone,
    names,
)
from tests.committee.play.tempting_hearings import all_vote, ballot, closes, declares, votes, waits
from tests.committee.play.tempting_members import comes_back, goes, somebody_chairs, substitutes, switches
from tests.committee.play.tempting_sittings import (
    changes_agenda,
    convenes,
    ends_sitting,
    moves_about,
    opens,
    opens_item,
)
from tests.committee.play.world import World

Acts = Iterator[Act]


def sits(world: World, d: Draw) -> Acts:
    """A whole sitting with all that waits, as far as it goes."""
    yield from all_come(world, d) if d.number(2) else ()
    yield from convenes(world, d)
    yield from opens(world, d)
    for n in sittings(world, "open")[::-1]:
        for i, item in enumerate(world.sittings[n].items):
            if item.waits and world.sittings[n].until is None:
                who = presiding(world, world.cases[item.case])
                yield Act("open_item", d.person(world, *who), {"sitting": n, "item": i})
            yield from all_vote(world, d)
            yield from waits(world, d) if d.number(4) == 3 else ()
            yield from closes(world, d)
        if not d.number(3):
            yield Act("close", d.person(world, *chair(world)), {"sitting": n})


def thinks_again(world: World, d: Draw) -> Acts:
    """Whoever has voted comes to have a conflict, or to belong to the ward, and tries to vote again."""
    voted = [(case, who) for case in heard(world) for who in sorted(world.votes(case))]
    if not voted:
        return
    case, who = d.pick(voted)
    if d.number(2):
        told = {"case": case.name, "round": case.round, "conflict": True, "text": d.reason()}
        yield Act("declare", who, told)
    else:
        key = (who, "committee_member", case.unit, world.today)
        if all(role.key != key for role in world.roles):
            told = {"who": who, "name": "committee_member", "unit": case.unit, "first": world.today}
            yield Act("join", "administrator", told)
    yield ballot(case, who, d.pick(CHOICES))


def gathers(world: World, d: Draw) -> Acts:
    """All is there for a vote: mostly a sitting is open and a case is heard."""
    yield from all_come(world, d)
    if not heard(world):
        yield from convenes(world, d)
        yield from opens(world, d)
        yield from opens_item(world, d)
    yield from all_vote(world, d) if d.number(2) else ()


def sits_to_ratify(world: World, d: Draw) -> Acts:
    """The chair decides alone, and the next sitting has it on its agenda."""
    yield from all_come(world, d)
    yield from decides_alone(world, d)
    yield from sits(world, d)


# What a step of the machine draws from: first one of these, then what it does.
TEMPTATIONS: dict[str, tuple[Callable[[World, Draw], Acts], ...]] = {
    "before": (all_come, comes, author_moves, author_moves, author_moves, names, decides_alone),
    "appeal": (appeals, appeals, appoints),
    "agenda": (convenes, changes_agenda, changes_agenda, ends_sitting, ends_sitting),
    "room": (opens, opens_item, moves_about, moves_about),
    "sitting": (sits, sits, sits_to_ratify),
    "voices": (all_vote, votes, declares, votes, thinks_again),
    "closing": (closes,),
    "clock": (waits,),
    "members": (substitutes, somebody_chairs, comes_back, goes, switches, somebody_chairs, substitutes),
}


def tempt(name: str, world: World, d: Draw) -> Acts:
    yield from d.pick(TEMPTATIONS[name])(world, d)
