"""What the database refuses by itself, whatever the code above forgets."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from approvals import actions, workflow
from approvals.models import (
    Application,
    Appointment,
    Decision,
    Declaration,
    Hearing,
    Opinion,
    Presence,
    Snapshot,
    Step,
    Vote,
)
from approvals.workflow import Status
from tests.approvals.walk import BETTER, LATER, NOW, declare, heard, judged, meeting, step, walk
from treatments.models import Measured, Reassessment


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


@pytest.mark.parametrize(
    "model",
    [
        *(Step, Snapshot, Vote, Decision, Opinion, Reassessment, Measured),
        *(Declaration, Appointment, Hearing, Presence),
    ],
)
def test_records_are_neither_changed_nor_deleted_nor_emptied(people, catalogue, model):
    """A hearing that is closed and a presence that is over are such records too."""
    application = walk(people, Status.COMMITTEE_REVIEW)
    with_substitute(people, application)
    hearing = meeting(people, application.pk)
    actions.leave(application.pk, member=people["member-3"], by=people["chair"], at=NOW)
    for place in ("voted", Status.APPROVED):
        step(people, application.pk, place, at=NOW)
    hearing.presences.filter(left_at=None).update(left_at=NOW, left_by=people["chair"])
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


def with_substitute(people, application):
    told = {"reason": "Troppi componenti esclusi.", "appointed_by": people["director"], "appointed_at": NOW}
    return Appointment.objects.create(application=application, member=people["head-w5"], **told)


def cast(people, application, name="member-1", **changed):
    """A vote written past the actions, as a forgetful one would."""
    told = {"round": application.round, "choice": "approve", "voted_at": NOW, **changed}
    return Vote.objects.create(application=application, voted_by=people[name], **told)


def refused_vote(people, application, told="has no voice", **changed):
    with pytest.raises(IntegrityError, match=told), transaction.atomic():
        cast(people, application, **changed)


def test_a_vote_needs_a_hearing_of_its_round(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    refused_vote(people, application)
    heard(people, application.pk)
    refused_vote(people, application, round=application.round + 1)
    cast(people, application)


def test_a_vote_after_the_closing_is_refused(people, catalogue):
    application = walk(people, Status.APPROVED)
    refused_vote(people, application, name="member-3")


def test_a_vote_after_the_end_of_a_virtual_round_is_refused(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    hearing = actions.open_hearing(
        application.pk, voting_until=NOW + timedelta(hours=1), by=people["chair"], at=NOW
    )
    refused_vote(people, application, voted_at=hearing.voting_until)
    cast(people, application, voted_at=hearing.voting_until - timedelta(seconds=1))


def test_in_a_meeting_a_vote_of_somebody_away_is_refused(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    meeting(people, application.pk, "chair", "member-1")
    refused_vote(people, application, name="member-2")
    cast(people, application)
    actions.leave(application.pk, member=people["member-1"], by=people["chair"], at=NOW)
    refused_vote(people, application, change=1)


def test_a_vote_of_somebody_with_a_conflict_is_refused(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    heard(people, application.pk)
    declare(people, application.pk, "member-1", conflict="Parente del paziente.")
    refused_vote(people, application, told="is recused")
    cast(people, application, name="member-2")


@pytest.mark.parametrize(
    "change",
    [
        {"round": 9},
        {"is_virtual": False, "voting_until": None},
        {"opened_at": NOW - timedelta(days=1)},
        {"voting_until": NOW + timedelta(days=90)},
    ],
)
def test_an_open_hearing_is_only_ever_closed(people, catalogue, change):
    application = walk(people, Status.COMMITTEE_REVIEW)
    heard(people, application.pk)
    hearings = Hearing.objects.filter(application=application)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        hearings.update(**change)
    hearings.update(closed_at=NOW, closed_by=people["chair"], outcome="overtaken")


def test_a_presence_is_only_ever_ended(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    presences = meeting(people, application.pk).presences.filter(member=people["member-1"])
    for change in ({"member": people["member-2"]}, {"arrived_at": NOW - timedelta(hours=1)}):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            presences.update(**change)
    presences.update(left_at=NOW, left_by=people["chair"])


@pytest.mark.parametrize(
    ("about", "name"),
    [
        ({}, "one_open_hearing_per_application"),
        ({"is_virtual": True}, "virtual_round_has_an_end"),
        ({"is_virtual": False, "voting_until": NOW + timedelta(days=1)}, "virtual_round_has_an_end"),
        ({"closed_at": NOW}, "closed_hearing_has_an_outcome"),
        ({"closed_at": NOW, "outcome": "deferred"}, "deferral_says_why_and_until_when"),
    ],
)
def test_a_hearing_that_contradicts_itself_is_refused(people, catalogue, about, name):
    application = walk(people, Status.COMMITTEE_REVIEW)
    meeting(people, application.pk)
    told = {"round": 1, "is_virtual": False, "opened_at": NOW, "opened_by": people["chair"], **about}
    if "outcome" in about:
        told["closed_by"] = people["chair"]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Hearing.objects.create(application=application, **told)


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
    alone = {"outbox.Promise", "outbox.Sweep", "outbox.Worker", "outbox.Line", "audit.Entry"}
    # What the identity provider claims, nobody here said; an answer names its `user`.
    alone |= {"accounts.RoleProposal", "accounts.ClaimsStop", "api.Answer"}
    for model in apps.get_models():
        if model._meta.app_config.name.startswith(("django", "allauth")) or model._meta.label in alone:
            continue
        names = {field.name for field in model._meta.fields}
        own = {name for name in names if name.endswith("_at")}
        assert {name for name in own if f"{name[:-3]}_by" not in names} == set(), model._meta.label
