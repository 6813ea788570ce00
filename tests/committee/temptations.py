"""What people try next: from a few drawn bytes and the world as it stands, acts that are mostly sensible.

Every function yields acts one after the other, each chosen in the world that the one before left.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

from tests.committee.naive import CHOICES, ON_TREATMENT, SEATED, UNDECIDED, Case, World
from tests.committee.naive_acts import Act

T = TypeVar("T")
Acts = Iterator[Act]
BLANK = ("", "  ")
REASON = "Motivo scritto per esteso."
ROLES_APART = ("medical_director", "administrator", "auditor")


class Draw:
    """Choices out of a few bytes, the same for the same bytes, and without an end."""

    def __init__(self, drawn: bytes) -> None:
        self.left = list(drawn)
        self.more = random.Random(drawn)

    def number(self, below: int) -> int:
        return (self.left.pop(0) if self.left else self.more.randrange(256)) % below

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


# ── before the committee ──────────────────────────────────────────────────────────────────────────
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


# ── the sitting ───────────────────────────────────────────────────────────────────────────────────
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
        n = d.pick(open_)
        act = d.pick(("leave", "arrive"))
        known = sorted(world.sittings[n].inside) if act == "leave" else [*members(world), *guests(world)]
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


# ── the hearing ───────────────────────────────────────────────────────────────────────────────────
def declares(world: World, d: Draw) -> Acts:
    if not heard(world) and d.number(4):
        return
    case = d.pick(heard(world) or list(world.cases.values()))
    conflict = d.number(3) == 2
    round_ = case.round + (d.pick((-1, 1)) if d.seldom() else 0)
    told = {"case": case.name, "round": round_, "conflict": conflict}
    yield Act("declare", d.person(world, *members(world)), {**told, "text": d.reason() if conflict else ""})


def votes(world: World, d: Draw) -> Acts:
    if not heard(world) and not d.seldom():
        return
    case = d.pick(heard(world) or list(world.cases.values()))
    by = d.person(world, *members(world))
    choice = d.pick(CHOICES)
    round_ = case.round + (d.pick((-1, 1)) if d.seldom() else 0)
    yield ballot(case, by, choice, round=round_, text=d.reason(), codes=("R03",) if d.number(8) else ())


def ballot(case: Case, by: str, choice: str, **changed: object) -> Act:
    told = {
        "case": case.name,
        "round": case.round,
        "choice": choice,
        "text": REASON,
        "codes": ("R03",),
        **changed,
    }
    if choice == "approve" and told["text"] == REASON:
        told["text"] = ""
    if choice != "reject":
        told["codes"] = ()
    return Act("vote", by, told)


def all_vote(world: World, d: Draw) -> Acts:
    """Those with a voice declare and vote, most of them alike; some wait."""
    if not heard(world):
        return
    case = d.pick(heard(world))
    hearing = case.hearing
    assert hearing
    mood = d.pick(CHOICES)
    for who in sorted(world.seats_on(case) if hearing.until and d.seldom() else voices(world, case)):
        if case.hearing is not hearing or d.seldom():
            continue
        if (case.round, who, False) not in case.declared:
            told = {"case": case.name, "round": case.round, "conflict": False, "text": ""}
            yield Act("declare", who, told)
        choice = mood if d.number(3) else d.pick(CHOICES)
        yield ballot(case, who, choice)


def voices(world: World, case: Case) -> list[str]:
    hearing = case.hearing
    return list(hearing.inside) if hearing and not hearing.until else world.entitled(case)


def presiding(world: World, case: Case) -> list[str]:
    return sorted(who for who in world.seats_on(case) if world.presides(who, case)) or chair(world)


CLOSINGS = ("approve", "reject", "ask", "defer", "ratify", "deny_ratification")


def closes(world: World, d: Draw) -> Acts:
    """Whoever presides closes the case with what the votes say, or tries something else."""
    if not heard(world) and not d.seldom():
        return
    case = d.pick(heard(world) or list(world.cases.values()))
    result = world.may_close(case) if case.hearing else ""
    is_ratified = case.status in ON_TREATMENT
    right = {
        "approved": "ratify" if is_ratified else "approve",
        "rejected": "deny_ratification" if is_ratified else "reject",
        "information": "ask",
    }.get(result, "defer")
    act = d.pick(CLOSINGS) if d.number(4) == 3 else right
    by = d.person(
        world, *presiding(world, case), *([case.rapporteur] if case.rapporteur and act == "ask" else [])
    )
    told = {"case": case.name, "version": d.version(case.version)}
    if act == "approve":
        told |= {
            "conditions": d.pick(("Al giorno 7.", "", " ", "Al giorno 7.")),
            "limited": bool(d.number(2)),
        }
    elif act in ("reject", "deny_ratification"):
        told["is_complete"] = not d.seldom()
    elif act == "ask":
        told["questions"] = d.pick(
            (["Perché?"], ["Da quando?", "Quanto?"], [], ["  "]) if d.seldom() else (["?"],)
        )
    elif act == "defer":
        told |= {"reason": d.reason(), "until": world.today + timedelta(days=(1, 2, 3, 0)[d.number(4)])}
    yield Act(act, by, told)


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


def waits(world: World, d: Draw) -> Acts:
    """The clock moves on: minutes, hours, days; or to the very end of a virtual round."""
    ends = [case.hearing.until for case in heard(world) if case.hearing and case.hearing.until]
    coming = [end - world.at for end in ends if end > world.at]
    if coming and d.number(3):
        yield Act("wait", "clock", {"lasts": min(coming) - timedelta(seconds=d.pick((1, 2)))})
    else:
        yield Act("wait", "clock", {"lasts": timedelta(hours=d.pick((1, 4, 24, 72)))})


# ── the members ───────────────────────────────────────────────────────────────────────────────────
def joins(world: World, d: Draw) -> Acts:
    """A new member, from today or tomorrow; seldom with a seat already, seldom a second chair."""
    who = d.pick(sorted(world.professions))
    name, unit = "committee_member", d.pick(("cardiology", "pharmacy", "w3"))
    first = world.today + timedelta(days=d.number(4) == 3)
    if not any(role.key == (who, name, unit, first) for role in world.roles):
        yield Act("join", "administrator", {"who": who, "name": name, "unit": unit, "first": first})


def goes(world: World, d: Draw) -> Acts:
    """A seat on the committee, or something else that somebody was, ends."""
    held = [r for r in world.roles if r.is_held(world.today) and r.hospital == "h" and r.last is None]
    seats = [role for role in held if role.name == "committee_member"]
    role = d.pick(held if d.seldom() or not seats else seats)
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
    """An account is shut, or opens again."""
    back = sorted(world.inactive)
    others = [who for who in members(world) if not world.is_chair(who)] if d.number(4) else members(world)
    who = d.pick(back) if back and d.number(4) else d.person(world, *others)
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
    one = d.pick(made or world.roles)
    by = [*chair(world), "director"] if one.name != "chair" else ["director"]
    yield Act("end_substitution", d.person(world, *by), {"made": one.key})


# What a step of the machine draws from: first one of these, then what it does.
TEMPTATIONS: dict[str, tuple[Callable[[World, Draw], Acts], ...]] = {
    "before": (all_come, comes, author_moves, author_moves, names, decides_alone, appeals, appoints),
    "agenda": (convenes, changes_agenda, ends_sitting, convenes),
    "room": (opens, opens_item, moves_about, opens_item),
    "sitting": (sits, sits_to_ratify),
    "voices": (all_vote, votes, declares, votes),
    "closing": (closes,),
    "clock": (waits,),
    "members": (substitutes, somebody_chairs, comes_back, goes, switches, somebody_chairs, substitutes),
}


def tempt(name: str, world: World, d: Draw) -> Acts:
    yield from d.pick(TEMPTATIONS[name])(world, d)
