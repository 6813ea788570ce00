"""Who sits on the committee: what each act does to the naive world, or False where it is refused."""

from datetime import date, timedelta

from tests.committee.play.facts import SEATED, Key, Role
from tests.committee.play.world import World


def substitute(world: World, by: str, *, seat: Key, who: str, first: date, last: date, reason: str) -> bool:
    filled = next(role for role in world.roles if role.key == seat)
    own = [role for role in world.roles if role.who == who and role.hospital == "h"]
    if not provides_for(world, by, filled) or who == by or not reason.strip():
        return False
    if filled.name not in SEATED or filled.instead_of or not world.today <= first <= last:
        return False
    if who in world.inactive or not any(role.is_held(first) for role in own):
        return False
    held = [r for r in world.roles if (r.who == who and r.name in SEATED) or r.instead_of == seat]
    if any(r.first <= last and (r.last is None or r.last >= first) for r in held):
        return False
    unit = next((role.unit for role in own if role.is_held(world.today)), filled.unit)
    world.roles.append(Role(who, filled.name, unit, "h", first, last, seat))
    return True


def provides_for(world: World, by: str, seat: Role) -> bool:
    """The chair for the members, the medical director for everybody; nobody for themselves."""
    if by == seat.who:
        return False
    directs = world.has(by, "medical_director", hospital="h")
    return directs or (seat.name != "chair" and world.is_chair(by))


def end_substitution(world: World, by: str, *, made: Key) -> bool:
    one = next((role for role in world.roles if role.key == made), None)
    if one is None or one.instead_of is None or (one.last and one.last < world.today):
        return False
    if not provides_for(world, by, next(role for role in world.roles if role.key == one.instead_of)):
        return False
    if one.first >= world.today:
        world.roles.remove(one)
    else:
        one.last = world.today - timedelta(days=1)
    return True


def join(world: World, by: str, *, who: str, name: str, unit: str, first: date) -> bool:
    """The administration gives a seat: no action of the program yet, a row."""
    world.roles.append(Role(who, name, unit, "h", first))
    return True


def end_role(world: World, by: str, *, role: Key, last: date) -> bool:
    next(one for one in world.roles if one.key == role).last = last
    return True


def switch(world: World, by: str, *, who: str) -> bool:
    """The account is shut, or open again."""
    world.inactive ^= {who}
    return True
