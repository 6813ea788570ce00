"""Members come and go, have substitutes and are back."""

from collections.abc import Iterator
from datetime import timedelta

from tests.committee.play.acts import Act
from tests.committee.play.draw import Draw, chair, members
from tests.committee.play.facts import SEATED
from tests.committee.play.world import World

Acts = Iterator[Act]


def joins(world: World, d: Draw) -> Acts:
    """A new member, from today or tomorrow; seldom with a seat already, seldom a second chair."""
    who = d.pick(sorted(world.professions))
    name, unit = "committee_member", d.pick(("cardiology", "pharmacy", "w3"))
    first = world.today + timedelta(days=d.number(4) == 3)
    if not any(role.key == (who, name, unit, first) for role in world.roles):
        yield Act("join", "administrator", {"who": who, "name": name, "unit": unit, "first": first})


def goes(world: World, d: Draw) -> Acts:
    """A seat on the committee, or something else that somebody was, ends; never the last administrator's."""
    open_ended = [role for role in world.roles if role.last is None and role.name != "administrator"]
    held = [role for role in open_ended if role.is_held(world.today) and role.hospital == "h"]
    seats = [role for role in held if role.name == "committee_member"]
    role = d.pick(held if d.seldom() or not seats else seats)  # somebody always holds something
    last = max(role.first, world.today - timedelta(days=1))
    yield Act("end_role", "administrator", {"role": role.key, "last": last})


def somebody_chairs(world: World, d: Draw) -> Acts:
    """Where nobody chairs: the account opens again, or the medical director names a substitute."""
    if chair(world):
        yield from joins(world, d)
    elif "chair" in world.inactive and d.number(2):
        yield Act("switch", "administrator", {"who": "chair"})
    else:
        yield from substitutes(world, d, "chair")


def switches(world: World, d: Draw) -> Acts:
    """An account is shut, or opens again; never the last administrator's, which the database keeps open."""
    back = sorted(world.inactive)
    others = [who for who in members(world) if not world.is_chair(who)] if d.number(4) else members(world)
    who = d.pick(back) if back and d.number(4) else d.person(world, *others)
    if who != "administrator":
        yield Act("switch", "administrator", {"who": who})


def substitutes(world: World, d: Draw, *names: str) -> Acts:
    seats = [role for role in world.roles if role.name in (names or SEATED) and role.hospital == "h"]
    filled = [role for role in seats if role.is_held(world.today) and not role.instead_of]
    seat = d.pick(seats if d.seldom() or not filled else filled)
    free = sorted(who for who in world.professions if who not in world.seats("h"))
    first = world.today + timedelta(days=(0, 0, 0, 0, 1, 2, -1)[d.number(7)])
    told = {"seat": seat.key, "who": d.person(world, *free), "first": first}
    told |= {"last": first + timedelta(days=(3, 1, 0, 8, -1)[d.number(5)]), "reason": d.reason()}
    by = ["director"] if seat.name == "chair" else [*chair(world), "director"]
    yield Act("substitute", d.person(world, *by), told)


def comes_back(world: World, d: Draw) -> Acts:
    """A substitution ends before its time."""
    made = [role for role in world.roles if role.instead_of]
    if not made and not d.seldom():
        return
    one = d.pick(made or world.roles)
    by = [*chair(world), "director"] if one.name != "chair" else ["director"]
    yield Act("end_substitution", d.person(world, *by), {"made": one.key})
