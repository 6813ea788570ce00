"""A vote may be changed until the round is closed; every vote is kept and the last one counts."""

from datetime import timedelta

import pytest
from django.urls import reverse

from approvals import actions, voting
from approvals.models import Application, Vote
from approvals.refusals import AlreadyDone, Refused
from approvals.workflow import Action
from tests.approvals.walk import NOW, vote, walk

pytestmark = pytest.mark.usefixtures("catalogue")
LATER = NOW + timedelta(hours=12)


@pytest.fixture
def application(people) -> Application:
    """Chair and two members have voted in favour."""
    return walk(people, "voted")


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


def kept(people, application, name="member-1") -> list[tuple[int, str]]:
    votes = application.votes.filter(voted_by=people[name]).order_by("change")
    return list(votes.values_list("change", "choice"))


def test_each_change_is_kept_with_its_step_and_the_last_counts(people, application):
    vote(people, application.pk, at=LATER, member_1="reject")
    vote(people, application.pk, at=LATER, member_1="abstain")
    assert kept(people, application) == [(0, "approve"), (1, "reject"), (2, "abstain")]
    tally = voting.tally(fresh(application), at=LATER)
    assert (tally.in_favour, tally.against, tally.abstained, tally.voted) == (2, 0, 1, 3)
    steps = application.steps.filter(action=Action.VOTE, by=people["member-1"])
    assert steps.count() == 3


def test_a_change_may_be_taken_back(people, application):
    vote(people, application.pk, at=LATER, member_1="reject")
    vote(people, application.pk, at=LATER, member_1="approve")
    assert kept(people, application) == [(0, "approve"), (1, "reject"), (2, "approve")]


def test_other_words_for_the_same_choice_are_a_change(people, application):
    vote(people, application.pk, at=LATER, member_1="reject")
    told = {"round": 1, "choice": "reject", "reason_codes": ["R03"], "by": people["member-1"], "at": LATER}
    actions.vote(application.pk, text="Mancano prove di efficacia.", **told)
    told["reason_codes"] = ["R02", "R03"]
    actions.vote(application.pk, text="Mancano prove di efficacia.", **told)
    with pytest.raises(AlreadyDone):
        actions.vote(application.pk, text="Mancano prove di efficacia.", **told)
    assert len(kept(people, application)) == 4


def test_a_change_can_turn_the_result(people, application):
    vote(people, application.pk, at=LATER, member_1="reject", member_2="reject", member_3="reject")
    with pytest.raises(Refused):
        actions.approve(application.pk, by=people["chair"], at=LATER)
    assert voting.tally(fresh(application), at=LATER).result == "rejected"


def test_once_closed_nothing_is_changed(people, application):
    actions.approve(application.pk, by=people["chair"], at=LATER)
    told = {"round": 1, "choice": "reject", "text": "Motivo.", "reason_codes": ["R03"]}
    with pytest.raises(Refused):
        actions.vote(application.pk, **told, by=people["member-1"], at=LATER)
    assert kept(people, application) == [(0, "approve")]


def test_a_second_click_that_comes_after_the_closing_is_the_same_vote(people, application):
    actions.approve(application.pk, by=people["chair"], at=LATER)
    with pytest.raises(AlreadyDone):
        actions.vote(application.pk, round=1, choice="approve", by=people["member-1"], at=LATER)
    assert kept(people, application) == [(0, "approve")]


def page(client, user, application):
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client.get(reverse("application", args=[application.number]))


def test_the_page_offers_the_change_with_what_was_voted(client, people, application):
    vote(people, application.pk, at=LATER, member_1="reject")
    answer = page(client, people["member-1"], application)
    assert "Change your vote" in answer.content.decode()
    form = answer.context["form"]
    assert [form[name].value() for name in ("choice", "text", "reason_codes")] == [
        "reject",
        "Motivo scritto dal componente.",
        ["R03"],
    ]


def test_who_has_not_voted_is_offered_no_change(client, people, application):
    assert "Change your vote" not in page(client, people["member-3"], application).content.decode()


def test_others_read_that_a_vote_was_changed_and_only_the_last_one(client, people, application):
    vote(people, application.pk, at=LATER, member_1="reject")
    vote(people, application.pk, at=LATER, member_1="approve")
    shown = page(client, people["chair"], application).content.decode()
    assert shown.count("(changed)") == 1
    assert "Motivo scritto dal componente." not in shown


def test_the_confirmation_says_until_when_a_vote_may_be_changed(client, people, application):
    client.force_login(people["member-1"])
    client.cookies["django_language"] = "en"
    address = reverse("act", args=[application.number, Action.VOTE])
    shown = client.post(address, {"round": 1, "choice": "abstain", "text": "Non competente."})
    assert "You may change it until the application is closed" in shown.content.decode()
    assert Vote.objects.filter(voted_by=people["member-1"]).count() == 1
