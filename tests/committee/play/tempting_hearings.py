"""What is tried while a case is heard: declarations, votes, closings; and the clock."""

from collections.abc import Iterator
from datetime import timedelta

from tests.committee.play.acts import Act
from tests.committee.play.draw import REASON, Draw, heard, members, presiding, voices
from tests.committee.play.facts import CHOICES, ON_TREATMENT, Case
from tests.committee.play.world import World

Acts = Iterator[Act]


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


def waits(world: World, d: Draw) -> Acts:
    """The clock moves on: minutes, hours, days; or to the very end of a virtual round."""
    ends = [case.hearing.until for case in heard(world) if case.hearing and case.hearing.until]
    coming = [end - world.at for end in ends if end > world.at]
    if coming and d.number(3):
        yield Act("wait", "clock", {"lasts": min(coming) - timedelta(seconds=d.pick((1, 2)))})
    else:
        yield Act("wait", "clock", {"lasts": timedelta(hours=d.pick((1, 4, 24, 72)))})
