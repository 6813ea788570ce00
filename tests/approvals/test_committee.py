"""Votes, quorum, majority, and the decision that follows from them."""

import pytest
from django.core import mail
from django.utils import translation

from approvals import actions, voting
from approvals.models import Application
from approvals.notices import NOTICES
from approvals.refusals import AlreadyDone, Refused, Stale
from approvals.voting import Member, Tally, count
from approvals.workflow import Action, Status
from outbox.keeping import keep_due
from outbox.models import Promise
from tests.approvals.walk import LATER, NOW, REFUSAL, WORSE, declare, heard, judged, vote, walk

NOT_ROUTINE = "TRA-01"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def members(*choices):
    return [Member(None, "recused" if choice == "recused" else "", choice) for choice in choices]


def tally_of(*choices, two_thirds=False) -> Tally:
    return count(members(*choices), two_thirds=two_thirds)


@pytest.mark.parametrize(
    ("choices", "quorum", "has_quorum"),
    [
        (("approve", "approve", "", ""), 3, False),
        (("approve", "approve", "reject", ""), 3, True),
        (("approve", "approve", "recused", ""), 2, True),
        (("approve", "approve", "abstain", ""), 3, True),  # who abstains is there
        (("approve", "abstain", "", ""), 3, False),
        (("abstain", "abstain", "recused"), 2, True),
        (("recused", "recused", "recused"), 1, False),
        ((), 1, False),
    ],
)
def test_quorum_is_more_than_half_of_the_entitled(choices, quorum, has_quorum):
    tally = tally_of(*choices)
    assert (tally.quorum, tally.has_quorum) == (quorum, has_quorum)


@pytest.mark.parametrize(
    ("choices", "majority", "two_thirds"),
    [
        (("approve", "approve", "reject"), True, True),
        (("approve", "conditions", "reject", "reject"), False, False),
        (("approve", "approve", "approve", "reject", "reject"), True, False),
        (("reject", "reject"), False, False),
    ],
)
def test_a_majority_and_two_thirds_carry(choices, majority, two_thirds):
    assert tally_of(*choices).is_carried is majority
    assert tally_of(*choices, two_thirds=True).is_carried is two_thirds


def test_without_quorum_nothing_is_decided(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, chair="approve", member_1="approve")
    with pytest.raises(Refused, match="No quorum: 2 of 4 entitled members have voted, 3 are needed"):
        actions.approve(application.pk, by=people["chair"], at=NOW)
    with pytest.raises(Refused, match="No quorum"):
        actions.reject(application.pk, **REFUSAL, by=people["chair"], at=NOW)


def test_the_chair_cannot_close_against_the_votes(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    cast = {"chair": "approve", "member_1": "reject", "member_2": "reject", "member_3": "abstain"}
    vote(people, application.pk, **cast)
    with pytest.raises(Refused, match="The votes do not approve: 1 in favour, 2 against"):
        actions.approve(application.pk, by=people["chair"], at=NOW)
    actions.reject(application.pk, **REFUSAL, by=people["chair"], at=NOW)
    decision = application.decisions.get()
    assert not decision.is_approval
    assert decision.reason_codes == ["R03"]


def test_the_chair_cannot_reject_what_the_votes_approve(people, catalogue):
    application = walk(people, "voted")
    with pytest.raises(Refused, match="The votes approve"):
        actions.reject(application.pk, **REFUSAL, by=people["chair"], at=NOW)


def test_a_row_not_routinely_indicated_needs_two_thirds(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW, code=NOT_ROUTINE)
    vote(people, application.pk, chair="approve", member_1="approve", member_2="reject", member_3="reject")
    assert voting.tally(application, at=NOW).two_thirds
    with pytest.raises(Refused, match="The votes do not approve"):
        actions.approve(application.pk, by=people["chair"], at=NOW)


def test_votes_with_conditions_want_the_conditions_written(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, chair="approve", member_1="conditions", member_2="approve")
    with pytest.raises(Refused) as refusal:
        actions.approve(application.pk, by=people["chair"], at=NOW)
    assert [s.field for s in refusal.value.shortcomings] == ["conditions"]
    actions.approve(application.pk, conditions="Emocromo al giorno 7.", by=people["chair"], at=NOW)
    assert application.authorisations.get().conditions == "Emocromo al giorno 7."


@pytest.mark.parametrize("choice", ["conditions", "reject", "information", "abstain"])
def test_all_votes_but_a_plain_yes_say_why(people, catalogue, choice):
    application = walk(people, Status.COMMITTEE_REVIEW)
    heard(people, application.pk)
    declare(people, application.pk, "member-1")
    told = {"round": 1, "choice": choice, "reason_codes": ["R03"] if choice == "reject" else []}
    with pytest.raises(Refused) as refusal:
        actions.vote(application.pk, **told, text=" ", by=people["member-1"], at=NOW)
    assert [s.field for s in refusal.value.shortcomings] == ["text"]


@pytest.mark.parametrize("codes", [[], ["R99"], ["R03", "x"]])
def test_a_vote_against_names_its_reasons(people, catalogue, codes):
    application = walk(people, Status.COMMITTEE_REVIEW)
    heard(people, application.pk)
    declare(people, application.pk, "member-1")
    told = {"round": 1, "choice": "reject", "text": "Mancano prove.", "reason_codes": codes}
    with pytest.raises(Refused) as refusal:
        actions.vote(application.pk, **told, by=people["member-1"], at=NOW)
    assert [s.field for s in refusal.value.shortcomings] == ["reason_codes"]


def test_the_same_vote_again_is_the_same_vote(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, member_1="approve")
    with pytest.raises(AlreadyDone):
        vote(people, application.pk, member_1="approve")
    assert application.votes.get().choice == "approve"
    assert application.steps.filter(action=Action.VOTE).count() == 1


def test_questions_of_the_chair_begin_a_new_round(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, member_1="approve")
    actions.ask(application.pk, questions=["Perché non prima?"], by=people["chair"], at=NOW)
    actions.answer(application.pk, answers={1: "Non disponibile."}, by=application.author, at=NOW)
    application = Application.objects.get(pk=application.pk)
    assert (application.status, application.round) == (Status.COMMITTEE_REVIEW, 2)
    assert voting.hearing(application) is None
    heard(people, application.pk)
    with pytest.raises(Refused, match="First declare whether you have a conflict"):
        actions.vote(application.pk, round=2, choice="approve", by=people["member-1"], at=NOW)
    declare(people, application.pk, "member-2")
    with pytest.raises(Refused, match="earlier round"):
        actions.vote(application.pk, round=1, choice="approve", by=people["member-2"], at=NOW)
    assert voting.tally(application, at=NOW).cast == 0


def test_the_approval_promises_its_letter_and_opens_the_period(people, catalogue):
    application = walk(people, Status.APPROVED)
    made = application.steps.latest("sequence")
    assert Promise.objects.filter(key=f"issue_letter:{made.pk}").count() == 1
    period = application.authorisations.get()
    assert period.number == f"{application.number}/1"
    assert period.valid_from.isoformat() == "2026-11-23"
    assert period.due_on.isoformat() == "2027-02-23"
    assert period.grams > 0


@pytest.mark.parametrize("missing", [{"reason_codes": []}, {"reasons": "No"}, {"would_change": ""}])
def test_a_rejection_says_why_and_what_would_change_it(people, catalogue, missing):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, chair="reject", member_1="reject", member_2="reject")
    with pytest.raises(Refused) as refusal:
        actions.reject(application.pk, **{**REFUSAL, **missing}, by=people["chair"], at=NOW)
    assert [s.field for s in refusal.value.shortcomings] == list(missing)


def is_for_the_committee(application) -> str:
    with translation.override("it"):
        return f"{application.number}: {NOTICES[Action.REFER].subject}"


def test_of_a_case_that_comes_back_to_the_committee_the_chair_is_told(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    actions.ask(application.pk, questions=["Perché non prima?"], by=people["chair"], at=NOW)
    actions.answer(application.pk, answers={1: "Non disponibile."}, by=application.author, at=NOW)
    Promise.objects.exclude(key=f"notify:{application.steps.latest('sequence').pk}").delete()
    keep_due(at=NOW)
    assert [m.to[0].partition("@")[0] for m in mail.outbox] == ["chair"]
    assert {m.subject for m in mail.outbox} == {is_for_the_committee(application)}


def test_of_a_reassessment_for_the_committee_the_chair_is_told(people, catalogue):
    application = walk(people, Status.APPROVED)
    actions.reassess(application.pk, outcome=judged(WORSE), by=people["prescriber-w3"], at=LATER)
    Promise.objects.exclude(key=f"notify:{application.steps.latest('sequence').pk}").delete()
    keep_due(at=LATER)
    assert [m.to[0].partition("@")[0] for m in mail.outbox] == ["chair"]
    assert {m.subject for m in mail.outbox} == {is_for_the_committee(application)}


def test_a_vote_after_the_decision_is_told_who_decided(people, catalogue):
    application = walk(people, Status.APPROVED)
    with pytest.raises(
        Refused, match="Anna Verdi closed the hearing of this application on 23 nov 2026, 15:00"
    ):
        actions.vote(application.pk, round=1, choice="reject", by=people["member-3"], at=NOW)


def test_a_vote_after_a_refusal_is_told_who_decided(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, chair="reject", member_1="reject", member_2="reject")
    actions.reject(application.pk, **REFUSAL, by=people["chair"], at=NOW)
    with pytest.raises(Stale, match="Anna Verdi did “Reject” on 23 nov"):
        actions.vote(application.pk, round=1, choice="approve", by=people["member-3"], at=NOW)
