"""What the database refuses by itself, whatever the code above forgets."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from approvals import actions, workflow
from approvals.models import Application, Decision, Opinion, Snapshot, Step, Vote
from approvals.workflow import Status
from tests.approvals.walk import BETTER, LATER, NOW, judged, step, walk
from treatments.models import Reassessment


def check_now():
    """Run the deferred checks as the commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_triggers_moves_are_the_workflows(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT source, target FROM approvals_legal_moves()")
        in_database = set(cursor.fetchall())
    assert in_database == {(source.value, target.value) for _, source, target in workflow.moves()}


def test_a_stale_save_cannot_turn_a_status_back(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    stale = Application.objects.get(pk=application.pk)
    step(people, application.pk, "endorsed", at=NOW)
    step(people, application.pk, Status.PHARMACY_REVIEW, at=NOW)
    check_now()
    with pytest.raises(IntegrityError, match="its last step says pharmacy_review"), transaction.atomic():
        stale.save()
        check_now()
    assert Application.objects.get(pk=application.pk).status == Status.PHARMACY_REVIEW


def test_a_status_without_a_step_is_refused(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    with pytest.raises(IntegrityError, match="its last step says submitted"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(status=Status.APPROVED)
        check_now()


def test_a_draft_leaves_only_by_a_step(people, catalogue):
    draft = walk(people, Status.DRAFT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.filter(pk=draft.pk).update(status=Status.WITHDRAWN)
        check_now()


def new_step(application, source, target, sequence):
    return Step.objects.create(
        application=application,
        sequence=sequence,
        action="approve",
        source=source,
        target=target,
        at=NOW,
        by=application.author,
    )


def test_a_step_makes_only_legal_moves(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    with (
        pytest.raises(IntegrityError, match="no move leads from submitted to approved"),
        transaction.atomic(),
    ):
        new_step(application, "submitted", "approved", 2)


@pytest.mark.parametrize(
    ("source", "sequence"), [("committee_review", 2), ("submitted", 3), ("submitted", 1)]
)
def test_a_step_continues_the_one_before(people, catalogue, source, sequence):
    application = walk(people, Status.SUBMITTED)
    with pytest.raises(IntegrityError), transaction.atomic():
        new_step(application, source, "approved", sequence)


@pytest.mark.parametrize("model", [Step, Snapshot, Vote, Decision, Opinion, Reassessment])
def test_records_are_neither_changed_nor_deleted_nor_emptied(people, catalogue, model):
    application = walk(people, Status.APPROVED)
    actions.reassess(application.pk, outcome=judged(BETTER), by=application.author, at=LATER)
    record = model.objects.first()
    table = model._meta.db_table
    for statement in (
        f"UPDATE {table} SET id = id",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            check_now()
            cursor.execute(statement)
    assert model.objects.filter(pk=record.pk).exists()


@pytest.mark.parametrize("change", ["text = 'Altro?'", "answer = 'Altra risposta.'", "answered_at = NULL"])
def test_a_question_is_answered_once(people, catalogue, change):
    application = walk(people, Status.PHARMACY_REVIEW)
    actions.ask(application.pk, questions=["Quale dose?"], by=people["pharmacist-1"], at=NOW)
    actions.answer(application.pk, answers={1: "La solita."}, by=application.author, at=NOW)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        check_now()
        cursor.execute(f"UPDATE approvals_question SET {change}")


def test_an_application_with_steps_cannot_be_deleted(people, catalogue):
    application = walk(people, Status.SUBMITTED)
    with pytest.raises(ProtectedError):
        application.delete()


def test_every_time_has_its_person():
    """Each `_at` has its `_by`: nothing happens without somebody (or the house, where null)."""
    # The house itself, no person: the worker's leases, the trail's own columns.
    alone = {"outbox.Promise", "audit.Entry", "outbox.Heartbeat"}
    for model in apps.get_models():
        if model._meta.app_config.name.startswith("django") or model._meta.label in alone:
            continue
        names = {field.name for field in model._meta.fields}
        own = {name for name in names if name.endswith("_at")}
        assert {name for name in own if f"{name[:-3]}_by" not in names} == set(), model._meta.label
