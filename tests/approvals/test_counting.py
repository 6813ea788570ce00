"""How votes are counted and what they decide, as a table; and when no vote still missing can change it."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.models import Profession, User
from approvals.models import Hearing, Vote
from approvals.seats import Member
from approvals.voting import count, possible_results

LETTERS = {
    "a": Vote.Choice.APPROVE,
    "c": Vote.Choice.CONDITIONS,
    "r": Vote.Choice.REJECT,
    "i": Vote.Choice.INFORMATION,
    "-": Vote.Choice.ABSTAIN,
    ".": "",
}
APPROVED, REJECTED = Hearing.Outcome.APPROVED, Hearing.Outcome.REJECTED
INFORMATION = Hearing.Outcome.INFORMATION


def members(votes: str) -> list[Member]:
    """One letter a member (see LETTERS; "." has not voted, "x" is recused); a capital one presides."""
    return [
        Member(
            User(profession=Profession.DOCTOR),
            "recused" if letter == "x" else "",
            LETTERS.get(letter.lower(), ""),
            presides=letter.isupper(),
        )
        for letter in votes
    ]


@pytest.mark.parametrize(
    ("votes", "result", "two_thirds"),
    [
        ("aar", APPROVED, APPROVED),
        ("aaarr", APPROVED, REJECTED),  # three fifths
        ("acrr", REJECTED, REJECTED),  # a tie that nobody breaks
        ("rr", REJECTED, REJECTED),
        ("a--", APPROVED, APPROVED),  # an abstention is no vote cast
        ("---", "", ""),
        ("...", "", ""),
        ("xxx", "", ""),
        ("aai", APPROVED, APPROVED),
        ("ai", INFORMATION, INFORMATION),  # half is not more than half, and nobody is against
        ("ari", INFORMATION, INFORMATION),
        ("rri", REJECTED, REJECTED),  # more than half against
        ("rrii", INFORMATION, INFORMATION),
        ("aarri", INFORMATION, INFORMATION),
        ("iii", INFORMATION, INFORMATION),
        ("axxr", REJECTED, REJECTED),
    ],
)
def test_the_votes_cast_decide(votes, result, two_thirds):
    assert count(members(votes), two_thirds=False).result == result
    assert count(members(votes), two_thirds=True).result == two_thirds


@pytest.mark.parametrize(
    ("votes", "result"),
    [
        ("Aarr", APPROVED),
        ("Caarrr", APPROVED),
        ("Rraa", REJECTED),
        ("aarr", REJECTED),  # nobody presides over it
        ("aarrX", REJECTED),
        ("aarr.", REJECTED),
        ("Airr", INFORMATION),  # no tie between for and against alone
    ],
)
def test_a_tie_is_broken_by_whoever_presides(votes, result):
    assert count(members(votes), two_thirds=False, casting=True).result == result


def test_without_the_casting_vote_a_tie_does_not_approve():
    assert count(members("Aarr"), two_thirds=False, casting=False).result == REJECTED


def test_two_thirds_are_not_reached_by_a_casting_vote():
    assert count(members("Aarr"), two_thirds=True, casting=True).result == REJECTED


def test_the_abstention_of_whoever_presides_breaks_no_tie():
    presiding = replace(members("-")[0], presides=True)
    assert count([presiding, *members("ar")], two_thirds=False, casting=True).result == REJECTED


def test_a_profession_is_there_when_somebody_of_it_has_voted_or_abstained():
    needs = (Profession.PHARMACIST, Profession.DOCTOR)
    pharmacist = User(profession=Profession.PHARMACIST)

    def absent(vote: str, recusal: str = "") -> tuple[str, ...]:
        tally = count([*members("aa"), Member(pharmacist, recusal, vote)], two_thirds=False, needs=needs)
        assert tally.has_quorum is (tally.absent == ())
        return tally.absent

    assert absent("approve") == absent("abstain") == ()
    assert absent("") == absent("approve", "recused") == (Profession.PHARMACIST,)


def test_counts_are_kept_as_they_were():
    kept = count(members("Acri-.x"), two_thirds=True, casting=True, needs=(Profession.PHARMACIST,)).as_dict()
    assert kept == {
        "entitled": 6,
        "recused": 1,
        "in_favour": 2,
        "with_conditions": 1,
        "against": 1,
        "information": 1,
        "abstained": 1,
        "two_thirds": True,
        "absent": ["pharmacist"],
        "casting": "approve",
        "cast": 4,
        "voted": 5,
        "quorum": 4,
    }


committees = st.builds(
    lambda votes, chair: [replace(one, presides=n == chair) for n, one in enumerate(members(votes))],
    st.text(alphabet="acri-.x", min_size=1, max_size=5),
    st.integers(-1, 4),
)


def with_chair(votes: str) -> list[Member]:
    """Whoever presides has not voted yet."""
    return [replace(members(".")[0], presides=True), *members(votes)]


@given(committees, st.booleans(), st.booleans())
@example(members("Aarr."), False, True)
@example(with_chair("arr"), False, True)  # a vote of the chair makes the tie, and breaks it
@example(with_chair("aarr"), False, True)
@example(with_chair("arr."), False, True)
def test_the_possible_results_are_those_of_every_completion(of_them, two_thirds, casting):
    """Brute force: every member who has not voted votes in every way, or stays away."""
    missing = [n for n, one in enumerate(of_them) if not one.recusal and not one.choice]
    found = set()
    for votes in product(["", *Vote.Choice.values], repeat=len(missing)):
        completed = list(of_them)
        for n, choice in zip(missing, votes, strict=True):
            completed[n] = replace(completed[n], choice=choice)
        found.add(count(completed, two_thirds=two_thirds, casting=casting).result)
    assert possible_results(of_them, two_thirds=two_thirds, casting=casting) == found
