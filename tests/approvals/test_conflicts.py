"""Conflicts of interest: declared before the vote, for good; declared after it, they void it."""

import pytest
from django.urls import reverse
from django.utils import translation

from approvals import actions, voting
from approvals.forms import ApproveForm
from approvals.models import Application, Declaration, Vote
from approvals.refusals import AlreadyDone, Refused
from approvals.workflow import Action, Status
from tests.approvals.walk import NOW, REFUSAL, declare, heard, vote, walk

pytestmark = pytest.mark.usefixtures("catalogue")
WHY = "Ha curato un familiare del paziente."
RECUSED = "You declared a conflict of interest on this application: you are recused."


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def application(people) -> Application:
    """Before the committee, a virtual round under way."""
    one = walk(people, Status.COMMITTEE_REVIEW)
    heard(people, one.pk)
    return one


def fresh(application) -> Application:
    return Application.objects.get(pk=application.pk)


def approves(people, application, name="member-1"):
    round_ = fresh(application).round
    actions.vote(application.pk, round=round_, choice="approve", by=people[name], at=NOW)


def refused(people, application, name="member-1") -> str:
    with pytest.raises(Refused) as refusal:
        approves(people, application, name)
    return refusal.value.sentence


def test_nobody_votes_before_declaring(people, application):
    told = "First declare whether you have a conflict of interest on this application."
    assert refused(people, application) == told
    declare(people, application.pk, "member-1")
    approves(people, application)


def test_having_no_conflict_is_said_in_every_round(people, application):
    declare(people, application.pk, "member-1")
    actions.ask(application.pk, questions=["Perché?"], by=people["chair"], at=NOW)
    actions.answer(application.pk, answers={1: "Per questo."}, by=application.author, at=NOW)
    heard(people, application.pk)
    assert refused(people, application).startswith("First declare")
    declare(people, application.pk, "member-1")
    assert Declaration.objects.filter(declared_by=people["member-1"]).count() == 2


def test_a_declaration_for_an_earlier_round_is_refused(people, application):
    with pytest.raises(Refused, match="earlier round"):
        actions.declare(application.pk, round=0, has_conflict=False, by=people["member-1"], at=NOW)


@pytest.mark.parametrize("text", ["", "  "])
def test_a_conflict_is_described(people, application, text):
    told = {"round": 1, "has_conflict": True, "text": text}
    with pytest.raises(Refused) as refusal:
        actions.declare(application.pk, **told, by=people["member-1"], at=NOW)
    assert [one.field for one in refusal.value.shortcomings] == ["text"]


def test_the_same_declaration_twice_is_one(people, application):
    for conflict in (False, True):
        told = {"round": 1, "has_conflict": conflict, "text": WHY, "by": people["member-1"], "at": NOW}
        actions.declare(application.pk, **told)
        with pytest.raises(AlreadyDone):
            actions.declare(application.pk, **told)
    assert [one.has_conflict for one in application.declarations.all()] == [False, True]
    assert application.steps.filter(action=Action.DECLARE).count() == 2


def test_a_conflict_cannot_be_taken_back(people, application):
    declare(people, application.pk, "member-1", conflict=WHY)
    with pytest.raises(Refused, match=RECUSED):
        declare(people, application.pk, "member-1")
    assert refused(people, application) == RECUSED


def test_a_member_may_declare_before_the_hearing_and_not_after_the_decision(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    declare(people, application.pk, "member-1", conflict=WHY)
    vote(people, application.pk, chair="approve", member_2="approve", member_3="approve")
    actions.approve(application.pk, by=people["chair"], at=NOW)
    with pytest.raises(Refused, match="Anna Verdi closed the hearing"):
        declare(people, application.pk, "member-2", conflict=WHY)


@pytest.mark.parametrize("name", ["pharmacist-1", "prescriber-w3", "director"])
def test_only_members_declare(people, application, name):
    with pytest.raises(Refused, match="Only members of the committee"):
        declare(people, application.pk, name)


def test_a_chair_with_a_conflict_presides_no_more(people, application):
    declare(people, application.pk, "chair", conflict=WHY)
    for action in (actions.approve, lambda pk, **by: actions.reject(pk, **REFUSAL, **by)):
        with pytest.raises(Refused, match=RECUSED):
            action(application.pk, by=people["chair"], at=NOW)


# ── After the vote ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def voided(people, application) -> Application:
    """Member 1 voted with conditions, then declared a conflict."""
    vote(people, application.pk, member_1="conditions", chair="approve", member_2="approve")
    declare(people, application.pk, "member-1", conflict=WHY)
    return fresh(application)


def test_a_conflict_declared_after_the_vote_voids_it(people, voided):
    tally = voting.tally(voided, at=NOW)
    assert (tally.entitled, tally.recused, tally.voted, tally.with_conditions) == (3, 1, 2, 0)
    assert Vote.objects.filter(voted_by=people["member-1"]).count() == 1  # it stays on record
    assert refused(people, voided) == RECUSED


def test_the_conditions_of_a_voided_vote_are_not_those_of_the_decision(people, voided):
    assert ApproveForm(voided, at=NOW).initial["conditions"] == ""
    vote(people, voided.pk, member_2="conditions")
    assert ApproveForm(fresh(voided), at=NOW).initial["conditions"] == "Motivo scritto dal componente."


def page(client, user, application) -> str:
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client.get(reverse("application", args=[application.number])).content.decode()


def test_the_page_says_that_the_vote_is_void(client, people, voided):
    told = "void: a conflict of interest was declared afterwards"
    assert told in page(client, people["chair"], voided)
    vote(people, voided.pk, member_3="approve")
    actions.approve(voided.pk, by=people["chair"], at=NOW)
    assert told in page(client, people["chair"], voided)


def test_the_recused_member_reads_why_and_no_votes(client, people, voided):
    shown = page(client, people["member-1"], voided)
    assert RECUSED in shown
    assert "Motivo scritto dal componente." not in shown
    assert 'name="choice"' not in shown


def test_the_conflict_is_told_to_the_committee_and_to_nobody_else(client, people, voided):
    for name, sees in (
        ("chair", True),
        ("member-2", True),
        ("prescriber-w3", False),
        ("pharmacist-1", False),
    ):
        assert (WHY in page(client, people[name], voided)) is sees, name


def test_the_page_warns_before_a_vote_is_voided(client, people, application):
    address = reverse("act", args=[application.number, Action.DECLARE])
    warning = "A conflict declared now voids the vote that you have cast."

    def warns() -> bool:
        client.force_login(people["member-1"])
        client.cookies["django_language"] = "en"
        return warning in client.get(address).content.decode()

    assert not warns()
    vote(people, application.pk, member_1="approve")
    assert warns()


# ── On the page ────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_asks_first_for_the_declaration_then_for_the_vote(client, people, application):
    first = page(client, people["member-1"], application)
    assert 'name="has_conflict"' in first and 'name="choice"' not in first
    declare(people, application.pk, "member-1")
    second = page(client, people["member-1"], application)
    assert 'name="choice"' in second and 'name="has_conflict"' not in second


def test_a_form_sent_without_an_answer_declares_nothing(client, people, application):
    client.force_login(people["member-1"])
    address = reverse("act", args=[application.number, Action.DECLARE])
    answer = client.post(address, {"round": 1})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["has_conflict"]
    assert not Declaration.objects.exists()
