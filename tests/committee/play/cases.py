"""A case: what each act does to the naive world, or False where it is refused and changes nothing."""

from datetime import timedelta

from tests.committee.play.facts import ON_TREATMENT, UNDECIDED, Case, Vote
from tests.committee.play.world import World

CODES = {f"R{n:02d}" for n in range(1, 16)}


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
