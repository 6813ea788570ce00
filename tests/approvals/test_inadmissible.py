"""Not admissible: proposed by the pharmacist in charge, countersigned or not by a second one."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Membership, Role
from approvals import actions, letters, notices, permissions
from approvals.models import Application, Inadmissibility, Letter
from approvals.refusals import AlreadyDone, Refused
from approvals.waiting import Task
from approvals.workflow import Action, Status
from approvals.worklist import items
from documents.filing import reserve
from documents.models import Kind
from outbox.jobs import job_named
from outbox.models import Promise
from tests.approvals.walk import CHECKED, NOW, ON_LABEL, inadmissible, proposed, walk

WHY = "La scheda tecnica non comprende questa diagnosi: l'uso è off-label."
pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def refusal(people, who, action, application, at=NOW):
    return permissions.why_not(people[who], action, application, at=at)


def also(user, role, unit):
    Membership.objects.create(user=user, role=role, unit=unit, from_on=NOW.date().replace(year=2020))
    user.__dict__.pop("_memberships", None)


def refer(people, application):
    report = {"checks": CHECKED, "conclusion": "favourable", "text": "Parere."}
    return actions.refer(application.pk, **report, by=people["pharmacist-1"], at=NOW)


# Two different people


def test_countersigned_it_ends_and_the_clock_with_it(people):
    application = inadmissible(people)
    assert application.status == Status.INADMISSIBLE
    assert application.decision_due is None
    proposal = application.inadmissibilities.get()
    assert (proposal.proposed_by, proposal.settled_by) == (people["pharmacist-1"], people["pharmacist-2"])
    assert proposal.outcome == "countersigned"


def test_whoever_proposed_does_not_countersign(people):
    application = proposed(people)
    told = "You proposed it as not admissible: a second pharmacist has to countersign."
    assert refusal(people, "pharmacist-1", Action.DECLARE_INADMISSIBLE, application) == told
    with pytest.raises(Refused, match=told):
        actions.declare_inadmissible(application.pk, by=people["pharmacist-1"], at=NOW)


def test_the_second_pharmacist_did_not_write_prepare_or_endorse_it(people):
    second = people["pharmacist-2"]
    for hand, told in (
        ("author", "You wrote this application: somebody else has to do this."),
        ("submitted_by", "You wrote this application: somebody else has to do this."),
        ("prepared_by", "You prepared this application: somebody else has to review it."),
        ("endorsed_by", "You endorsed this application: somebody else has to do this."),
    ):
        application = proposed(people, person=len(told) + len(hand))
        Application.objects.filter(pk=application.pk).update(**{hand: second})
        application = Application.objects.get(pk=application.pk)
        for action in (Action.DECLARE_INADMISSIBLE, Action.OBJECT_INADMISSIBLE):
            assert refusal(people, "pharmacist-2", action, application) == told
        assert (Task.COUNTERSIGN, application.pk) not in {(i.task, i.pk) for i in items(second, at=NOW)}


def test_only_the_pharmacist_in_charge_proposes(people):
    application = walk(people, Status.PHARMACY_REVIEW)
    told = "Only the pharmacist who took charge may do this."
    assert refusal(people, "pharmacist-2", Action.PROPOSE_INADMISSIBLE, application) == told
    told = "Only a pharmacist of the hospital may do this."
    assert refusal(people, "head-w3", Action.PROPOSE_INADMISSIBLE, application) == told


def test_nothing_is_countersigned_that_nobody_proposed(people):
    application = walk(people, Status.PHARMACY_REVIEW)
    for action in (Action.DECLARE_INADMISSIBLE, Action.OBJECT_INADMISSIBLE):
        assert refusal(people, "pharmacist-2", action, application) == (
            "Nobody has proposed it as not admissible."
        )


# While it is open


@pytest.mark.parametrize("action", [Action.REFER, Action.ASK])
def test_while_it_is_proposed_nothing_else_happens_in_the_pharmacy(people, action):
    application = proposed(people)
    told = "It is proposed as not admissible: wait for the second pharmacist, or take the proposal back."
    assert refusal(people, "pharmacist-1", action, application) == told


def test_it_is_not_proposed_twice(people):
    application = proposed(people)
    told = "It is proposed as not admissible already: a second pharmacist countersigns or objects."
    assert refusal(people, "pharmacist-1", Action.PROPOSE_INADMISSIBLE, application) == told


def test_the_first_takes_it_back_and_refers(people):
    application = proposed(people)
    actions.object_inadmissible(application.pk, text=WHY, by=people["pharmacist-1"], at=NOW)
    assert application.inadmissibilities.get().outcome == "taken_back"
    assert not Promise.objects.filter(key__startswith="notify", arguments__step=application.last_step.pk)
    assert refer(people, application).status == Status.COMMITTEE_REVIEW


def test_the_second_objects_and_it_goes_on_in_the_same_hands(people):
    application = proposed(people)
    later = NOW + timedelta(hours=6)
    actions.object_inadmissible(application.pk, text=WHY, by=people["pharmacist-2"], at=later)
    application = Application.objects.get(pk=application.pk)
    assert application.status == Status.PHARMACY_REVIEW
    assert application.taken_by == people["pharmacist-1"]
    assert notices.recipients(application.last_step) == [people["pharmacist-1"]]
    told = "A second pharmacist holds that it is admissible: refer it, the committee judges it."
    assert refusal(people, "pharmacist-1", Action.PROPOSE_INADMISSIBLE, application) == told
    assert refer(people, application).status == Status.COMMITTEE_REVIEW


def test_after_new_answers_it_may_be_proposed_again(people):
    application = proposed(people)
    actions.object_inadmissible(
        application.pk, text=WHY, by=people["pharmacist-2"], at=NOW + timedelta(hours=5)
    )
    later = NOW + timedelta(hours=6)
    actions.ask(application.pk, questions=["Quale dose?"], by=people["pharmacist-1"], at=later)
    actions.answer(application.pk, answers={1: "Questa."}, by=application.author, at=later)
    application = Application.objects.get(pk=application.pk)
    assert refusal(people, "pharmacist-1", Action.PROPOSE_INADMISSIBLE, application) == ""


def test_a_withdrawal_settles_the_proposal(people):
    application = proposed(people)
    actions.withdraw(application.pk, reason="Non serve più.", by=application.author, at=NOW)
    assert application.inadmissibilities.get().outcome == "overtaken"


def test_one_cycle_given_as_an_emergency_is_judged_by_the_committee(people):
    application = walk(people, Status.PHARMACY_REVIEW)
    application.emergency_authorised_at = NOW
    assert refusal(people, "pharmacist-1", Action.PROPOSE_INADMISSIBLE, application) == (
        "One cycle was authorised as an emergency: the committee judges it. Refer it."
    )


# What must be said


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"reason_codes": []}, "reason_codes", "Choose at least one reason."),
        (
            {"reason_codes": ["R03"]},
            "reason_codes",
            "Only the committee refuses for this reason: refer the application to it.",
        ),
        ({"text": ""}, "text", "Write the text: it cannot be empty."),
        ({"text": "È in scheda."}, "text", "Write at least 20 characters."),
    ],
)
def test_a_proposal_says_why(people, changed, field, told):
    application = walk(people, Status.PHARMACY_REVIEW)
    with pytest.raises(Refused) as refused:
        actions.propose_inadmissible(
            application.pk, **{**ON_LABEL, **changed}, by=people["pharmacist-1"], at=NOW
        )
    assert [(one.field, one.sentence) for one in refused.value.shortcomings] == [(field, told)]
    assert not application.inadmissibilities.exists()


@pytest.mark.parametrize("who", ["pharmacist-1", "pharmacist-2"])
def test_an_objection_says_why(people, who):
    application = proposed(people)
    with pytest.raises(Refused, match="Write at least 20 characters"):
        actions.object_inadmissible(application.pk, text="No.", by=people[who], at=NOW)


def test_a_double_click_countersigns_once(people):
    application = proposed(people)
    seen = {"by": people["pharmacist-2"], "at": NOW, "version": application.version}
    actions.declare_inadmissible(application.pk, **seen)
    with pytest.raises(AlreadyDone):
        actions.declare_inadmissible(application.pk, **seen)


# Who is told


def test_the_other_pharmacists_find_it_among_their_tasks_and_are_told(people):
    application = proposed(people)
    assert notices.recipients(application.last_step) == [people["pharmacist-2"]]
    task = (Task.COUNTERSIGN, application.pk)
    assert task in {(i.task, i.pk) for i in items(people["pharmacist-2"], at=NOW)}
    assert task not in {(i.task, i.pk) for i in items(people["pharmacist-1"], at=NOW)}


def test_without_a_second_pharmacist_the_medical_director_is_told(people):
    people["pharmacist-2"].memberships.all().delete()
    assert notices.recipients(proposed(people).last_step) == [people["director"]]


def test_the_author_is_told_by_mail_and_the_letter_says_what_can_be_done(people):
    application = inadmissible(people)
    step = application.last_step
    draft = letters.of(step)
    assert draft.kind == Kind.INADMISSIBILITY
    document = reserve("test:1", kind=draft.kind, number=draft.number, at=step.at, by=step.by)
    letter = draft.compose(document)
    said = repr(letter)
    assert letter.title == "Richiesta non ammissibile"
    assert ON_LABEL["text"] in said.replace("\\'", "'")
    assert "R08" in said
    # 23 November and thirty days.
    assert "23 dicembre 2026" in said
    assert [one.name for one in letter.signatories] == [
        people["pharmacist-1"].signature,
        people["pharmacist-2"].signature,
    ]
    assert letter.decision["outcome"] == "inadmissible"
    told = {user.username for user in notices.recipients(step)}
    assert told == {"prescriber-w3", "pharmacist-1"}
    for user in notices.recipients(step):
        job_named("mail_notice")(key=f"k{user.pk}", at=NOW, step=step.pk, user=user.pk)
    assert len(mail.outbox) == 2
    surname = application.patient.surname
    assert all(surname not in one.body + one.subject for one in mail.outbox)
    assert not Letter.objects.exists()


# What the database says no to


def attempt(statement):
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


@pytest.mark.parametrize(
    "change", ["text = 'Altro.'", "outcome = 'objected', reply = 'No.'", "settled_at = NULL", "id = id"]
)
def test_a_settled_proposal_never_changes(people, change):
    inadmissible(people)
    attempt(f"UPDATE approvals_inadmissibility SET {change}")


def test_an_open_proposal_keeps_what_was_proposed(people):
    proposed(people)
    attempt("UPDATE approvals_inadmissibility SET text = 'Altro.'")
    attempt("DELETE FROM approvals_inadmissibility")
    attempt("TRUNCATE approvals_inadmissibility CASCADE")


def test_the_database_wants_two_people(people):
    application = proposed(people)
    with (
        pytest.raises(IntegrityError, match="countersigned_by_a_second_pharmacist"),
        transaction.atomic(),
    ):
        Inadmissibility.objects.filter(application=application).update(
            outcome="countersigned", settled_at=NOW, settled_by=people["pharmacist-1"]
        )


# Pages


def post(client, user, application, action, **data):
    client.force_login(user)
    address = reverse("act", args=[application.number, action])
    return client.post(address, {"version": application.version, **data})


def test_two_pharmacists_do_it_on_the_pages(client, people):
    application = walk(people, Status.PHARMACY_REVIEW, at=timezone.now() - timedelta(hours=5))
    answer = post(client, people["pharmacist-1"], application, Action.PROPOSE_INADMISSIBLE, **ON_LABEL)
    assert answer.status_code == 302
    application.refresh_from_db()
    client.force_login(people["pharmacist-2"])
    page = client.get(reverse("act", args=[application.number, Action.DECLARE_INADMISSIBLE]))
    assert "R08" in page.content.decode()
    assert post(client, people["pharmacist-2"], application, Action.DECLARE_INADMISSIBLE).status_code == 302
    application = Application.objects.get(pk=application.pk)
    assert application.status == Status.INADMISSIBLE
    client.force_login(application.author)
    page = client.get(reverse("application", args=[application.number])).content.decode()
    assert "scheda tecnica" in page
    assert reverse("copy", args=[application.number]) in page
    assert reverse("act", args=[application.number, Action.APPEAL]) in page


def test_what_is_wrong_stands_beside_its_field(client, people):
    application = walk(people, Status.PHARMACY_REVIEW, at=timezone.now() - timedelta(hours=5))
    answer = post(client, people["pharmacist-1"], application, Action.PROPOSE_INADMISSIBLE, text="Breve.")
    assert answer.status_code == 422
    assert 'id="id_text_error"' in answer.content.decode()


def test_the_button_of_the_first_says_take_back(client, people):
    application = proposed(people, at=timezone.now() - timedelta(hours=9))
    address = reverse("act", args=[application.number, Action.OBJECT_INADMISSIBLE])
    for who, label in (("pharmacist-1", "Ritira la proposta"), ("pharmacist-2", "Opponiti")):
        client.force_login(people[who])
        page = client.get(reverse("application", args=[application.number])).content.decode()
        assert f'href="{address}">{label}' in page


def test_a_pharmacist_who_judged_admissibility_does_not_judge_the_appeal(people):
    application = inadmissible(people)
    for name in ("pharmacist-1", "pharmacist-2"):
        also(people[name], Role.COMMITTEE_MEMBER, people["member-1"].memberships.get().unit)
    actions.appeal(
        application.pk, ground="procedure", text="E" * 60, by=application.author, at=NOW + timedelta(days=1)
    )
    application = Application.objects.get(pk=application.pk)
    at = NOW + timedelta(days=2)
    assert refusal(people, "pharmacist-1", Action.DECLARE, application, at) == (
        "You reviewed this application for the pharmacy: you may not judge it."
    )
    assert refusal(people, "pharmacist-2", Action.DECLARE, application, at) == (
        "You judged whether this application is admissible: others judge it now."
    )
    actions.open_hearing(
        application.pk, voting_until=at + timedelta(days=3), by=people["chair"], at=NOW + timedelta(days=2)
    )
    for name in ("pharmacist-1", "pharmacist-2"):
        assert not {i for i in items(people[name], at=at) if i.task == Task.VOTE}
    assert {i.pk for i in items(people["member-1"], at=at) if i.task == Task.VOTE} == {application.pk}
