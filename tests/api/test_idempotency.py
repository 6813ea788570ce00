"""A call sent twice happens once, whatever happens in between."""

import threading
from hashlib import sha256

import pytest
from django.db import connection, connections
from django.utils import timezone

from api import idempotency
from api.models import Answer
from approvals.models import Application
from tests.api.machine import Machine, problem
from tests.approvals.answers import make_draft
from tests.approvals.walk import catalogue
from tests.people import people

__all__ = ["catalogue", "people"]


@pytest.fixture
def machine(people, catalogue):
    return Machine(people["prescriber-w3"])


def test_the_same_call_gets_the_same_answer_byte_by_byte(machine):
    first = machine.post("/applications", {"unit": "w3"}, key="one")
    again = machine.post("/applications", {"unit": "w3"}, key="one")
    assert again.content == first.content
    assert (again.status_code, again["Location"], again["ETag"]) == (201, first["Location"], first["ETag"])
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Application.objects.count() == 1


def test_another_call_under_the_same_key_is_refused(machine):
    machine.post("/applications", {"unit": "w3"}, key="one")
    for other in ({"unit": "w3", "sections": {}}, {}):
        answer = machine.post("/applications", other, key="one")
        assert (answer.status_code, problem(answer)) == (422, "idempotency-key-reused")
    assert Application.objects.count() == 1


def test_the_key_of_somebody_else_is_another_key(machine, people):
    machine.post("/applications", {}, key="one")
    other = Machine(people["prescriber-w5"]).post("/applications", {}, key="one")
    assert other.status_code == 201
    assert Application.objects.count() == 2


def test_what_was_refused_may_be_sent_again_under_its_key(machine):
    refused = machine.post("/applications", {"unit": "nowhere"}, key="one")
    assert refused.status_code == 422
    assert machine.post("/applications", {"unit": "w3"}, key="one").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 101, "à"])
def test_without_a_key_nothing_happens(machine, key):
    answer = machine.http.post(
        "/api/v1/applications", {}, content_type="application/json", headers={"Idempotency-Key": key}
    )
    assert (answer.status_code, problem(answer)) == (400, "no-idempotency-key")
    assert not Application.objects.exists()


def test_a_submission_sent_twice_is_one(machine, people):
    ready = make_draft(people["prescriber-w3"], at=timezone.now())
    tag = machine.tag(f"/applications/draft-{ready.pk}")
    answers = [machine.act(f"draft-{ready.pk}", "submit", tag=tag, key="send") for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert Application.objects.get().steps.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sent_at_the_same_moment_one_happens_and_the_others_wait_or_hear_of_it(people, catalogue):
    gate, answers = threading.Barrier(6), []
    machines = [Machine(people["prescriber-w3"]) for _ in range(6)]

    def send(machine):
        gate.wait()
        try:
            answers.append(machine.post("/applications", {"unit": "w3"}, key="one"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=[machine]) for machine in machines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Application.objects.count() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert all(problem(answer) == "in-flight" for answer in answers if answer.status_code == 409)


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_under_way_the_second_is_told_so(people, catalogue):
    machine = Machine(people["prescriber-w3"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number_of(f"user {people['prescriber-w3'].pk} one")])
        answers = []

        def send():
            answers.append(machine.post("/applications", {}, key="one"))
            connections.close_all()

        thread = threading.Thread(target=send)
        thread.start()
        thread.join()
        cursor.execute("SELECT pg_advisory_unlock_all()")
    assert problem(answers[0]) == "in-flight"
    assert machine.post("/applications", {}, key="one").status_code == 201


def number_of(name):
    return int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)


def test_a_failure_after_the_deed_undoes_the_deed(machine, monkeypatch):
    monkeypatch.setattr(Answer.objects, "create", lambda **told: 1 / 0)
    machine.http.raise_request_exception = False
    assert machine.post("/applications", {}, key="one").status_code == 500
    assert not Application.objects.exists()
    monkeypatch.undo()
    assert machine.post("/applications", {}, key="one").status_code == 201


def test_old_answers_are_forgotten(machine):
    machine.post("/applications", {}, key="one")
    assert idempotency.forget(before=timezone.now()) == 1
    assert not Answer.objects.exists()
