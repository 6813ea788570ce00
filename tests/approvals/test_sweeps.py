"""What is overdue, expires, lies idle or is to be asked after: once on its day, armed again by a moved date,
silent where it was settled before the mail was sent."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from approvals import actions, expiring, following_up, idle, overdue
from approvals.models import Application, FollowUp
from approvals.workflow import Action, Status
from outbox.keeping import keep_due
from outbox.models import Promise
from tests.approvals import emergencies as emg
from tests.approvals.walk import (
    BETTER,
    LATER,
    NEWS,
    NOW,
    appealed,
    draft,
    judged,
    rejected,
    walk,
)

pytestmark = pytest.mark.usefixtures("catalogue")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def mails(*, at) -> list[tuple[str, str]]:
    """What the sweeps' promises bring about, without the steps before them: to whom, the subject."""
    Promise.objects.filter(job__in=["issue_letter", "notify"], promised_at__lte=at).delete()
    mail.outbox.clear()
    keep_due(at=at)
    return [(one.to[0].partition("@")[0], one.subject) for one in mail.outbox]


def to_whom(*, at) -> list[str]:
    return sorted(who for who, _subject in mails(at=at))


def statuses(job: str) -> list[str]:
    return list(Promise.objects.filter(job=job).order_by("pk").values_list("status", flat=True))


# ── Decisions ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_overdue_decision_climbs_from_the_pharmacist_to_the_chair_to_the_director(people):
    application = walk(people, Status.PHARMACY_REVIEW)
    due = application.decision_due
    assert overdue.sweep(at=due) == 0
    told = []
    for later in (SECOND, SECOND, DAY + SECOND, 2 * DAY + SECOND, 9 * DAY):
        overdue.sweep(at=due + later)
        told.append(to_whom(at=due + later))
    assert told == [["pharmacist-1"], [], ["chair"], ["director"], []]


def test_before_anybody_has_it_the_pharmacy_or_the_head_is_told(people):
    for place, who in ((Status.SUBMITTED, ["head-w3"]), ("endorsed", ["pharmacist-1", "pharmacist-2"])):
        application = walk(people, place, person=len(place))
        at = application.decision_due + SECOND
        Application.objects.exclude(pk=application.pk).update(decision_due=at + 9 * DAY)
        overdue.sweep(at=at)
        assert to_whom(at=at) == who


def test_a_pause_moves_it_and_the_new_time_arms_again(people):
    application = walk(people, Status.PHARMACY_REVIEW)
    due = application.decision_due
    overdue.sweep(at=due + SECOND)
    asked, answered = due + timedelta(hours=1), due + timedelta(hours=2)
    actions.ask(application.pk, questions=["Quale dose?"], by=people["pharmacist-1"], at=asked)
    assert overdue.sweep(at=due + 3 * DAY) == 0  # the time is the author's
    actions.answer(application.pk, answers={1: "Questa."}, by=application.author, at=answered)
    assert to_whom(at=answered) == []  # what was promised for the old time is superseded
    assert statuses("tell_overdue") == ["superseded"]
    assert overdue.sweep(at=due + timedelta(hours=1)) == 0
    assert overdue.sweep(at=due + timedelta(hours=1, seconds=1)) == 1


def test_decided_before_the_mail_nobody_is_told(people):
    application = walk(people, "voted")
    at = application.decision_due + 2 * DAY + SECOND
    assert overdue.sweep(at=at) == 3
    actions.approve(application.pk, by=people["chair"], at=at - SECOND)
    mails(at=at)
    assert statuses("tell_overdue") == ["superseded"] * 3


def test_people_on_call_who_do_not_answer_are_told_to_the_director_once(people):
    application = emg.requested(people)
    at = application.decision_due + SECOND
    assert [overdue.sweep(at=at), overdue.sweep(at=at + 5 * DAY)] == [1, 0]
    assert to_whom(at=at) == ["director"]


# ── Expiry ──────────────────────────────────────────────────────────────────────────────────────────────


def morning(day) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=ZoneInfo("Europe/Rome")) + timedelta(hours=7)


def test_thirty_days_after_its_reassessment_was_due_a_period_expires_once(people):
    application = walk(people, Status.APPROVED)
    due = application.authorisations.get().due_on
    assert expiring.sweep(at=morning(due + 29 * DAY)) == 0
    at = morning(due + 30 * DAY)
    assert [expiring.sweep(at=at), expiring.sweep(at=at)] == [1, 0]
    assert to_whom(at=at) == ["head-w3", "pharmacist-1", "pharmacist-2", "prescriber-w3"]
    application = Application.objects.get(pk=application.pk)
    assert (application.status, application.last_step.action) == (Status.EXPIRED, Action.EXPIRE)
    assert expiring.sweep(at=at + 9 * DAY) == 0


def test_a_moved_date_and_a_reassessment_stop_the_end(people):
    moved, judged_ = walk(people, Status.APPROVED), walk(people, Status.APPROVED, person=1)
    due = moved.authorisations.get().due_on
    at = morning(due + 30 * DAY)
    assert expiring.sweep(at=at) == 2
    moved.authorisations.update(due_on=due + 5 * DAY)
    actions.reassess(judged_.pk, outcome=judged(BETTER), by=people["prescriber-w3"], at=LATER)
    assert to_whom(at=at) == []
    assert statuses("expire") == ["superseded"] * 2
    assert expiring.sweep(at=at + 4 * DAY) == 0
    assert expiring.sweep(at=at + 5 * DAY) == 1


# ── Drafts ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_that_nobody_touches_is_called_to_mind_once_and_stays(people):
    lying = draft(people)
    day = morning(NOW.date() + 90 * DAY)
    assert idle.sweep(at=day - DAY) == 0
    assert [idle.sweep(at=day), idle.sweep(at=day + DAY)] == [1, 0]
    assert mails(at=day) == [("prescriber-w3", "Una tua bozza è ferma")]
    assert f"/{lying.pk}/" in mail.outbox[0].body
    assert Application.objects.filter(pk=lying.pk, status=Status.DRAFT).exists()


def test_whoever_goes_on_with_it_arms_it_again(people):
    lying = draft(people)
    day = morning(NOW.date() + 90 * DAY)
    idle.sweep(at=day)
    Application.objects.filter(pk=lying.pk).update(saved_at=day)
    assert mails(at=day) == []
    assert statuses("tell_idle") == ["superseded"]
    assert idle.sweep(at=day + 90 * DAY) == 1


def test_a_draft_that_was_sent_is_not_idle(people):
    lying = draft(people, at=NOW)
    day = morning(NOW.date() + 90 * DAY)
    idle.sweep(at=day)
    Application.objects.filter(pk=lying.pk).delete()
    assert mails(at=day) == []


# ── Refused patients ────────────────────────────────────────────────────────────────────────────────────


def test_ninety_days_after_a_refusal_its_author_is_asked_for_a_note_once(people):
    application = rejected(people)
    day = morning(NOW.date() + 90 * DAY)
    assert following_up.sweep(at=day - DAY) == 0
    assert [following_up.sweep(at=day), following_up.sweep(at=day + DAY)] == [1, 0]
    assert mails(at=day) == [("prescriber-w3", f"{application.number}: come sta il paziente?")]


def test_with_the_note_nobody_is_asked(people):
    application = rejected(people)
    day = morning(NOW.date() + 90 * DAY)
    following_up.sweep(at=day)
    FollowUp.objects.create(
        application=application,
        course="better",
        treatment="none",
        recorded_at=day,
        recorded_by=application.author,
    )
    assert mails(at=day) == []
    assert statuses("tell_follow_up") == ["superseded"]


def test_an_appeal_disarms(people):
    application = rejected(people)
    day = morning(NOW.date() + 90 * DAY)
    following_up.sweep(at=day)
    appealed(people, application, at=NOW + 20 * DAY, text=NEWS)
    assert to_whom(at=day) == []
    assert statuses("tell_follow_up") == ["superseded"]


def test_a_hospital_that_does_not_want_notes_asks_for_none(people, settings):
    settings.FOLLOW_UP_DAYS = 0
    rejected(people)
    assert following_up.sweep(at=morning(NOW.date() + 90 * DAY)) == 0
