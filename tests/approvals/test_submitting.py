"""Submission: numbers without gaps, one open application per patient and indication, a frozen snapshot."""

import threading

import pytest
from django.db import connection

from approvals import actions
from approvals.models import Application, NumberSequence
from approvals.refusals import AlreadyDone, Refused, Stale
from approvals.workflow import Status
from outbox.models import Promise
from patients.models import Patient
from tests.approvals.test_at_once import all_at_once
from tests.approvals.walk import NOW, UVEITIS, draft, step, walk


def test_numbers_follow_each_other(people, catalogue):
    numbers = [walk(people, Status.SUBMITTED, person=n).number for n in range(3)]
    assert numbers == ["OL-2026-000001", "OL-2026-000002", "OL-2026-000003"]


def test_a_refused_submission_uses_no_number(people, catalogue):
    incomplete = draft(people, person=1, consent={"responsibility": ""})
    with pytest.raises(Refused) as refusal:
        actions.submit(incomplete.pk, by=incomplete.author, at=NOW)
    assert [(s.section, s.field) for s in refusal.value.shortcomings] == [("consent", "responsibility")]
    assert walk(people, Status.SUBMITTED, person=2).number == "OL-2026-000001"


def test_a_second_open_application_for_patient_and_indication_is_refused(people, catalogue):
    first = walk(people, Status.SUBMITTED)
    again = draft(people)
    with pytest.raises(Refused, match=first.number):
        actions.submit(again.pk, by=again.author, at=NOW)
    again.refresh_from_db()
    assert again.status == Status.DRAFT
    assert again.number is None


def test_after_a_withdrawal_the_patient_may_apply_again(people, catalogue):
    first = walk(people, Status.SUBMITTED)
    actions.withdraw(first.pk, reason="Errore di indicazione.", by=first.author, at=NOW)
    again = draft(people)
    actions.submit(again.pk, by=again.author, at=NOW)
    assert Patient.objects.count() == 1


def test_the_snapshot_keeps_what_was_sent(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    Application.objects.filter(pk=application.pk).update(answers={})
    content = Application.objects.get(pk=application.pk).snapshot.content
    assert content["indication"]["code"] == UVEITIS
    assert content["dose"] is not None
    assert content["patient"]["tax_code"] == application.patient.tax_code


def test_a_double_click_is_one_submission(people, catalogue):
    application = draft(people)
    actions.submit(application.pk, by=application.author, at=NOW, version=0)
    with pytest.raises(AlreadyDone):
        actions.submit(application.pk, by=application.author, at=NOW, version=0)
    assert application.steps.count() == 1


def test_a_stale_page_is_told_who_did_what_and_when(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    step(people, application.pk, "endorsed", at=NOW)
    with pytest.raises(Stale) as stale:
        actions.withdraw(application.pk, reason="Ripensamento.", by=application.author, at=NOW, version=1)
    assert "Giorgio Salvi" in stale.value.sentence
    assert "23 nov 2026, 09:00" in stale.value.sentence


def test_the_promise_is_made_in_the_same_transaction(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    made = application.steps.get()
    assert Promise.objects.get(key=f"notify:{made.pk}").arguments == {"step": made.pk}


@pytest.mark.django_db(transaction=True)
def test_twenty_submissions_at_once_leave_no_gap(people, catalogue):
    drafts = [draft(people, person=n) for n in range(20)]
    failures = []

    def submit(application):
        try:
            actions.submit(application.pk, by=application.author, at=NOW)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=submit, args=[application]) for application in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(Application.objects.values_list("number", flat=True)) == [
        f"OL-2026-{n:06d}" for n in range(1, 21)
    ]
    assert NumberSequence.objects.get().last == 20


@pytest.mark.django_db(transaction=True)
def test_two_submissions_for_one_patient_at_once_leave_one(people, catalogue):
    drafts = [draft(people), draft(people)]
    outcomes = []
    gate = threading.Barrier(2)

    def submit(application):
        gate.wait()
        try:
            actions.submit(application.pk, by=application.author, at=NOW)
            outcomes.append("sent")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=submit, args=[application]) for application in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "sent"]


def ask_and_point_at(people, application, at_the_row_of):
    """Questions to the author, who then changes the indication to that of another application."""
    actions.ask(application.pk, questions=["Quale riga?"], by=people["pharmacist-1"], at=NOW)
    answers = {**application.answers, **{slug: at_the_row_of.answers[slug] for slug in SAME_ROW}}
    Application.objects.filter(pk=application.pk).update(answers=answers)


# The sections that depend on the catalogue row.
SAME_ROW = ("indication", "therapies", "dose", "justification", "outcome")


def test_answers_cannot_turn_an_application_into_a_second_one(people, catalogue):
    first = walk(people, Status.SUBMITTED)
    other = walk(people, Status.PHARMACY_REVIEW, code="EMA-01")
    ask_and_point_at(people, other, first)
    with pytest.raises(Refused, match=first.number):
        actions.answer(other.pk, answers={1: "Uveite."}, by=other.author, at=NOW)
    other.refresh_from_db()
    assert other.status == Status.INFORMATION_REQUESTED


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_a_submission_for_the_same_row_at_once_leave_one(people, catalogue):
    other = walk(people, Status.PHARMACY_REVIEW, code="EMA-01")
    new = draft(people)
    ask_and_point_at(people, other, new)
    happened = all_at_once(
        ("answer", lambda: actions.answer(other.pk, answers={1: "Uveite."}, by=other.author, at=NOW)),
        ("submit", lambda: actions.submit(new.pk, by=new.author, at=NOW)),
    )
    assert len(happened) == 1
