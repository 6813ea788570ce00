"""Workers killed with kill -9 while letters and reminders are due, Redis emptied and killed meanwhile.

The real thing: applications walked by the real actions, the real sweep, letters drawn and sealed, mails
taken by a mail server that counts them.
"""

import os
import random
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import actions
from approvals.models import Letter
from approvals.workflow import Status as ApplicationStatus
from audit.verification import verify_all
from documents.models import Document, Kind
from outbox.mail import message_id
from outbox.models import Promise, Status
from staff.jobs import sweep_reviews
from tests.approvals.walk import BETTER, catalogue, judged, walk
from tests.chaos.house import running
from tests.documents.fixtures import pki, seal_keys, tsa_url
from tests.people import people

__all__ = ["catalogue", "people", "pki", "seal_keys", "tsa_url"]

# Two letters each (approval, reassessment); of the second period, 15 days overdue, the reminders of the day,
# of the week after and of the fortnight after: five people.
# By hand as many as one likes: APPLICATIONS=100 make test ARGS="tests/chaos/test_killed_workers.py".
APPLICATIONS = int(os.environ.get("APPLICATIONS", "20"))
LETTERS, REMINDERS = 2 * APPLICATIONS, 5 * APPLICATIONS
NOTICES = 3 * APPLICATIONS  # of the approval to prescriber and pharmacist, of the reassessment to the latter
# Long ago, so that all is due at once.
APPROVED, REASSESSED = timedelta(days=200), timedelta(days=107)
BLOWS = ["child", "worker", "worker", "all", "beat", "flush", "redis", "child"]
KILLS_AT_A_MAIL = 2
# Only against hanging: it is the machine that decides how long 200 letters take.
SECONDS = 600


@pytest.fixture
def backlog(catalogue, people, transactional_db):
    """Everything is promised or due, and no worker has run yet."""
    now = timezone.now()
    for number in range(APPLICATIONS):
        application = walk(people, ApplicationStatus.APPROVED, at=now - APPROVED, person=number)
        # What was told on the way to the committee is another story: here letters and reminders count.
        Promise.objects.filter(job="notify").update(status=Status.SUPERSEDED, settled_at=now)
        actions.reassess(
            application.pk, outcome=judged(BETTER), by=people["prescriber-w3"], at=now - REASSESSED
        )
    # The review of roles is told to administrators: another story, too.
    sweep_reviews(at=now)
    Promise.objects.filter(job="tell_role_review").update(status=Status.SUPERSEDED, settled_at=now)
    assert Promise.objects.filter(job="issue_letter", status=Status.WAITING).count() == LETTERS


@pytest.mark.django_db(transaction=True)
def test_letters_and_reminders_survive_kill_9_at_random_points(backlog, seal_keys, settings):
    with running(
        SEAL_PKCS12=settings.SEAL_PKCS12,
        SEAL_TRUST_ROOTS=settings.SEAL_TRUST_ROOTS[0],
        TIMESTAMP_URL=settings.TIMESTAMP_URL,
        OUTBOX_LEASE_SECONDS="8",
    ) as house:
        kills = torment(house)

    assert not Promise.objects.filter(status=Status.FAILED).exists()
    letters = Document.objects.exclude(kind=Kind.ANCHOR)  # that of the trail is drawn once a day
    assert letters.filed().count() == letters.count() == LETTERS
    assert Letter.objects.values("step").distinct().count() == Letter.objects.count() == LETTERS
    approvals = Letter.objects.filter(step__action="approve")
    assert all(letter.document.superseded_by for letter in approvals.select_related("document"))
    assert list(verify_all()) == []

    promised = Promise.objects.filter(job__in=["mail_reminder", "mail_notice"])
    assert promised.filter(job="mail_reminder").count() == REMINDERS
    mails = house.mailbox.mails
    assert set(mails) == {message_id(key) for key in promised.values_list("key", flat=True)}
    assert len(mails) == REMINDERS + NOTICES
    # Only a kill between the server's OK and our record repeats a mail, with the same Message-ID.
    assert mails.total() - len(mails) <= kills


def torment(house):
    """Strike after every few settled promises until all is done; how many workers were killed."""
    seed = random.randrange(10**6)
    house.diary.append(f"seed {seed}")
    chance = random.Random(seed)
    total = 2 * LETTERS + NOTICES + REMINDERS + 3 * APPLICATIONS
    before = settled()
    # Half of them while letters are drawn, which come first.
    half = len(BLOWS) // 2
    points = sorted(chance.sample(range(LETTERS), half) + chance.sample(range(LETTERS, total), half))
    blows = chance.sample(BLOWS, len(BLOWS))
    house.mailbox.kill = house.kill_workers
    house.mailbox.kill_at = set(chance.sample(range(1, NOTICES + REMINDERS), KILLS_AT_A_MAIL))
    kills = 2 * KILLS_AT_A_MAIL
    deadline = time.monotonic() + SECONDS
    while (done := settled() - before) < total:
        assert time.monotonic() < deadline, f"{total - done} are left: {house.diary}"
        house.restart_dead()
        if points and done >= points[0]:
            points.pop(0)
            blow = blows.pop()
            house.diary.append(f"{blow} struck when {done} were done")
            kills += strike(house, blow, chance)
        time.sleep(0.05)
    return kills


def strike(house, blow, chance):
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
    hit, killed = blows[blow]
    hit()
    return killed


def settled():
    return Promise.objects.exclude(status=Status.WAITING).exclude(job="seal_anchor").count()
