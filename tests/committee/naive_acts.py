"""What each act does to the naive world, or that it is refused: `play(world, act) -> happened`.

An act is named by what somebody does, `by` is who does it; cases go by letter, sittings and items by number.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.committee.naive import (
    HEARD,
    ON_TREATMENT,
    SEATED,
    UNDECIDED,
    Case,
    Decision,
    Hearing,
    Item,
    Key,
    Role,
    Sitting,
    Vote,
    World,
)

CODES = {f"R{n:02d}" for n in range(1, 16)}
LONGEST_ROUND = timedelta(days=30)


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


def move(case: Case, status: str = "", outcome: str = "") -> None:
    """One more step; it ends the hearing where the case moves on."""
    case.version += 1
    if status:
        outcome = outcome or "overtaken"
    if outcome and case.hearing:
        case.hearing.outcome = outcome
    case.status = status or case.status


def seen(version: int | None, now: int) -> bool:
    return version is None or version == now


# ── the case ──────────────────────────────────────────────────────────────────────────────────────
def refer(world: World, by: str, *, case: str) -> bool:
    one = world.cases[case]
    may = by == one.taken_by and world.has(by, "pharmacist", hospital=one.hospital)
    if not may or one.status != "pharmacy_review":
        return False
    move(one, "committee_review")
    one.round += 1
    return True


def name_rapporteur(world: World, by: str, *, case: str, member: str) -> bool:
    one = world.cases[case]
    if one.status != "committee_review" or not world.presides(by, one) or member not in world.entitled(one):
        return False
    one.rapporteur = member
    move(one)
    return True


def declare(world: World, by: str, *, case: str, round: int, conflict: bool, text: str) -> bool:
    one = world.cases[case]
    can_be_heard = one.status == "committee_review" or one.hearing
    if not can_be_heard or by not in world.entitled(one) or round != one.round:
        return False
    if (round, by, conflict) in one.declared or (conflict and not text.strip()):
        return False
    one.declared.append((round, by, conflict))
    move(one)
    return True


def vote(world: World, by: str, *, case: str, round: int, choice: str, text: str, codes: list[str]) -> bool:
    one = world.cases[case]
    hearing = one.hearing
    if hearing is None or by not in world.entitled(one) or round != one.round:
        return False
    has_a_voice = world.at < hearing.until if hearing.until else by in hearing.inside
    if not has_a_voice or (round, by, False) not in one.declared:
        return False
    if choice not in world.possible_choices(one):
        return False
    if (choice != "approve" or text) and not text.strip():
        return False
    if choice == "reject" and one.status == "committee_review" and (not codes or not set(codes) <= CODES):
        return False
    told = Vote(round, by, choice, text, codes)
    if told == next((v for v in reversed(one.votes) if (v.round, v.who) == (round, by)), None):
        return False
    one.votes.append(told)
    move(one)
    return True


def decided(world: World, one: Case, by: str, is_approval: bool, tally: dict, **more: Any) -> None:
    one.decisions.append(Decision(one.round, is_approval, by, tally, **more))
    one.due = None


def approve(
    world: World, by: str, *, case: str, conditions: str, limited: bool, version: int | None = None
) -> bool:
    one = world.cases[case]
    if not seen(version, one.version) or one.status != "committee_review":
        return False
    if by not in world.entitled(one) or not world.presides(by, one) or world.may_close(one) != "approved":
        return False
    tally = world.tally(one)
    if not conditions.strip() and (conditions or (tally["with_conditions"] and not limited)):
        return False
    move(one, "approved", "approved")
    decided(world, one, by, True, tally)
    return True


def reject(world: World, by: str, *, case: str, is_complete: bool, version: int | None = None) -> bool:
    one = world.cases[case]
    if not seen(version, one.version) or one.status != "committee_review" or not is_complete:
        return False
    if by not in world.entitled(one) or not world.presides(by, one) or world.may_close(one) != "rejected":
        return False
    tally = world.tally(one)
    move(one, "rejected", "rejected")
    decided(world, one, by, False, tally)
    return True


def ask(world: World, by: str, *, case: str, questions: list[str], version: int | None = None) -> bool:
    one = world.cases[case]
    if not seen(version, one.version) or not questions or not all(q.strip() for q in questions):
        return False
    if one.status == "pharmacy_review":
        if by != one.taken_by or not world.has(by, "pharmacist", hospital=one.hospital):
            return False
    elif one.status == "committee_review":
        may = world.presides(by, one) or by == one.rapporteur
        if not may or by not in world.entitled(one):
            return False
        if one.hearing and world.has_decided(one) not in ("", "information"):
            return False
    else:
        return False
    one.asked_from, one.asked_at = one.status, world.at
    move(one, "information_requested", "information")
    return True


def answer(world: World, by: str, *, case: str) -> bool:
    one = world.cases[case]
    if one.status != "information_requested" or not is_author(world, by, one):
        return False
    if one.due:
        one.due += world.at - one.asked_at
    move(one, one.asked_from)
    one.asked_from = ""
    one.round += one.status == "committee_review"
    return True


def is_author(world: World, by: str, one: Case) -> bool:
    return by == one.author and world.has(by, "prescriber", unit=one.unit)


def withdraw(world: World, by: str, *, case: str, reason: str) -> bool:
    one = world.cases[case]
    if one.status not in UNDECIDED or not is_author(world, by, one) or not reason.strip():
        return False
    move(one, "withdrawn")
    one.asked_from, one.due = "", None
    return True


def defer(
    world: World, by: str, *, case: str, reason: str, until: date | None, version: int | None = None
) -> bool:
    one = world.cases[case]
    if not seen(version, one.version) or one.hearing is None or not world.presides(by, one):
        return False
    if world.has_decided(one) not in ("", "information"):
        return False
    if not reason.strip() or until is None or until <= world.today:
        return False
    one.hearing.deferred_to = until
    one.round += one.status == "committee_review"
    move(one, outcome="deferred")
    return True


def decide_urgently(world: World, by: str, *, case: str, because: str) -> bool:
    one = world.cases[case]
    if not world.settings.alone or one.status != "committee_review" or one.hearing or one.two_thirds:
        return False
    if by not in world.entitled(one) or not world.presides(by, one) or len(because.strip()) < 20:
        return False
    if one.is_appealed or (one.decisions and one.decisions[-1].is_alone):
        return False
    tally = world.tally(one)
    move(one, "approved")
    decided(world, one, by, True, tally, is_alone=True)
    return True


def ratify(world: World, by: str, *, case: str, version: int | None = None) -> bool:
    return judge_alone(world, by, case, version, "approved")


def deny_ratification(
    world: World, by: str, *, case: str, is_complete: bool, version: int | None = None
) -> bool:
    return is_complete and judge_alone(world, by, case, version, "rejected")


def judge_alone(world: World, by: str, case: str, version: int | None, result: str) -> bool:
    one = world.cases[case]
    if not seen(version, one.version) or one.status not in ON_TREATMENT or one.hearing is None:
        return False
    if not world.presides(by, one) or world.may_close(one) != result:
        return False
    tally, is_approval = world.tally(one), result == "approved"
    if is_approval:
        move(one, outcome="ratified")
    else:
        move(one, "rejected", "not_ratified")
    decided(world, one, by, is_approval, tally, ratified_round=one.decisions[-1].round)
    return True


def end_treatment(world: World, by: str, *, case: str) -> bool:
    one = world.cases[case]
    if one.status not in ON_TREATMENT or not world.has(by, "prescriber", unit=one.unit):
        return False
    move(one, "closed")
    return True


def reassess(world: World, by: str, *, case: str, helps: bool) -> bool:
    one = world.cases[case]
    if one.status not in ON_TREATMENT or not world.has(by, "prescriber", unit=one.unit):
        return False
    move(one, "reassessed" if helps else "committee_review")
    if not helps:
        one.round += 1
        one.due = world.at + timedelta(days=7)
    return True


def appeal(world: World, by: str, *, case: str, text: str) -> bool:
    """Once: who voted, decided or reported so far does not judge it again. The examples are shorter than
    the thirty days."""
    one = world.cases[case]
    if one.status != "rejected" or not is_author(world, by, one) or one.is_appealed or len(text) < 100:
        return False
    one.judged_by = {vote.who for vote in one.votes} | {made.by for made in one.decisions}
    one.judged_by |= {one.rapporteur} if one.rapporteur else set()
    one.is_appealed, one.rapporteur = True, None
    one.due = world.at + timedelta(days=7)
    move(one, "committee_review")
    one.round += 1
    return True


def appoint(
    world: World, by: str, *, case: str, members: list[str], presiding: str | None, reason: str
) -> bool:
    """The medical director, where the committee cannot judge the case as it is."""
    one = world.cases[case]
    if not world.has(by, "medical_director", hospital="h") or by == one.author or len(reason.strip()) < 20:
        return False
    if not world.is_unheard(one) or not world.too_few(one) or not members:
        return False
    if not all(may_be_appointed(world, who, one) for who in members):
        return False
    is_presided = any(world.presides(who, one) for who in world.seats_on(one))
    if is_presided or any(presides for _who, presides in one.appointed):
        if presiding:
            return False
    elif presiding not in members:
        return False
    one.appointed += [(who, who == presiding) for who in members]
    move(one)
    return True


def may_be_appointed(world: World, who: str, one: Case) -> bool:
    if who in world.seats_on(one) or world.is_recused(who, one) or who in world.inactive:
        return False
    roles = {r.name for r in world.roles if r.who == who and r.hospital == "h" and r.is_held(world.today)}
    return bool(roles - {"administrator", "auditor"}) and "medical_director" not in roles


# ── the sitting ───────────────────────────────────────────────────────────────────────────────────
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
    elif not world.at < one.until <= world.at + LONGEST_ROUND or not [
        item for item in one.waiting if hear(world, by, one, item)
    ]:
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


# ── the members ───────────────────────────────────────────────────────────────────────────────────
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


ACTS: dict[str, Callable[..., bool]] = {
    one.__name__: one
    for one in (
        *(refer, name_rapporteur, declare, vote, approve, reject, ask, answer, withdraw, defer),
        *(decide_urgently, ratify, deny_ratification, end_treatment, reassess, appeal, appoint),
        *(convene, add_item, remove_item, arrange, cancel, open_sitting, open_item, arrive, leave, close),
        *(write_minutes, sign_minutes, substitute, end_substitution, join, end_role, switch),
    )
}
