"""Questions that nobody answers: a warning, then the program ends the application, once."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Role
from approvals import actions, drafts, lapsing, notices
from approvals.models import Application
from approvals.workflow import Action, Status
from audit.models import Entry
from audit.verification import verify
from outbox.keeping import keep_due
from outbox.models import Promise
from tests.approvals.test_at_once import all_at_once
from tests.approvals.walk import NOW, asked, vote, walk

ASKED = NOW + timedelta(hours=4)
DUE = ASKED + timedelta(days=10)
OVER = DUE + timedelta(hours=24)
pytestmark = pytest.mark.usefixtures("catalogue")


def promised(job: str) -> list[str]:
    return list(Promise.objects.filter(job=job).values_list("status", flat=True))


def keep(*, at) -> None:
    """What a worker would do, without the mails of the steps before."""
    Promise.objects.filter(job="notify", arguments__step__in=earlier_steps()).delete()
    keep_due(at=at)


def earlier_steps() -> list[int]:
    return [one.last_step.pk for one in Application.objects.exclude(status=Status.LAPSED)] + [
        step.pk for one in Application.objects.all() for step in one.steps.exclude(action=Action.LAPSE)
    ]


def status_of(application) -> str:
    return Application.objects.get(pk=application.pk).status


# The end


def test_after_the_grace_it_lapses_by_the_program(people):
    application = asked(people)
    assert not lapsing.sweep(at=OVER - timedelta(minutes=1)) or status_of(application) != Status.LAPSED
    assert lapsing.sweep(at=OVER) == 1
    keep(at=OVER)
    application = Application.objects.get(pk=application.pk)
    assert application.status == Status.LAPSED
    assert (application.answer_due, application.decision_due, application.asked_from) == (None, None, "")
    step = application.last_step
    assert (step.action, step.source, step.by) == (Action.LAPSE, Status.INFORMATION_REQUESTED, None)
    entry = Entry.objects.filter(chain=application.chain).latest("sequence")
    assert (entry.action, entry.actor_id) == ("lapse", None)
    assert not list(verify(application.chain))


def test_within_the_grace_it_does_not(people):
    application = asked(people)
    assert actions.lapse(application.pk, at=OVER - timedelta(seconds=1)) is False
    assert status_of(application) == Status.INFORMATION_REQUESTED
    assert application.steps.filter(action=Action.LAPSE).count() == 0


@override_settings(LAPSE_GRACE_HOURS=48)
def test_the_grace_is_the_hospitals(people):
    application = asked(people)
    assert actions.lapse(application.pk, at=OVER) is False
    assert actions.lapse(application.pk, at=DUE + timedelta(hours=48)) is True


def test_a_question_of_the_committee_lapses_too(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    actions.ask(application.pk, questions=["Perché?"], by=people["chair"], at=ASKED)
    assert actions.lapse(application.pk, at=OVER) is True
    step = Application.objects.get(pk=application.pk).last_step
    told = {user.username for user in notices.recipients(step)}
    assert told == {"prescriber-w3", "head-w3", "chair"}


def test_what_was_begun_as_an_emergency_never_lapses(people):
    application = asked(people)
    Application.objects.filter(pk=application.pk).update(emergency_authorised_at=NOW)
    assert lapsing.sweep(at=OVER) == lapsing.sweep(at=DUE) == 0
    assert actions.lapse(application.pk, at=OVER) is False


def test_only_what_waits_for_answers_lapses(people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    vote(people, application.pk, chair="approve")
    assert lapsing.sweep(at=NOW + timedelta(days=400)) == 0
    assert actions.lapse(application.pk, at=NOW + timedelta(days=400)) is False


def test_answered_before_the_worker_came_it_goes_on(people):
    application = asked(people)
    lapsing.sweep(at=OVER)
    actions.answer(application.pk, answers={1: "Questa."}, by=application.author, at=OVER)
    keep(at=OVER)
    assert status_of(application) == Status.PHARMACY_REVIEW
    assert promised("lapse") == ["superseded"]


def test_the_author_the_head_and_who_asked_are_told(people):
    application = asked(people)
    lapsing.sweep(at=OVER)
    keep(at=OVER)
    assert {address for one in mail.outbox for address in one.to} == {
        "prescriber-w3@ospedale.example",
        "head-w3@ospedale.example",
        "pharmacist-1@ospedale.example",
    }
    for one in mail.outbox:
        assert application.number in one.subject
        assert application.patient.surname not in one.subject + one.body


def test_nobody_lets_it_lapse_by_hand(people):
    from approvals import permissions

    application = asked(people)
    with translation.override("en"):
        for user in people.values():
            assert permissions.why_not(user, Action.LAPSE, application, at=OVER) == (
                "It happens by itself, when the time to answer is over."
            )


# The warning


@pytest.mark.parametrize("minutes", [0, 60 * 30])
def test_two_days_before_author_and_head_are_warned_once(people, minutes):
    asked(people)
    early = DUE - timedelta(days=2, minutes=1)
    assert lapsing.sweep(at=early) == 0
    at = DUE - timedelta(days=2) + timedelta(minutes=minutes)
    assert lapsing.sweep(at=at) == 1
    for _again in range(3):
        assert lapsing.sweep(at=at + timedelta(minutes=1)) == 0
        keep(at=at)
    assert sorted(address for one in mail.outbox for address in one.to) == [
        "head-w3@ospedale.example",
        "prescriber-w3@ospedale.example",
    ]
    assert "decade" in mail.outbox[0].subject


def test_an_urgent_one_is_warned_six_hours_before(people):
    application = asked(people, kind={"is_urgent": "yes", "urgency_reason": "Peggiora di giorno in giorno."})
    assert application.is_urgent
    due = application.answer_due
    assert lapsing.sweep(at=due - timedelta(hours=6, minutes=1)) == 0
    assert lapsing.sweep(at=due - timedelta(hours=6)) == 1


def test_answered_meanwhile_nobody_is_warned(people):
    application = asked(people)
    at = DUE - timedelta(days=1)
    lapsing.sweep(at=at)
    actions.answer(application.pk, answers={1: "Questa."}, by=application.author, at=at)
    keep(at=at)
    assert promised("warn_of_lapse") == ["superseded"]
    assert mail.outbox == []


def test_a_warning_for_a_due_time_that_is_over_is_not_sent_for_the_next_one(people):
    application = asked(people)
    at = DUE - timedelta(days=1)
    lapsing.sweep(at=at)
    actions.answer(application.pk, answers={1: "Questa."}, by=application.author, at=at)
    actions.ask(application.pk, questions=["E questa?"], by=people["pharmacist-1"], at=at)
    keep(at=at)
    assert promised("warn_of_lapse") == ["superseded"]
    assert lapsing.sweep(at=at + timedelta(days=9)) == 1


def test_where_author_and_head_have_left_the_director_is_warned(people):
    application = asked(people)
    people["head-w3"].memberships.filter(role=Role.HEAD_OF_UNIT).delete()
    people["prescriber-w3"].is_active = False
    people["prescriber-w3"].save()
    application = Application.objects.get(pk=application.pk)
    assert lapsing.warned(application, at=DUE) == [people["director"]]


# Afterwards


def test_it_can_be_copied_and_its_questions_remain_readable(client, people):
    application = asked(people, at=timezone.now() - timedelta(days=12))
    assert actions.lapse(application.pk, at=timezone.now())
    application = Application.objects.get(pk=application.pk)
    author = application.author
    assert drafts.copyable(author, application, at=timezone.now())
    copied = drafts.copy(application, by=author, at=timezone.now())
    assert copied.answers["indication"] == application.answers["indication"]
    client.force_login(author)
    page = client.get(reverse("application", args=[application.number])).content.decode()
    assert "Quale dose?" in page
    assert reverse("copy", args=[application.number]) in page
    assert client.get(reverse("worklist")).status_code == 200
    assert client.get(reverse("archive") + "?status=lapsed").content.decode().count(application.number) > 0


def test_the_copy_can_be_sent_beside_the_lapsed_one(people):
    application = asked(people)
    actions.lapse(application.pk, at=OVER)
    again = walk(people, Status.SUBMITTED, at=OVER)
    assert again.patient == application.patient
    assert again.status == Status.SUBMITTED


# Several at once


@pytest.mark.django_db(transaction=True)
def test_answering_and_lapsing_at_the_same_moment_one_of_them_happens(people):
    results = set()
    for n in range(25):
        application = asked(people, person=n)
        lapsed = []
        works = [
            ("lapse", lambda pk=application.pk, told=lapsed: told.append(actions.lapse(pk, at=OVER))),
            (
                "answer",
                lambda one=application: actions.answer(
                    one.pk, answers={1: "Questa."}, by=one.author, at=OVER
                ),
            ),
        ]
        happened = all_at_once(*(works if n % 2 else works[::-1]))
        now = Application.objects.get(pk=application.pk)
        if now.status == Status.LAPSED:
            assert (lapsed, "answer" in happened) == ([True], False)
        else:
            assert (now.status, lapsed) == (Status.PHARMACY_REVIEW, [False])
        assert now.steps.count() == now.version
        assert not list(verify(now.chain))
        results.add(now.status)
    assert results <= {Status.LAPSED, Status.PHARMACY_REVIEW}


@pytest.mark.django_db(transaction=True)
def test_many_sweepers_and_workers_lapse_each_application_once(people):
    applications = [asked(people, person=n) for n in range(12)]
    Promise.objects.filter(job="notify").delete()
    gate, failures = threading.Barrier(4), []

    def work():
        gate.wait()
        try:
            lapsing.sweep(at=OVER)
            keep_due(at=OVER)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keep_due(at=OVER)
    assert failures == []
    for application in applications:
        assert status_of(application) == Status.LAPSED
        assert application.steps.filter(action=Action.LAPSE).count() == 1
    assert promised("lapse") == ["done"] * 12
    assert len(mail.outbox) == 12 * 3


def test_a_worker_killed_before_it_settled_does_no_harm(people):
    application = asked(people)
    lapsing.sweep(at=OVER)
    assert actions.lapse(application.pk, at=OVER)  # done, but nobody recorded it
    keep(at=OVER)
    assert application.steps.filter(action=Action.LAPSE).count() == 1
    assert promised("lapse") == ["superseded"]
