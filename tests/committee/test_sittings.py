"""A sitting from its agenda to its minutes, by the real actions."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from approvals import actions as applications
from approvals.models import Application
from approvals.refusals import Refused
from approvals.workflow import Status as Stands
from audit.verification import verify
from committee import actions, agenda, attendance, minutes
from committee.models import Attendance, Item, Sitting
from committee.workflow import Status
from tests.approvals.walk import NOW, REFUSAL, declare, walk

BEGINS = NOW + timedelta(days=1)
ALL = ("chair", "member-1", "member-2", "member-3")


def hospital(people):
    return people["chair"].memberships.get().unit.hospital_id


def meeting(people, *applications_, at=NOW) -> Sitting:
    return actions.convene(
        hospital(people),
        mode="meeting",
        begins=BEGINS,
        applications=[one.pk for one in applications_],
        by=people["chair"],
        at=at,
    )


def opened(people, *applications_, present=ALL, at=BEGINS) -> Sitting:
    sitting = meeting(people, *applications_)
    here = [people[name] for name in present]
    return actions.open_sitting(sitting.pk, present=here, by=people["chair"], at=at)


def cast(people, application, at=BEGINS, **choices):
    for name, choice in choices.items():
        who = name.replace("_", "-")
        declare(people, application.pk, who, at=at)
        applications.vote(
            application.pk,
            round=Application.objects.get(pk=application.pk).round,
            choice=choice,
            text="" if choice == "approve" else "Motivo.",
            reason_codes=["R03"] if choice == "reject" else [],
            by=people[who],
            at=at,
        )


def test_the_agenda_is_what_waits_urgent_and_oldest_first(people, catalogue):
    late = walk(people, Stands.COMMITTEE_REVIEW, at=NOW - timedelta(days=3), person=1)
    early = walk(people, Stands.COMMITTEE_REVIEW, at=NOW - timedelta(days=5), person=2)
    urgent = walk(people, Stands.COMMITTEE_REVIEW, at=NOW - timedelta(days=1), person=3)
    Application.objects.filter(pk=urgent.pk).update(is_urgent=True)
    walk(people, Stands.PHARMACY_REVIEW, person=4)
    waits = list(agenda.waiting(hospital(people), at=NOW))
    assert waits == [urgent, early, late]
    sitting = meeting(people, late, urgent)
    assert [item.application for item in sitting.items.all()] == [urgent, late]
    assert list(agenda.waiting(hospital(people), at=NOW)) == [early]


def test_an_application_waits_on_one_agenda_only(people, catalogue):
    application = walk(people, Stands.COMMITTEE_REVIEW)
    meeting(people, application)
    with pytest.raises(Refused, match="no longer wait for a sitting"):
        meeting(people, application, at=NOW + timedelta(hours=1))
    second = meeting(people)
    with pytest.raises(Refused, match="stands on another agenda already"):
        actions.add_item(second.pk, application=application.pk, by=people["chair"], at=NOW)


def test_only_the_chair_convenes(people, catalogue):
    application = walk(people, Stands.COMMITTEE_REVIEW)
    for name in ("member-1", "pharmacist-1", "administrator"):
        with pytest.raises(Refused, match="Only the chair of the committee may do this"):
            actions.convene(
                hospital(people),
                mode="meeting",
                begins=BEGINS,
                applications=[application.pk],
                by=people[name],
                at=NOW,
            )


def test_a_meeting_opens_with_more_than_half_of_its_members(people, catalogue):
    sitting = meeting(people, walk(people, Stands.COMMITTEE_REVIEW))
    with pytest.raises(Refused, match="2 of 4 members are present: 3 are needed"):
        actions.open_sitting(
            sitting.pk, present=[people["chair"], people["member-1"]], by=people["chair"], at=BEGINS
        )


def test_from_the_agenda_to_signed_minutes(people, catalogue):
    first, second, third = (walk(people, Stands.COMMITTEE_REVIEW, person=n) for n in range(3))
    sitting = opened(people, first, second, third)
    chair = people["chair"]
    for item, choices in zip(
        sitting.items.all(),
        (("approve", "approve", "conditions"), ("reject", "reject", "approve")),
        strict=False,
    ):
        actions.open_item(sitting.pk, item=item.pk, by=chair, at=BEGINS)
        cast(people, item.application, **dict(zip(("chair", "member_1", "member_2"), choices, strict=True)))
        if "reject" in choices:
            applications.reject(item.application_id, **REFUSAL, by=chair, at=BEGINS)
        else:
            applications.approve(item.application_id, conditions="Al giorno 7.", by=chair, at=BEGINS)
    closed = BEGINS + timedelta(hours=1)
    sitting = actions.close(sitting.pk, by=chair, at=closed)
    assert not Attendance.objects.filter(left_at=None).exists()
    assert list(agenda.waiting(hospital(people), at=closed)) == [third]
    notes = {sitting.items.first().pk: "Discussione breve."}
    actions.write_minutes(sitting.pk, remarks="Nessuna osservazione.", notes=notes, by=chair, at=closed)
    sitting = actions.sign_minutes(sitting.pk, by=chair, at=closed)
    assert sitting.status == Status.MINUTED
    told = [dict(heard.rows) for heard in minutes.account(sitting)]
    assert told[0]["Votes"] == "3 in favour (1 with conditions), 0 against"
    assert told[0]["Discussion"] == "Discussione breve."
    assert told[0]["Outcome"] == "Authorised"
    assert told[1]["Outcome"] == "Not authorised"
    assert told[2]["Outcome"] == "Not reached: it waits for another sitting."
    assert verify(chain=sitting.chain) == []


def test_of_a_meeting_one_item_is_heard_at_a_time(people, catalogue):
    first, second = (walk(people, Stands.COMMITTEE_REVIEW, person=n) for n in range(2))
    sitting = opened(people, first, second)
    one, two = sitting.items.all()
    actions.open_item(sitting.pk, item=one.pk, by=people["chair"], at=BEGINS)
    with pytest.raises(Refused, match=f"Application {one.application.number} is being heard"):
        actions.open_item(sitting.pk, item=two.pk, by=people["chair"], at=BEGINS)
    with pytest.raises(Refused, match=f"Still being heard: {one.application.number}"):
        actions.close(sitting.pk, by=people["chair"], at=BEGINS)


def test_whoever_comes_late_votes_from_then_on_and_whoever_left_does_not(people, catalogue):
    application = walk(people, Stands.COMMITTEE_REVIEW)
    sitting = opened(people, application, present=ALL[:3])
    actions.open_item(sitting.pk, item=sitting.items.get().pk, by=people["chair"], at=BEGINS)
    with pytest.raises(Refused, match="You are not registered as present"):
        cast(people, application, member_3="approve")
    actions.arrive(sitting.pk, member=people["member-3"], by=people["chair"], at=BEGINS)
    cast(people, application, member_3="approve", member_1="approve")
    actions.leave(sitting.pk, member=people["member-1"], by=people["chair"], at=BEGINS)
    with pytest.raises(Refused, match="You are not registered as present"):
        cast(people, application, member_1="reject")
    assert application.votes.count() == 2


def test_a_virtual_round_opens_all_it_can_and_says_why_not(people, catalogue):
    heard, withdrawn = (walk(people, Stands.COMMITTEE_REVIEW, person=n) for n in range(2))
    until = NOW + timedelta(days=3)
    sitting = actions.convene(
        hospital(people),
        mode="virtual",
        voting_until=until,
        applications=[heard.pk, withdrawn.pk],
        by=people["chair"],
        at=NOW,
    )
    applications.withdraw(withdrawn.pk, reason="Trasferita.", by=withdrawn.author, at=NOW)
    actions.open_sitting(sitting.pk, by=people["chair"], at=NOW)
    assert [item.hearing is not None for item in sitting.items.all()] == [True, False]
    cast(people, heard, at=NOW, member_3="approve")
    with pytest.raises(Refused, match="The time to vote is over"):
        cast(people, heard, at=until, member_1="approve")


def test_a_cancelled_sitting_frees_what_stood_on_its_agenda(people, catalogue):
    application = walk(people, Stands.COMMITTEE_REVIEW)
    sitting = meeting(people, application)
    with pytest.raises(Refused, match="Write the text"):
        actions.cancel(sitting.pk, reason=" ", by=people["chair"], at=NOW)
    actions.cancel(sitting.pk, reason="Sciopero.", by=people["chair"], at=NOW)
    assert list(agenda.waiting(hospital(people), at=NOW)) == [application]
    with pytest.raises(Refused, match="Not possible while the sitting is “Cancelled”"):
        actions.open_sitting(sitting.pk, by=people["chair"], at=BEGINS)


def test_a_recused_chair_and_a_voided_vote_stand_in_the_minutes(people, catalogue):
    application = walk(people, Stands.COMMITTEE_REVIEW)
    sitting = opened(people, application)
    actions.open_item(sitting.pk, item=sitting.items.get().pk, by=people["chair"], at=BEGINS)
    cast(people, application, chair="approve", member_1="reject", member_2="approve", member_3="approve")
    declare(people, application.pk, "member-1", at=BEGINS, conflict="Consulente dell'azienda.")
    applications.approve(application.pk, by=people["chair"], at=BEGINS)
    told = dict(minutes.account(sitting)[0].rows)
    assert told["Recused"] == "Dott. Piero Neri Rossi (declared a conflict of interest)"
    assert told["Votes voided"].startswith("Dott. Piero Neri Rossi: the conflict was declared after")
    assert told["Votes"] == "3 in favour, 0 against"
    assert told["Quorum"] == "3 of 3 entitled members have voted"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE committee_sitting SET remarks = 'x'",
        "UPDATE committee_sitting SET status = 'closed', signed_at = NULL, signed_by_id = NULL",
        "DELETE FROM committee_item",
        "UPDATE committee_item SET note = 'x'",
        "UPDATE committee_attendance SET arrived_at = now()",
        "TRUNCATE committee_attendance CASCADE",
    ],
)
def test_the_database_keeps_signed_minutes(people, catalogue, statement):
    application = walk(people, Stands.COMMITTEE_REVIEW)
    sitting = opened(people, application)
    actions.close(sitting.pk, by=people["chair"], at=BEGINS)
    actions.sign_minutes(sitting.pk, by=people["chair"], at=BEGINS)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def test_a_substitute_sits_in_the_members_stead_and_only_then(people, catalogue):
    application = walk(people, Stands.COMMITTEE_REVIEW)
    seat = people["member-3"].memberships.get()
    told = {"from_on": NOW.date(), "to_on": BEGINS.date(), "reason": "Ferie.", "at": NOW}
    with pytest.raises(Refused, match="Nobody names their own substitute"):
        actions.substitute(seat, user=people["head-nicu"], by=people["member-3"], **told)
    actions.substitute(seat, user=people["head-nicu"], by=people["chair"], **told)
    sitting = meeting(people, application)
    present = [people[name] for name in ("chair", "member-1", "member-2", "member-3")]
    with pytest.raises(Refused, match="Luca Testa has no seat on the committee today"):
        actions.open_sitting(sitting.pk, present=present, by=people["chair"], at=BEGINS)
    present[-1] = people["head-nicu"]
    actions.open_sitting(sitting.pk, present=present, by=people["chair"], at=BEGINS)
    actions.open_item(sitting.pk, item=sitting.items.get().pk, by=people["chair"], at=BEGINS)
    cast(people, application, head_nicu="approve")
    with pytest.raises(Refused, match="Only members of the committee may vote"):
        cast(people, application, member_3="approve")
    assert "in the stead of Dott. Luca Testa" in str(attendance.told(sitting, minutes.items(sitting)))
    assert Item.objects.count() == 1


def test_the_database_wants_an_end_for_a_virtual_round(people, catalogue):
    sitting = meeting(people, walk(people, Stands.COMMITTEE_REVIEW))
    with pytest.raises(IntegrityError, match="virtual_sitting_has_an_end"), transaction.atomic():
        Sitting.objects.filter(pk=sitting.pk).update(mode="virtual")
