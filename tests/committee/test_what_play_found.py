"""Behaviours that random sittings found missing, each as one plain story."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.utils import translation

from accounts.models import Membership, User
from approvals import actions as applications
from approvals.models import Application, Decision
from approvals.refusals import AlreadyDone, Refused
from approvals.workflow import Status as Stands
from committee import actions, agenda
from tests.approvals.test_at_once import all_at_once
from tests.approvals.walk import LATER, NOW, WORSE, decided_alone, declare, heard, judged, walk
from tests.approvals.walk import vote as cast_votes
from tests.committee.test_sittings import ALL, BEGINS, cast, hospital, meeting, opened

BECAUSE = "Diverso dai precedenti, per età e gravità."


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def virtual(people, *cases, until):
    sitting = actions.convene(
        hospital(people),
        mode="virtual",
        voting_until=until,
        applications=[one.pk for one in cases],
        by=people["chair"],
        at=NOW,
    )
    return actions.open_sitting(sitting.pk, by=people["chair"], at=NOW)


def test_what_is_being_heard_goes_on_no_other_agenda(people, catalogue):
    application = walk(people, Stands.COMMITTEE_REVIEW)
    sitting = opened(people, application)
    actions.open_item(sitting.pk, item=sitting.items.get().pk, by=people["chair"], at=BEGINS)
    other = meeting(people)
    with pytest.raises(Refused, match="does not wait for the committee"):
        actions.add_item(other.pk, application=application.pk, by=people["chair"], at=BEGINS)


@pytest.mark.django_db(transaction=True)
def test_an_item_taken_off_in_another_browser_is_not_opened(people, catalogue):
    """The other browser holds the sitting until this one has read the item and waits."""
    sitting = opened(people, walk(people, Stands.COMMITTEE_REVIEW))
    told = {"item": sitting.items.get().pk, "by": people["chair"], "at": BEGINS}
    outcome = []

    def other_browser():
        try:
            outcome.append(actions.open_item(sitting.pk, **told))
        except Exception as error:
            outcome.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=other_browser)
    with transaction.atomic():
        actions.remove_item(sitting.pk, **told)
        thread.start()
        while not somebody_waits():
            assert thread.is_alive(), "it was opened beside the lock"
    thread.join()
    assert isinstance(outcome[0], Refused), outcome


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def test_whoever_lost_the_seat_can_still_leave_the_room(people, catalogue):
    sitting = opened(people, walk(people, Stands.COMMITTEE_REVIEW))
    User.objects.filter(username="member-3").update(is_active=False)
    actions.leave(sitting.pk, member=people["member-3"], by=people["chair"], at=BEGINS)
    assert not sitting.attendances.filter(member=people["member-3"], left_at=None).exists()


def test_who_is_ticked_twice_is_present_once(people, catalogue):
    sitting = opened(people, present=[*ALL, "chair"])
    assert sitting.attendances.count() == len(ALL)


def test_after_the_end_of_a_virtual_round_its_votes_have_decided(people, catalogue):
    """Two of four abstain from voting at all: once the time is over nobody waits for them any more."""
    application = walk(people, Stands.COMMITTEE_REVIEW)
    until = NOW + timedelta(days=2)
    virtual(people, application, until=until)
    cast(people, application, at=NOW, chair="approve", member_1="approve", member_2="reject")
    later = {"until": until.date() + timedelta(days=9), "by": people["chair"]}
    with pytest.raises(Refused, match="The votes have decided"):
        applications.defer(application.pk, reason="Rinvio.", at=until, **later)
    with pytest.raises(Refused, match="The votes have decided"):
        applications.ask(application.pk, questions=["Perché?"], by=people["chair"], at=until)
    assert applications.approve(application.pk, by=people["chair"], at=until).status == Stands.APPROVED


@override_settings(COMMITTEE_NEEDS=[])
def test_to_ratify_is_yes_or_no_and_no_missing_vote_can_ask(people, catalogue):
    """One against and one abstention of three: whatever the third votes, it is not ratified."""
    application = walk(people, Stands.COMMITTEE_REVIEW)
    decided_alone(people, application.pk)
    virtual(people, application, until=NOW + timedelta(days=2))
    cast(people, application, at=NOW, member_1="reject", member_2="abstain")
    why = {
        "reason_codes": ["R03"],
        "reasons": "Le prove presentate non bastano.",
        "would_change": "Una serie di casi pubblicata.",
    }
    told = applications.deny_ratification(application.pk, **why, by=people["chair"], at=NOW)
    assert told.status == Stands.REJECTED


def returned(people):
    """Decided alone, never ratified, then back before the committee because it does not help."""
    application = walk(people, Stands.COMMITTEE_REVIEW)
    decided_alone(people, application.pk)
    applications.reassess(application.pk, outcome=judged(WORSE), by=application.author, at=LATER)
    return Application.objects.get(pk=application.pk)


def test_what_was_decided_alone_and_comes_back_is_judged_by_the_whole_committee(people, catalogue):
    application = returned(people)
    cast_votes(people, application.pk, at=LATER, chair="approve", member_1="approve", member_2="approve")
    after = LATER + timedelta(days=60)
    applications.approve(application.pk, because=BECAUSE, by=people["chair"], at=after)
    decision = Decision.objects.filter(application=application).latest("pk")
    assert decision.tally["entitled"] == 4
    assert not Decision.objects.unratified().exists(), "the committee has judged it: nothing to ratify"
    assert not agenda.unheard(hospital(people)).exists()


def test_the_chair_does_not_decide_alone_again_what_was_never_ratified(people, catalogue):
    application = returned(people)
    with pytest.raises(Refused, match="has not judged yet what was decided alone before"):
        decided_alone(people, application.pk, at=LATER)


def test_what_was_put_off_and_heard_again_waits_no_longer_for_that_day(people, catalogue):
    application = walk(people, Stands.COMMITTEE_REVIEW)
    chair = people["chair"]
    first = opened(people, application)
    actions.open_item(first.pk, item=first.items.get().pk, by=chair, at=BEGINS)
    until = BEGINS.date() + timedelta(days=20)
    applications.defer(application.pk, reason="Manca il relatore.", until=until, by=chair, at=BEGINS)
    assert not agenda.waiting(hospital(people), at=BEGINS).exists()
    actions.close(first.pk, by=chair, at=BEGINS)
    second = meeting(people, at=BEGINS)
    actions.add_item(second.pk, application=application.pk, by=chair, at=BEGINS)
    actions.open_sitting(second.pk, present=[people[name] for name in ALL], by=chair, at=BEGINS)
    actions.open_item(second.pk, item=second.items.get().pk, by=chair, at=BEGINS)
    applications.ask(application.pk, questions=["Da quando?"], by=chair, at=BEGINS)
    applications.answer(application.pk, answers={1: "Da maggio."}, by=application.author, at=BEGINS)
    assert list(agenda.waiting(hospital(people), at=BEGINS)) == [application]


def sits_for(people, seat, first, last, *, who="head-nicu", at=NOW):
    days = {"from_on": NOW.date() + timedelta(days=first), "to_on": NOW.date() + timedelta(days=last)}
    held = people[seat].memberships.get()
    return actions.substitute(held, user=people[who], **days, reason="Ferie.", by=people["chair"], at=at)


def test_nobody_is_given_a_second_seat_on_a_later_day(people, catalogue):
    sits_for(people, "member-3", 5, 9)
    with pytest.raises(Refused, match="has a seat already"):
        sits_for(people, "member-1", 1, 6)
    sits_for(people, "member-1", 1, 4)


@pytest.mark.django_db(transaction=True)
def test_two_seats_given_to_one_person_at_once_are_one(people, catalogue):
    both = [(seat, lambda seat=seat: sits_for(people, seat, 1, 4)) for seat in ("member-1", "member-3")]
    assert len(all_at_once(*both)) == 1
    assert Membership.objects.filter(stands_in_for__isnull=False).count() == 1


def test_a_substitution_ended_in_another_browser_is_over(people, catalogue):
    made = sits_for(people, "member-3", 1, 4)
    actions.end_substitution(Membership(pk=made.pk), by=people["chair"], at=NOW)
    with pytest.raises(AlreadyDone, match="over already"):
        actions.end_substitution(Membership(pk=made.pk), by=people["chair"], at=NOW)


def test_where_the_appointed_chair_is_recused_too_the_chairs_substitute_presides(people, catalogue):
    """Only one may be appointed to preside: asked for another, the program says what to do instead."""
    application = walk(people, Stands.COMMITTEE_REVIEW)
    declare(people, application.pk, "chair", conflict="Consulente dell'azienda.")
    told = {"reason": "La presidente è astenuta.", "by": people["director"], "at": NOW}
    first, second = people["head-nicu"], people["prescriber-nicu"]
    applications.appoint(application.pk, members=[first], presiding=first, **told)
    declare(people, application.pk, "head-nicu", conflict="Cura un parente.")
    with pytest.raises(Refused, match="name a substitute for the chair"):
        applications.appoint(application.pk, members=[second], presiding=second, **told)
    actions.substitute(
        people["chair"].memberships.get(),
        user=second,
        from_on=NOW.date(),
        to_on=NOW.date(),
        reason="Astenuta.",
        by=people["director"],
        at=NOW,
    )
    heard(people, application.pk, chair="prescriber-nicu")
    assert application.hearings.filter(opened_by=second).exists()
