"""Actions over the API: the same functions as the buttons, the same refusals, told to a machine."""

import pytest
from django.utils import timezone

from approvals import actions
from approvals.models import Application, Question
from approvals.workflow import Action, Status
from tests.api.machine import Machine, errors, problem
from tests.approvals.walk import CHECKED, catalogue, heard, walk
from tests.people import people

__all__ = ["catalogue", "people"]


@pytest.fixture
def as_(people, catalogue):
    return lambda name: Machine(people[name])


def test_the_whole_way_of_an_application(as_, people):
    application = walk(people, Status.SUBMITTED)
    number = application.number
    assert as_("head-w3").act(number, "endorse").json()["status"] == Status.SUBMITTED
    pharmacist = as_("pharmacist-1")
    assert pharmacist.act(number, "take_charge").json()["status"] == Status.PHARMACY_REVIEW
    asked = pharmacist.act(number, "ask", {"questions": ["Quale dose finora?", "Peso di oggi?"]})
    assert asked.json()["status"] == Status.INFORMATION_REQUESTED
    author = as_("prescriber-w3")
    assert [one["number"] for one in author.get(f"/applications/{number}/questions").json()] == [1, 2]
    told = author.act(number, "answer", {"answers": {"1": "Metotrexato 15 mg.", "2": "62 kg stamattina."}})
    assert told.json()["status"] == Status.PHARMACY_REVIEW, told.content
    given = {**CHECKED, "conclusion": "favourable", "text": "Favorevole, prove sufficienti."}
    assert pharmacist.act(number, "refer", given).json()["status"] == Status.COMMITTEE_REVIEW
    heard(people, application.pk, at=timezone.now())
    for name in ("chair", "member-1", "member-2"):
        member = as_(name)
        assert member.act(number, "declare", {"has_conflict": False}).status_code == 200
        assert member.act(number, "vote", {"choice": "approve"}).status_code == 200
    votes = as_("chair").get(f"/applications/{number}/votes").json()
    assert [vote["choice"] for vote in votes["votes"]] == ["approve"] * 3
    done = as_("chair").act(number, "approve", {"cycles": 2})
    assert done.json()["status"] == Status.APPROVED, done.content
    assert len(done.json()["authorisations"]) == 1


def test_actions_not_possible_say_why(as_, people):
    number = walk(people, Status.SUBMITTED).number
    told = {one["action"]: one for one in as_("prescriber-w3").get(f"/applications/{number}/actions").json()}
    assert told["withdraw"] == {
        "action": "withdraw",
        "label": "Ritira la richiesta",
        "is_allowed": True,
        "why_not": "",
    }
    assert not told["endorse"]["is_allowed"]
    assert told["endorse"]["why_not"]


@pytest.mark.parametrize(
    ("name", "action", "status", "word"),
    [
        ("prescriber-w3", "endorse", 403, "forbidden"),  # one's own
        ("pharmacist-1", "approve", 409, "conflict"),  # not at this stage
        ("prescriber-w5", "withdraw", 404, "not-found"),  # not theirs to see
    ],
)
def test_a_refusal_says_of_which_kind_it_is(as_, people, name, action, status, word):
    application = walk(people, Status.SUBMITTED)
    answer = as_(name).act(application.number, action, {}, tag=f'"v{application.version}"')
    assert (answer.status_code, problem(answer)) == (status, word)
    assert Application.objects.get(pk=application.pk).version == application.version


def test_what_an_action_lacks_is_told_with_its_place(as_, people):
    number = walk(people, Status.SUBMITTED).number
    answer = as_("prescriber-w3").act(number, "withdraw", {"reason": ""})
    assert answer.status_code == 422
    assert list(errors(answer)) == ["/reason"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"questions": "one"}, "/questions"),
        ({"questions": [""]}, "/questions"),
        ({"question": ["?"]}, "/question"),
        ([], ""),
        ({"questions": ["x" * 20_000]}, "/questions/0"),
    ],
)
def test_a_body_of_the_wrong_shape_is_told_with_its_place(as_, people, body, place):
    number = walk(people, Status.PHARMACY_REVIEW).number
    answer = as_("pharmacist-1").http.post(
        f"/api/v1/applications/{number}/ask",
        body,
        content_type="application/json",
        headers={"If-Match": as_("pharmacist-1").tag(f"/applications/{number}"), "Idempotency-Key": "k"},
    )
    assert answer.status_code == 422
    assert place in errors(answer), answer.content
    assert not Question.objects.exists()


def test_whoever_comes_too_late_reads_how_it_stands(as_, people):
    application = walk(people, "endorsed")
    author = as_("prescriber-w3")
    seen = author.tag(f"/applications/{application.number}")
    actions.take_charge(application.pk, by=people["pharmacist-1"], at=timezone.now())
    answer = author.act(application.number, "withdraw", {"reason": "Il paziente è guarito."}, tag=seen)
    assert (answer.status_code, problem(answer)) == (412, "stale")
    assert answer.json()["current_status"] == Status.PHARMACY_REVIEW
    assert "withdraw" in answer.json()["allowed_actions"]


def test_sentences_are_in_the_language_asked_for(people, catalogue):
    number = walk(people, Status.SUBMITTED).number
    for language, word in (("it", "Ritira"), ("en-GB,en;q=0.9", "Withdraw"), ("xx", "Ritira")):
        machine = Machine(people["prescriber-w3"], **{"Accept-Language": language})
        answer = machine.get(f"/applications/{number}/actions")
        label = next(one["label"] for one in answer.json() if one["action"] == "withdraw")
        assert label.startswith(word)
        assert answer.headers["Content-Language"] == ("en" if word == "Withdraw" else "it")
        assert "Accept-Language" in answer.headers["Vary"]


def test_every_action_taken_by_hand_has_an_address(client):
    from api.reading import BY_HAND
    from api.views.acts import VIEWS

    assert set(VIEWS) == set(BY_HAND)
    assert not {Action.LAPSE, Action.EXPIRE, Action.REPLACE} & set(VIEWS)
