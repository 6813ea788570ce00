"""A sitting: what each act does to the naive world, or False where it is refused and changes nothing."""

from datetime import datetime, timedelta

from tests.committee.play.cases import move, seen
from tests.committee.play.facts import HEARD, ON_TREATMENT, Hearing, Item, Sitting
from tests.committee.play.world import World

LONGEST_ROUND = timedelta(days=30)


def convene(
    world: World, by: str, *, cases: list[str], begins: datetime | None, until: datetime | None
) -> bool:
    """A meeting that begins then; or, without a beginning, a virtual round until then."""
    chosen = [world.cases[name] for name in cases]
    if not world.is_chair(by) or not all(world.is_waiting(one) for one in chosen):
        return False
    if is_double_click(world, by, cases, begins, until):
        return False
    if begins is None:
        if not chosen or until is None or not world.at < until <= world.at + LONGEST_ROUND:
            return False
    elif begins < world.at - timedelta(minutes=5):
        return False
    latest = datetime.max.replace(tzinfo=world.at.tzinfo)
    chosen.sort(key=lambda one: (one.due or latest, one.name))
    items = [Item(one.name, n) for n, one in enumerate(chosen, 1)]
    convened = (by, world.at, begins or until)
    world.sittings.append(Sitting(convened, until if begins is None else None, items=items))
    return True


def is_double_click(
    world: World, by: str, cases: list[str], begins: datetime | None, until: datetime
) -> bool:
    """The same sitting, by the same person, a moment ago."""
    own = [one for one in world.sittings if one.convened[0] == by]
    return bool(own) and (
        {item.case for item in own[-1].items} == set(cases)
        and (own[-1].until is None) == (begins is not None)
        and own[-1].convened[2] == (begins or until)
        and own[-1].convened[1] >= world.at - timedelta(minutes=1)
    )


def found(world: World, by: str, sitting: int, version: int | None, *statuses: str) -> Sitting | None:
    one = world.sittings[sitting]
    may = world.is_chair(by) and seen(version, one.version) and one.status in statuses
    return one if may else None


def add_item(world: World, by: str, *, sitting: int, case: str, version: int | None = None) -> bool:
    one, added = found(world, by, sitting, version, "scheduled", "open"), world.cases[case]
    if one is None or not world.is_unheard(added) or world.is_on_an_agenda(added) or added.hearing:
        return False
    one.items.append(Item(case, len(one.items) + 1))
    one.version += 1
    return True


def remove_item(world: World, by: str, *, sitting: int, item: int, version: int | None = None) -> bool:
    one = found(world, by, sitting, version, "scheduled", "open")
    if one is None or not one.items[item].waits:
        return False
    one.items[item].is_removed = True
    one.version += 1
    return True


def arrange(world: World, by: str, *, sitting: int, order: list[int], version: int | None = None) -> bool:
    one = found(world, by, sitting, version, "scheduled", "open")
    if one is None or sorted(order) != [n for n, item in enumerate(one.items) if item.waits]:
        return False
    for position, n in enumerate(order, len(one.items) - len(order) + 1):
        one.items[n].position = position
    one.version += 1
    return True


def cancel(world: World, by: str, *, sitting: int, reason: str, version: int | None = None) -> bool:
    one = found(world, by, sitting, version, "scheduled")
    if one is None or not reason.strip():
        return False
    end(one, "cancelled")
    return True


def end(one: Sitting, status: str) -> None:
    one.status = status
    one.inside.clear()
    one.version += 1
    for item in one.waiting:
        item.is_removed = True


def open_sitting(
    world: World, by: str, *, sitting: int, present: list[str], version: int | None = None
) -> bool:
    one = found(world, by, sitting, version, "scheduled")
    if one is None:
        return False
    if one.until is None:
        seats = set(world.seats("h"))
        if not all(may_attend(world, who, one) for who in present):
            return False
        if len(seats & set(present)) * 2 <= len(seats):
            return False
        one.inside = set(present)
    else:
        in_time = world.at < one.until <= world.at + LONGEST_ROUND
        if not in_time or not [item for item in one.waiting if hear(world, by, one, item)]:
            return False
    one.status, one.has_opened = "open", True
    one.version += 1
    return True


def may_attend(world: World, who: str, sitting: Sitting) -> bool:
    cases = [world.cases[item.case] for item in sitting.items]
    return who in world.seats("h") or any(who == one for case in cases for one, _presides in case.appointed)


def hear(world: World, by: str, sitting: Sitting, item: Item) -> bool:
    case = world.cases[item.case]
    if case.status not in HEARD or not world.presides(by, case) or case.hearing or world.too_few(case):
        return False
    if case.status in ON_TREATMENT and not case.waits_to_be_ratified:
        return False
    if sitting.until and sitting.until <= world.at:
        return False
    case.round += case.status in ON_TREATMENT
    item.hearing = Hearing(case.round, sitting.until, set(sitting.inside))
    case.hearings.append(item.hearing)
    move(case)
    return True


def open_item(world: World, by: str, *, sitting: int, item: int, version: int | None = None) -> bool:
    one = world.sittings[sitting]
    if not seen(version, one.version) or one.status != "open" or not one.items[item].waits:
        return False
    if (one.until is None and one.under_way) or not hear(world, by, one, one.items[item]):
        return False
    one.version += 1
    return True


def arrive(world: World, by: str, *, sitting: int, member: str) -> bool:
    one = found(world, by, sitting, None, "open")
    if one is None or one.until or member in one.inside or not may_attend(world, member, one):
        return False
    for room in (one, *(item.hearing for item in one.under_way)):
        room.inside.add(member)
    one.version += 1
    return True


def leave(world: World, by: str, *, sitting: int, member: str) -> bool:
    """Whoever is in the room may leave it, whatever became of their seat."""
    one = found(world, by, sitting, None, "open")
    if one is None or one.until or member not in one.inside:
        return False
    for room in (one, *(item.hearing for item in one.under_way)):
        room.inside.discard(member)
    one.version += 1
    return True


def close(world: World, by: str, *, sitting: int, version: int | None = None) -> bool:
    one = found(world, by, sitting, version, "open")
    if one is None or one.under_way:
        return False
    end(one, "closed")
    return True


def write_minutes(world: World, by: str, *, sitting: int, version: int | None = None) -> bool:
    one = found(world, by, sitting, version, "closed")
    if one is None:
        return False
    one.version += 1
    return True


def sign_minutes(world: World, by: str, *, sitting: int, version: int | None = None) -> bool:
    one = found(world, by, sitting, version, "closed")
    if one is None:
        return False
    one.status = "minuted"
    one.version += 1
    return True
