"""What its people try with a case before the committee."""

from collections.abc import Iterator

from tests.committee.play.acts import Act
from tests.committee.play.draw import Draw, chair, members
from tests.committee.play.facts import ON_TREATMENT, UNDECIDED, Case
from tests.committee.play.world import World

Acts = Iterator[Act]


def comes(world: World, d: Draw) -> Acts:
    """Another application is referred to the committee."""
    cases = [case for case in world.cases.values() if case.status == "pharmacy_review"]
    if cases:
        case = d.pick(cases)
        yield Act("refer", d.person(world, case.taken_by), {"case": case.name})


def all_come(world: World, d: Draw) -> Acts:
    for case in world.cases.values():
        if case.status == "pharmacy_review":
            yield Act("refer", case.taken_by, {"case": case.name})


def names(world: World, d: Draw) -> Acts:
    case = d.pick(list(world.cases.values()))
    told = {"case": case.name, "member": d.person(world, *members(world))}
    yield Act("name_rapporteur", d.person(world, *chair(world)), told)


def author_moves(world: World, d: Draw) -> Acts:
    """The author answers what was asked; seldom withdraws, ends the treatment or has it reassessed."""
    asked = [case for case in world.cases.values() if case.status == "information_requested"]
    case = d.pick(asked or list(world.cases.values()))
    by = d.person(world, case.author)
    if asked and d.number(4):
        yield Act("answer", by, {"case": case.name})
    elif case.status in ON_TREATMENT and d.number(4):
        helps = bool(d.number(2))
        told = {"case": case.name, "helps": helps}
        yield Act("reassess", by, told) if d.number(3) else Act("end_treatment", by, {"case": case.name})
    elif case.status in UNDECIDED and not d.number(4):
        yield Act("withdraw", by, {"case": case.name, "reason": d.reason()})
    else:
        yield Act("answer", by, {"case": case.name})


def appeals(world: World, d: Draw) -> Acts:
    """A refusal is appealed, and where too few are left the medical director appoints others."""
    refused = [case for case in world.cases.values() if case.status == "rejected"]
    case = d.pick(refused or list(world.cases.values()))
    text = "Nuove informazioni cliniche. " * (4 if d.number(8) else 1)
    if refused or d.seldom():
        yield Act("appeal", d.person(world, case.author), {"case": case.name, "text": text})
    yield from appoints(world, d)


def appoints(world: World, d: Draw) -> Acts:
    short = [case for case in world.cases.values() if world.is_unheard(case) and world.too_few(case)]
    if not short and not d.seldom():
        return
    case = d.pick(short or list(world.cases.values()))
    members = list(dict.fromkeys(d.person(world, *colleagues(world, case)) for _n in range(d.number(3) + 1)))
    told = {"case": case.name, "members": members, "reason": d.reason()}
    needs_chair = not any(world.presides(who, case) for who in world.seats_on(case))
    told["presiding"] = d.pick(members) if needs_chair != d.seldom() else None
    yield Act("appoint", d.person(world, "director"), told)


def colleagues(world: World, case: Case) -> list[str]:
    """Who could judge it, and has no seat."""
    others = [who for who in world.professions if who not in world.seats_on(case)]
    return sorted(who for who in others if not world.is_recused(who, case)) or others


def decides_alone(world: World, d: Draw) -> Acts:
    """The chair authorises by itself what waits for the committee."""
    waits = [case for case in world.cases.values() if case.status == "committee_review"]
    if not waits and not d.seldom():
        return
    case = d.pick(waits or list(world.cases.values()))
    because = "Non può attendere la seduta." if d.number(8) else "Urgente."
    yield Act("decide_urgently", d.person(world, *chair(world)), {"case": case.name, "because": because})
