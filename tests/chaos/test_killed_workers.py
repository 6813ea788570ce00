"""Workers killed at any point, Redis emptied and killed: nothing is lost, nothing is done twice."""

import random
import time
from datetime import UTC, datetime

import pytest

from accounts.models import Hospital
from outbox.mail import message_id
from outbox.models import Promise, Status
from outbox.promises import promise
from tests.chaos.house import running

PAPERS, MAILS, KILLS = 100, 200, 8
SECONDS = 90


@pytest.mark.django_db(transaction=True)
def test_papers_and_mails_survive_kill_9_at_random_points():
    at = datetime.now(UTC)
    for number in range(PAPERS):
        promise("trial_paper", f"paper:{number}", {"number": number}, at=at)
    for number in range(MAILS):
        promise("trial_mail", f"remind:{number}", {}, at=at)

    with running(OUTBOX_LEASE_SECONDS="5") as house:
        kills = torment(house, total=2 * PAPERS + MAILS)

    assert set(Promise.objects.values_list("status", flat=True)) == {Status.DONE}
    assert Hospital.objects.count() == PAPERS
    mails = house.mailbox.mails
    expected = {
        message_id(key) for key in Promise.objects.filter(job="trial_mail").values_list("key", flat=True)
    }
    assert set(mails) == expected
    assert len(expected) == PAPERS + MAILS
    # A kill between the server's OK and our record repeats a mail, with the same Message-ID: never more.
    assert mails.total() - len(mails) <= kills


def torment(house, *, total):
    """Kill after every few settled promises until all are settled; how many workers were killed."""
    seed = random.randrange(10**6)
    house.diary.append(f"seed {seed}")
    chance = random.Random(seed)
    points = sorted(chance.sample(range(1, total * 9 // 10), KILLS))
    ways = ["child", "worker", "worker", "all", "beat", "flush", "redis", "child"]
    chance.shuffle(ways)
    house.mailbox.kill = house.kill_workers
    house.mailbox.kill_at = set(chance.sample(range(1, MAILS), 3))
    kills = 2 * len(house.mailbox.kill_at)
    deadline = time.monotonic() + SECONDS
    while settled() < total:
        assert time.monotonic() < deadline, f"{total - settled()} are left: {house.diary}"
        house.restart_dead()
        if points and settled() >= points[0]:
            points.pop(0)
            kills += kill(house, ways.pop(), chance)
        time.sleep(0.05)
    return kills


def kill(house, way, chance):
    """One blow; how many workers it killed."""
    worker = chance.choice(house.workers)
    blows = {
        "child": (worker.kill_child, 1),
        "worker": (worker.kill, 1),
        "all": (house.kill_workers, 2),
        "beat": (house.beat.kill, 0),
        "flush": (house.flush_redis, 0),
        "redis": (house.restart_redis, 0),
    }
    strike, killed = blows[way]
    strike()
    house.diary.append(f"{way} killed after {settled()}")
    return killed


def settled():
    return Promise.objects.exclude(status=Status.WAITING).count()
