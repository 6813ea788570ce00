"""Several people acting on one application at the same moment: one result, nothing lost, nothing twice."""

import os
import random
import threading

import pytest
from django.db import connection

from approvals import actions, voting
from approvals.models import Application
from approvals.refusals import Refused
from approvals.workflow import Status
from audit.verification import verify
from tests.approvals.walk import NOW, REFUSAL, declare, heard, meeting, vote, walk

# By hand as many as one likes: ROUNDS=1000 make test ARGS="tests/approvals/test_at_once.py".
ROUNDS = int(os.environ.get("ROUNDS", "20"))


def all_at_once(*works):
    """Run every function in a thread of its own, started together; the names of those that happened."""
    happened, failures = [], []
    gate = threading.Barrier(len(works))

    def run(name, work):
        gate.wait()
        try:
            work()
            happened.append(name)
        except Refused:
            pass
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return happened


@pytest.mark.django_db(transaction=True)
def test_voting_and_closing_at_once_has_one_result(people, catalogue):
    """Two members vote while the chair approves and rejects, again and again in changing order."""
    shuffle = random.Random(3).shuffle
    results = set()
    for n in range(ROUNDS):
        application = walk(people, Status.COMMITTEE_REVIEW, person=n)
        pk = application.pk
        meeting(people, pk)
        declare(people, pk, "member-2", "member-3")
        vote(people, pk, chair="approve", member_1="reject")
        works = [
            ("member-2", lambda pk=pk: cast(people, pk, "member-2", "approve")),
            ("member-3", lambda pk=pk: cast(people, pk, "member-3", "reject")),
            ("approve", lambda pk=pk: actions.approve(pk, by=people["chair"], at=NOW)),
            ("reject", lambda pk=pk: actions.reject(pk, **REFUSAL, by=people["chair"], at=NOW)),
        ]
        shuffle(works)
        happened = all_at_once(*works)
        results.add(check(pk, happened))
    assert len(results) > 1, "the threads never took different turns"


def cast(people, pk, name, choice) -> None:
    """The one action and nothing before it: whoever asks more first is always last, and nothing is a race."""
    told = (
        {"text": "", "reason_codes": []} if choice == "approve" else {"text": "No.", "reason_codes": ["R03"]}
    )
    actions.vote(pk, round=1, choice=choice, **told, by=people[name], at=NOW)


def check(pk, happened):
    """Whatever the order was: the votes that were accepted are there, and the decision is theirs."""
    application = Application.objects.get(pk=pk)
    votes = list(application.votes.values_list("voted_by__username", flat=True))
    assert sorted(votes) == sorted({"chair", "member-1", *(set(happened) - {"approve", "reject"})})
    decisions = list(application.decisions.all())
    assert len(decisions) == len({"approve", "reject"} & set(happened)) <= 1
    if decisions:
        tally = decisions[0].tally
        assert tally["cast"] == application.votes.filter(voted_at__lte=decisions[0].decided_at).count()
        assert tally["cast"] >= tally["quorum"]
        # The chair is in favour: a tie approves.
        assert decisions[0].is_approval == (tally["in_favour"] * 2 >= tally["cast"])
        assert application.status == (Status.APPROVED if decisions[0].is_approval else Status.REJECTED)
    else:
        assert application.status == Status.COMMITTEE_REVIEW
    assert application.authorisations.count() == (application.status == Status.APPROVED)
    assert application.hearings.filter(closed_at=None).exists() == (not decisions)
    assert application.steps.count() == application.version
    assert not list(verify(application.chain))
    return (application.status, len(votes))


@pytest.mark.django_db(transaction=True)
def test_two_browsers_of_one_member_leave_one_vote_and_its_change(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    heard(people, application.pk)
    declare(people, application.pk, "member-1")
    both = [
        (choice, lambda choice=choice: vote(people, application.pk, member_1=choice))
        for choice in ("approve", "reject")
    ]
    assert sorted(all_at_once(*both)) == ["approve", "reject"]
    votes = list(application.votes.order_by("change"))
    assert [one.change for one in votes] == [0, 1]
    assert voting.tally(Application.objects.get(pk=application.pk), at=NOW).voted == 1


@pytest.mark.django_db(transaction=True)
def test_a_conflict_declared_while_the_chair_closes_counts_or_comes_too_late(people, catalogue):
    shuffle = random.Random(5).shuffle
    seen = set()
    for n in range(ROUNDS // 2):
        pk = walk(people, "voted", person=n).pk
        works = [
            ("conflict", lambda pk=pk: declare(people, pk, "member-1", conflict="Parente.")),
            ("approve", lambda pk=pk: actions.approve(pk, by=people["chair"], at=NOW)),
        ]
        shuffle(works)
        happened = all_at_once(*works)
        application = Application.objects.get(pk=pk)
        conflicts = application.declarations.filter(has_conflict=True).count()
        assert conflicts == ("conflict" in happened)
        if "approve" in happened:
            # The four were entitled, or the three without the one who has a conflict.
            tally = application.decisions.get().tally
            assert (tally["entitled"], tally["voted"]) == ((3, 2) if conflicts else (4, 3))
        seen.add(tuple(sorted(happened)))
        assert not list(verify(application.chain))
    assert len(seen) > 1, "the threads never took different turns"


@pytest.mark.django_db(transaction=True)
def test_a_case_is_opened_once_at_a_time(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    click = lambda: meeting(people, application.pk)  # noqa: E731
    assert all_at_once(("first", click), ("second", click)) in (["first"], ["second"])
    assert application.hearings.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_pharmacists_take_charge_and_one_has_it(people, catalogue):
    application = walk(people, "endorsed")
    both = [
        (name, lambda name=name: actions.take_charge(application.pk, by=people[name], at=NOW, version=2))
        for name in ("pharmacist-1", "pharmacist-2")
    ]
    happened = all_at_once(*both)
    application.refresh_from_db()
    assert happened == [application.taken_by.username]


@pytest.mark.django_db(transaction=True)
def test_approving_twice_at_once_opens_one_period(people, catalogue):
    application = walk(people, "voted")
    click = lambda: actions.approve(application.pk, by=people["chair"], at=NOW)  # noqa: E731
    assert all_at_once(("first", click), ("second", click)) in (["first"], ["second"])
    assert application.authorisations.count() == 1
