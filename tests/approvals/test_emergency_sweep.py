"""Late emergencies are told to the medical director, each once; an emergency calls the people on call."""

from datetime import timedelta

import pytest
from django.core import mail

from approvals import actions
from approvals.escalating import sweep
from approvals.jobs import notify
from approvals.models import Application
from approvals.workflow import Status
from config.celery import app
from outbox.keeping import keep_due
from outbox.models import Promise
from outbox.tasks import sweep as sweep_all
from tests.approvals import emergencies as emg
from tests.approvals.walk import NOW, WORSE, judged

pytestmark = pytest.mark.usefixtures("catalogue")
FORM_LATE, RATIFICATION_LATE = NOW + timedelta(days=3), NOW + timedelta(days=8)


def keys() -> set[str]:
    return set(Promise.objects.filter(job="escalate").values_list("key", flat=True))


def mails(*, at) -> list[tuple[str, str]]:
    """What a worker sends, without the letters (they have tests of their own): to whom, about what."""
    Promise.objects.filter(job="issue_letter").delete()
    mail.outbox.clear()
    keep_due(at=at)
    keep_due(at=at)
    return [(one.to[0].partition("@")[0], one.subject) for one in mail.outbox]


def test_nothing_is_late_before_its_time(people):
    application = emg.authorised(people)
    assert sweep(at=application.full_form_due) == 0
    assert sweep(at=application.full_form_due + timedelta(seconds=1)) == 1


def test_each_is_told_once_however_often_the_sweep_runs(people):
    application = emg.authorised(people)
    assert [sweep(at=FORM_LATE + timedelta(days=days)) for days in (0, 0, 1)] == [1, 0, 0]
    assert keys() == {f"escalate:{application.pk}:full_form"}
    assert sweep(at=RATIFICATION_LATE) == 1
    assert keys() == {f"escalate:{application.pk}:{kind}" for kind in ("full_form", "ratification")}


def test_the_medical_director_gets_one_mail_of_each(people):
    application = emg.authorised(people)
    mails(at=NOW + timedelta(hours=1))
    for _twice in range(2):
        sweep(at=FORM_LATE)
    assert mails(at=FORM_LATE) == [
        ("director", f"{application.number}: scheda completa di un’urgenza in ritardo")
    ]
    assert application.patient.surname not in mail.outbox[0].body
    sweep(at=FORM_LATE)
    assert mails(at=FORM_LATE) == []


def test_what_was_solved_meanwhile_is_not_told(people):
    application = emg.authorised(people)
    mails(at=NOW + timedelta(hours=1))
    sweep(at=FORM_LATE)
    emg.complete(application)
    actions.submit(application.pk, by=application.author, at=FORM_LATE)
    Promise.objects.filter(job="notify").delete()
    assert mails(at=FORM_LATE) == []


def test_a_ratification_is_late_while_questions_are_open_too(people):
    application = emg.before_committee(people)
    actions.ask(application.pk, questions=["Quale valore?"], by=people["chair"], at=NOW + timedelta(days=2))
    sweep(at=RATIFICATION_LATE)
    assert keys() == {f"escalate:{application.pk}:ratification"}


def test_what_the_committee_judged_is_never_late(people):
    application = emg.voted(people)
    actions.approve(application.pk, by=people["chair"], at=NOW + timedelta(days=4))
    assert sweep(at=NOW + timedelta(days=30)) == 0


def test_a_later_decision_on_the_same_treatment_is_no_ratification(people):
    application = emg.voted(people)
    actions.approve(application.pk, by=people["chair"], at=NOW + timedelta(days=4))
    worse = NOW + timedelta(days=80)
    actions.reassess(application.pk, outcome=judged(WORSE), by=application.author, at=worse)
    application.refresh_from_db()
    assert application.status == Status.COMMITTEE_REVIEW
    late = application.decision_due + timedelta(days=1)
    assert sweep(at=late) == 0
    assert not Application.objects.overdue_emergencies(at=late).exists()


def test_beat_starts_the_sweep_each_minute(people, settings):
    emg.authorised(people, at=NOW - timedelta(days=365))
    sweep_all()
    assert len(keys()) == 2
    beats = settings.CELERY_BEAT_SCHEDULE["sweep"]
    assert beats["task"] in app.tasks
    assert beats["schedule"] == timedelta(minutes=1)


# ── Who is called ───────────────────────────────────────────────────────────────────────────────────────


def test_both_people_on_call_are_mailed_a_number_and_a_link(people):
    application = emg.requested(people)
    sent = mails(at=NOW)
    told = f"{application.number}: URGENZA da autorizzare"
    assert sent == [("on-call-pharmacist", told), ("on-call-consultant", told)]
    body = mail.outbox[0].body
    assert f"/richieste/{application.number}/" in body
    assert application.patient.surname not in body + mail.outbox[0].subject


def test_where_nobody_is_on_call_pharmacy_and_direction_are_told(people):
    for name in ("on-call-pharmacist", "on-call-consultant"):
        people[name].memberships.update(to_on=NOW.date() - timedelta(days=1))
    emg.requested(people)
    assert {who for who, _subject in mails(at=NOW)} == {"pharmacist-1", "pharmacist-2", "director"}


def test_after_the_pharmacist_the_consultant_is_called_again(people):
    application = emg.requested(people)
    mails(at=NOW)
    emg.agree(people, application)
    assert [who for who, _subject in mails(at=NOW)] == ["on-call-consultant"]


def test_a_declined_emergency_is_told_to_its_author(people):
    application = emg.requested(people)
    mails(at=NOW)
    reason = "Il bambino risponde alla fototerapia."
    actions.decline_emergency(application.pk, reason=reason, by=people["on-call-consultant"], at=NOW)
    assert mails(at=NOW) == [("prescriber-nicu", f"{application.number}: urgenza respinta")]


def test_the_authorisation_is_told_to_prescriber_and_pharmacy_after_the_letter(people):
    application = emg.authorised(people)
    step = application.steps.get(action="authorise_emergency")
    assert not Promise.objects.filter(key=f"notify:{step.pk}").exists()  # the mail follows the letter
    mails(at=NOW + timedelta(hours=1))
    notify(key=f"notify:{step.pk}", at=NOW, step=step.pk)
    told = f"{application.number}: autorizzata in urgenza"
    sent = mails(at=NOW + timedelta(hours=1))
    assert set(sent) == {(who, told) for who in ("prescriber-nicu", "pharmacist-1", "pharmacist-2")}
