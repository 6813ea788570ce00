"""How a round ends: what each closing does to the naive world, or False where it is refused."""

from datetime import date
from typing import Any

from tests.committee.play.cases import move, seen
from tests.committee.play.facts import ON_TREATMENT, Case, Decision
from tests.committee.play.world import World


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
