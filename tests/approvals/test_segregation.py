"""Segregation of duties (design/domain.md §1): one refusing test per rule, each naming the sentence shown."""

import pytest
from django.utils import translation

from accounts.models import Membership, Role, User
from approvals import actions, drafts, notices, permissions, tallies, voting, worklist
from approvals.demo_answers import complete_answers
from approvals.models import Application
from approvals.refusals import Refused
from approvals.waiting import TASKS, Task
from approvals.workflow import Action, Status
from tests.approvals.walk import CHECKED, NOW, UVEITIS, step, vote, walk


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def also(user, role, unit):
    """Give somebody a second role."""
    Membership.objects.create(user=user, role=role, unit=unit, from_on=NOW.date().replace(year=2020))
    user.__dict__.pop("_memberships", None)


def refusal(user, action, application):
    return permissions.why_not(user, action, application, at=NOW)


def test_the_author_does_not_endorse_as_head(people, catalogue):
    application = walk(people, Status.SUBMITTED, author="head-w3")
    assert refusal(people["head-w3"], Action.ENDORSE, application) == (
        "You wrote this application: somebody else has to do this."
    )


def test_a_heads_own_application_is_endorsed_by_the_medical_director(people, catalogue):
    application = walk(people, Status.SUBMITTED, author="head-w3")
    assert refusal(people["director"], Action.ENDORSE, application) == ""
    assert refusal(people["head-w5"], Action.ENDORSE, application) == (
        "The head of the unit wrote it: the medical director has to endorse."
    )


def test_what_the_head_wrote_for_somebody_elses_signature_is_not_endorsed_by_the_head(people, catalogue):
    written = walk(people, Status.DRAFT, author="head-w3")
    drafts.hand_over(
        written.pk, colleague=people["prescriber-w3"], reason="Segue lui.", by=people["head-w3"], at=NOW
    )
    for slug in ("kind", "consent"):  # the author's own statements are given anew
        answers = complete_answers(UVEITIS, on=NOW.date())[slug]
        drafts.save_section(written.pk, slug, answers, by=people["prescriber-w3"], at=NOW)
    application = actions.submit(written.pk, by=people["prescriber-w3"], at=NOW)
    assert refusal(people["head-w3"], Action.ENDORSE, application) == (
        "The head of the unit wrote it: the medical director has to endorse."
    )
    assert refusal(people["director"], Action.ENDORSE, application) == ""
    assert notices.endorser(application.last_step) == [people["director"]]
    found = {(task, who) for who in ("head-w3", "director") for task in _tasks(people[who], application)}
    assert (Task.ENDORSE, "director") in found and (Task.ENDORSE, "head-w3") not in found


def _tasks(user, application):
    return [
        task
        for task, (_roles, rows) in TASKS.items()
        if task == Task.ENDORSE and rows(user, NOW).filter(pk=application.pk).exists()
    ]


def test_the_head_of_another_unit_does_not_endorse(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    assert refusal(people["head-w5"], Action.ENDORSE, application) == (
        "Only the head of the unit that applies may endorse."
    )


def test_the_author_does_not_review_as_pharmacist(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    also(people["prescriber-w3"], Role.PHARMACIST, people["pharmacist-1"].memberships.get().unit)
    assert refusal(people["prescriber-w3"], Action.TAKE_CHARGE, application) == (
        "You wrote this application: somebody else has to do this."
    )


def test_a_pharmacist_who_prepared_it_as_delegate_does_not_review_it_or_vote(people, catalogue):
    application, pharmacist = walk(people, "endorsed"), people["pharmacist-1"]
    Application.objects.filter(pk=application.pk).update(prepared_by=pharmacist)
    application.refresh_from_db()
    assert refusal(pharmacist, Action.TAKE_CHARGE, application) == (
        "You prepared this application: somebody else has to review it."
    )
    assert not [one for one in TASKS[Task.TAKE_CHARGE][1](pharmacist, NOW) if one.pk == application.pk]
    also(pharmacist, Role.COMMITTEE_MEMBER, pharmacist.memberships.get().unit)
    actions.take_charge(application.pk, by=people["pharmacist-2"], at=NOW)
    report = {"checks": CHECKED, "conclusion": "favourable", "text": "Parere."}
    actions.refer(application.pk, **report, by=people["pharmacist-2"], at=NOW)
    application = Application.objects.get(pk=application.pk)
    assert refusal(pharmacist, Action.VOTE, application) == (
        "You prepared this application: you may not judge it."
    )


def test_the_author_does_not_vote_or_decide(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    also(people["prescriber-w3"], Role.CHAIR, people["chair"].memberships.get().unit)
    for action in (Action.VOTE, Action.APPROVE, Action.REJECT):
        assert refusal(people["prescriber-w3"], action, application) == (
            "You wrote this application: you may not judge it."
        )


def test_the_pharmacist_who_reviewed_does_not_vote(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    also(people["pharmacist-1"], Role.COMMITTEE_MEMBER, people["pharmacist-1"].memberships.get().unit)
    assert refusal(people["pharmacist-1"], Action.VOTE, application) == (
        "You reviewed this application for the pharmacy: you may not judge it."
    )


def test_the_head_who_endorsed_does_not_vote(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    also(people["head-w3"], Role.COMMITTEE_MEMBER, people["member-1"].memberships.get().unit)
    assert refusal(people["head-w3"], Action.VOTE, application) == (
        "You endorsed this application: you may not judge it."
    )


def test_a_member_of_the_applicants_unit_is_recused(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW, author="prescriber-w5")
    assert refusal(people["member-3"], Action.VOTE, application) == (
        "You belong to the unit that applies: you are recused."
    )
    tally = voting.tally(application, at=NOW)
    assert (tally.entitled, tally.recused) == (3, 1)


def test_a_declared_conflict_closes_voting_and_deciding(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, chair="conflict")
    application = Application.objects.get(pk=application.pk)
    for action in (Action.DECLARE, Action.VOTE, Action.APPROVE, Action.REJECT, Action.ASK, Action.DEFER):
        assert refusal(people["chair"], action, application) == (
            "You declared a conflict of interest on this application: you are recused."
        )


def test_another_pharmacist_does_not_refer(people, catalogue):
    application = walk(people, Status.PHARMACY_REVIEW)
    assert refusal(people["pharmacist-2"], Action.REFER, application) == (
        "Only the pharmacist who took charge may do this."
    )


@pytest.mark.parametrize("name", ["administrator", "auditor"])
def test_administrator_and_auditor_take_no_clinical_action(people, catalogue, name):
    application = walk(people, Status.COMMITTEE_REVIEW)
    assert permissions.allowed(people[name], application, at=NOW) == []


def test_a_prescriber_of_another_unit_does_not_submit(people, catalogue):
    application = walk(people, Status.DRAFT)
    assert refusal(people["prescriber-w5"], Action.SUBMIT, application) == (
        "Only the prescriber who wrote the application may do this."
    )


def test_a_refused_action_writes_nothing(people, catalogue):
    application = walk(people, Status.PHARMACY_REVIEW)
    steps = application.steps.count()
    with pytest.raises(Refused):
        actions.refer(
            application.pk,
            checks=CHECKED,
            conclusion="favourable",
            text="Parere.",
            by=people["pharmacist-2"],
            at=NOW,
        )
    application.refresh_from_db()
    assert application.status == Status.PHARMACY_REVIEW
    assert application.steps.count() == steps
    assert not application.opinions.exists()


def test_without_endorsement_the_pharmacy_does_not_start(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    with pytest.raises(Refused, match="has not endorsed the application yet"):
        actions.take_charge(application.pk, by=people["pharmacist-1"], at=NOW)
    step(people, application.pk, "endorsed", at=NOW)
    actions.take_charge(application.pk, by=people["pharmacist-1"], at=NOW)


def test_a_declared_conflict_outlasts_the_round(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, member_1="conflict")
    actions.ask(application.pk, questions=["Perché?"], by=people["chair"], at=NOW)
    actions.answer(application.pk, answers={1: "Per questo."}, by=application.author, at=NOW)
    application = Application.objects.get(pk=application.pk)
    assert application.round == 2
    assert refusal(people["member-1"], Action.VOTE, application) == (
        "You declared a conflict of interest on this application: you are recused."
    )
    tally = voting.tally(application, at=NOW)
    assert (tally.entitled, tally.recused) == (3, 1)
    assert tallies.tallies([application], at=NOW) == {application.pk: tally}
    assert worklist.items(people["member-1"], at=NOW) == []
    told = notices.recipients(application.steps.latest("sequence"))
    assert [user.username for user in told] == ["chair"]
    assert [m.user.username for m in voting.committee(application, at=NOW) if not m.recusal] == [
        "chair",
        "member-2",
        "member-3",
    ]


def test_somebody_deactivated_does_nothing_more(people, catalogue):
    application = walk(people, "endorsed")
    User.objects.filter(username="pharmacist-1").update(is_active=False)
    left = User.objects.get(username="pharmacist-1")
    with pytest.raises(Refused, match="Only a pharmacist of the hospital"):
        actions.take_charge(application.pk, by=left, at=NOW)
    assert not Application.objects.visible_to(left, at=NOW).exists()
