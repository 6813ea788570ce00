"""Two people act at the same moment, each on a connection of their own."""

import threading
from copy import deepcopy

from django.db import connection

from tests.committee.play.acts import Act, play
from tests.committee.play.draw import Draw
from tests.committee.play.snapshots import snapshot
from tests.committee.play.table import SECOND, Table
from tests.committee.play.temptations import TEMPTATIONS, tempt
from tests.committee.play.world import World


def first_act(table: Table, name: str, d: Draw) -> Act | None:
    return next((act for act in tempt(name, table.world, d) if act.name != "wait"), None)


WHEN_HEARD = ("voices", "voices", "closing", "closing", "room", "members")


def both_at_once(table: Table, d: Draw) -> None:
    """Both are begun in the world as it stands; the world goes on in the order that the database took."""
    kinds = tuple(TEMPTATIONS) if d.number(3) == 2 else WHEN_HEARD
    one, other = first_act(table, d.pick(kinds), d), first_act(table, d.pick(kinds), d)
    if one is None or other is None:
        return
    table.is_sound = False
    table.world.at += SECOND
    refusals = run(table, one, other)
    for act, refusal in zip((one, other), refusals, strict=True):
        table.tell(act, refusal)
        table.story[-1] += " (at once)"
    table.played["pairs at once"] += 1
    happened = tuple(not refusal for refusal in refusals)
    state = table.player.state()
    orders = serial(table.world, one, other)
    taken = [world for world, foretold in orders if foretold == happened and snapshot(world) == state]
    assert taken, table.told(
        "\n".join(
            ["No order of the two leads here.", f"is: {happened} {state}"]
            + [f"foretold: {foretold} {snapshot(world)}" for world, foretold in orders]
        )
    )
    table.played["pairs whose order matters"] += len(taken) == 1
    table.world = taken[0]
    table.compare()
    table.is_sound = True


def run(table: Table, *acts: Act) -> list[str]:
    gate = threading.Barrier(len(acts))
    outcomes: list[str | Exception] = [""] * len(acts)

    def browser(n: int) -> None:
        try:
            gate.wait()
            outcomes[n] = table.player.play(acts[n], table.world.at)
        except Exception as error:
            outcomes[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=browser, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for act, outcome in zip(acts, outcomes, strict=True):
        if isinstance(outcome, Exception):
            raise AssertionError(table.told(f"{act} ended in {outcome!r}")) from outcome
    return [str(outcome) for outcome in outcomes]


def serial(world: World, one: Act, other: Act) -> list[tuple[World, tuple[bool, bool]]]:
    """What the two lead to, in either order, and which of them happens."""
    first, second = deepcopy(world), deepcopy(world)
    forwards = (play(first, one), play(first, other))
    backwards = (play(second, other), play(second, one))
    return [(first, forwards), (second, (backwards[1], backwards[0]))]
