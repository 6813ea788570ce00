"""What is tried with a sitting: its agenda, its opening, the room, its end."""

from collections.abc import Iterator
from datetime import timedelta

from tests.committee.play.acts import Act
from tests.committee.play.draw import Draw, chair, guests, members, presiding, sittings
from tests.committee.play.world import World

Acts = Iterator[Act]


def convenes(world: World, d: Draw) -> Acts:
    waits = [case.name for case in world.cases.values() if world.is_waiting(case)]
    if not waits and d.number(4) != 3:
        return
    cases = d.some(list(world.cases)) if d.seldom() else d.some(waits) or waits
    hours = (1, 2, 4, 24, 72, 0, -1, 24 * 31)[d.number(6) if d.number(8) else d.number(8)]
    later = world.at + timedelta(hours=hours)
    is_virtual = d.number(2)
    told = {"begins": None, "until": later} if is_virtual else {"begins": later, "until": None}
    yield Act("convene", d.person(world, *chair(world)), {"cases": cases, **told})


def changes_agenda(world: World, d: Draw) -> Acts:
    live = sittings(world, "scheduled", "open") or sittings(world, "closed", "cancelled", "minuted")
    if not live:
        return
    n = d.pick(live)
    one, by = world.sittings[n], d.person(world, *chair(world))
    version = d.version(one.version)
    told = {"sitting": n, "version": version}
    what = d.number(3)
    if what == 0:
        unheard = [case.name for case in world.cases.values() if world.is_unheard(case)]
        yield Act("add_item", by, {**told, "case": d.pick(unheard or list(world.cases))})
    elif what == 1 and one.items:
        yield Act("remove_item", by, {**told, "item": d.number(len(one.items))})
    else:
        order = [n for n, item in enumerate(one.items) if item.waits]
        turn = d.number(4) % max(len(order), 1)
        order = order[turn:] + order[:turn] if d.number(8) else order[1:]
        yield Act("arrange", by, {**told, "order": order})


def opens(world: World, d: Draw) -> Acts:
    """A sitting opens, mostly with most of its members."""
    scheduled = sittings(world, "scheduled") or sittings(world, "open", "closed", "cancelled", "minuted")
    if scheduled:
        n = d.pick(scheduled[::-1])
        away = d.number(64) & d.number(64)
        present = [who for bit, who in enumerate(members(world)) if not away >> bit & 1]
        present += [d.person(world)] if d.seldom() else guests(world) if d.number(2) else []
        told = {"sitting": n, "present": list(dict.fromkeys(present))}
        told["version"] = d.version(world.sittings[n].version)
        yield Act("open_sitting", d.person(world, *chair(world)), told)


def opens_item(world: World, d: Draw) -> Acts:
    found = [(n, i) for n in sittings(world, "open") for i, item in enumerate(world.sittings[n].items)]
    waiting = [(n, i) for n, i in found if world.sittings[n].items[i].waits]
    if found:
        n, i = d.pick(found if d.seldom() or not waiting else waiting)
        told = {"sitting": n, "item": i, "version": d.version(world.sittings[n].version)}
        case = world.cases[world.sittings[n].items[i].case]
        yield Act("open_item", d.person(world, *presiding(world, case)), told)


def moves_about(world: World, d: Draw) -> Acts:
    """Somebody comes into the room or leaves it."""
    open_ = sittings(world, "open") or sittings(world, "scheduled", "closed")
    if open_:
        n = d.pick(open_[::-1])
        act = d.pick(("leave", "arrive"))
        away = [who for who in members(world) if who not in world.sittings[n].inside]
        known = (
            sorted(world.sittings[n].inside) if act == "leave" else [*away, *guests(world)] or members(world)
        )
        told = {"sitting": n, "member": d.person(world, *known)}
        yield Act(act, d.person(world, *chair(world)), told)


def ends_sitting(world: World, d: Draw) -> Acts:
    if not world.sittings:
        return
    n = d.number(len(world.sittings))
    one, by = world.sittings[n], d.person(world, *chair(world))
    told = {"sitting": n, "version": d.version(one.version)}
    right = {"scheduled": "cancel", "open": "close"}.get(
        one.status, d.pick(("write_minutes", "sign_minutes"))
    )
    act = d.pick(("cancel", "close", "write_minutes", "sign_minutes")) if d.seldom() else right
    yield Act(act, by, {**told, "reason": d.reason()} if act == "cancel" else told)
