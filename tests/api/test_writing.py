"""A machine begins a draft, fills it in, and submits it; what it sends badly is told with its place."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from approvals.demo_answers import complete_answers
from approvals.models import Application
from approvals.workflow import Status
from tests.api.machine import Machine, errors, problem
from tests.approvals.answers import make_draft
from tests.approvals.files import pdf
from tests.approvals.walk import catalogue
from tests.people import people

__all__ = ["catalogue", "people"]


@pytest.fixture
def machine(people, catalogue):
    return Machine(people["prescriber-w3"])


@pytest.fixture
def ready(people, catalogue):
    """A draft with nothing missing."""
    return make_draft(people["prescriber-w3"], at=timezone.now())


def test_a_draft_is_begun_filled_in_and_submitted(machine):
    begun = machine.post("/applications", {"unit": "w3"})
    assert begun.status_code == 201
    assert begun.headers["Location"].endswith(begun.json()["id"])
    assert begun.json()["lacks"]
    number = begun.json()["id"]
    answers = complete_answers("EMA-01", on=timezone.localdate())
    answers["consent"].pop("guardian")  # asked for minors only
    filled = machine.patch(number, answers)
    assert filled.status_code == 200, filled.content
    assert [one["pointer"] for one in filled.json()["lacks"]] == ["/sections/consent/off_label_consent"]
    added = machine.http.post(
        f"/api/v1/applications/{number}/attachments",
        {"kind": "consent", "file": SimpleUploadedFile("consenso.pdf", pdf(), "application/pdf")},
        headers={"Idempotency-Key": "a-file"},
    )
    assert added.status_code == 201, added.content
    assert machine.get(f"/applications/{number}").json()["lacks"] == []
    sent = machine.act(number, "submit")
    assert sent.status_code == 200, sent.content
    assert sent.json()["status"] == Status.SUBMITTED
    assert sent.json()["number"].startswith("OL-")
    assert Application.objects.get().author.username == "prescriber-w3"


def test_answers_not_named_stay_and_null_takes_one_away(machine, ready):
    number = f"draft-{ready.pk}"
    before = machine.get(f"/applications/{number}").json()["sections"]["patient"]
    after = machine.patch(number, {"patient": {"episode_number": "N-77", "local_health_authority": None}})
    told = after.json()["sections"]["patient"]
    assert told["episode_number"] == "N-77"
    assert told["surname"] == before["surname"]
    assert "local_health_authority" not in told


@pytest.mark.parametrize(
    ("sections", "place"),
    [
        ({"nothing": {}}, "/sections/nothing"),
        ({"patient": {"shoe_size": 43}}, "/sections/patient/shoe_size"),
        ({"dose": {"weight_kg": "heavy"}}, "/sections/dose/weight_kg"),
        ({"patient": {"born_on": "2026-02-30"}}, "/sections/patient/born_on"),
    ],
)
def test_what_a_draft_refuses_is_told_with_its_place_and_nothing_is_kept(machine, ready, sections, place):
    answer = machine.patch(f"draft-{ready.pk}", sections)
    assert problem(answer) == "invalid"
    assert place in errors(answer)
    stored = ready.answers
    ready.refresh_from_db()
    assert ready.answers == stored


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ('{"\\ud800": 1}', "/?"),
        ('{"sections": {"\\ud800": {}}}', "/sections/?"),
        ('{"sections": {"patient": {"\\ud800": 1}}}', "/sections/patient/?"),
        ('{"sections": {"patient": {"surname": {"a": 1}}}}', "/sections/patient/surname"),
        ('{"sections": {"patient": {"surname": [["a"]]}}}', "/sections/patient/surname"),
    ],
)
def test_what_no_form_would_send_is_told_and_nothing_is_kept(machine, ready, body, place):
    path = f"/applications/draft-{ready.pk}"
    sent = {"If-Match": machine.tag(path)}
    answer = machine.http.patch(f"/api/v1{path}", body, content_type="application/json", headers=sent)
    assert (answer.status_code, problem(answer)) == (422, "invalid")
    assert place in errors(answer)
    stored = ready.answers
    ready.refresh_from_db()
    assert ready.answers == stored


def test_a_second_file_in_one_call_is_refused_not_lost(machine, ready):
    files = [SimpleUploadedFile(f"{n}.pdf", pdf(n), "application/pdf") for n in (1, 2)]
    answer = machine.http.post(
        f"/api/v1/applications/draft-{ready.pk}/attachments",
        {"kind": "tests", "file": files},
        headers={"Idempotency-Key": "two"},
    )
    assert answer.status_code == 422
    assert list(errors(answer)) == ["/file"]
    assert ready.attachments.count() == 1  # the consent


def test_numbers_and_booleans_are_written_plainly(machine, ready):
    answer = machine.patch(f"draft-{ready.pk}", {"dose": {"weight_kg": 82.5}, "kind": {"is_urgent": False}})
    assert answer.status_code == 200
    assert answer.json()["sections"]["dose"]["weight_kg"] == "82,5"
    assert answer.json()["sections"]["kind"]["is_urgent"] == "no"


def test_what_is_missing_is_told_when_it_is_submitted(machine, ready):
    machine.patch(f"draft-{ready.pk}", {"patient": {"surname": None}})
    answer = machine.act(f"draft-{ready.pk}", "submit")
    assert answer.status_code == 422
    assert "/sections/patient/surname" in errors(answer)


def test_nobody_submits_what_was_changed_since_it_was_read(machine, ready):
    seen = machine.tag(f"/applications/draft-{ready.pk}")
    machine.patch(f"draft-{ready.pk}", {"patient": {"episode_number": "N-77"}})
    answer = machine.act(f"draft-{ready.pk}", "submit", tag=seen)
    assert answer.status_code == 412
    assert answer.json()["current_status"] == "draft"
    assert "submit" in answer.json()["allowed_actions"]
    assert answer.headers["ETag"] == machine.tag(f"/applications/draft-{ready.pk}")


def test_in_a_browsers_session_one_proves_again_who_one_is_before_one_signs(people, ready):
    hasty = Machine(people["prescriber-w3"], is_proved=False)
    answer = hasty.act(f"draft-{ready.pk}", "submit")
    assert (answer.status_code, problem(answer)) == (403, "prove-again")
    ready.refresh_from_db()
    assert ready.status == Status.DRAFT


def test_a_write_without_if_match_is_refused(machine, ready):
    answer = machine.post(f"/applications/draft-{ready.pk}/submit")
    assert answer.status_code == 428
    assert problem(answer) == "no-if-match"


def test_a_draft_is_discarded_and_gone(machine, ready):
    path = f"/applications/draft-{ready.pk}"
    gone = machine.http.delete(f"/api/v1{path}", headers={"If-Match": machine.tag(path)})
    assert gone.status_code == 204
    assert machine.get(path).status_code == 404


def test_the_form_says_what_it_asks(machine, ready):
    form = {one["slug"]: one for one in machine.get(f"/applications/draft-{ready.pk}/form").json()}
    asked = {field["name"]: field for field in form["dose"]["fields"]}
    assert asked["weight_kg"]["is_required"]
    assert all(one["is_done"] for one in form.values())


def test_who_prescribes_nowhere_begins_no_draft(people, catalogue):
    answer = Machine(people["pharmacist-1"]).post("/applications", {"unit": "w3"})
    assert answer.status_code == 422
    assert list(errors(answer)) == ["/unit"]
    assert not Application.objects.exists()


def test_a_draft_of_somebody_else_does_not_exist(people, ready):
    for name in ("prescriber-w5", "pharmacist-1", "chair", "auditor", "administrator"):
        stranger = Machine(people[name])
        assert problem(stranger.get(f"/applications/draft-{ready.pk}")) == "not-found"
        assert stranger.post(f"/applications/draft-{ready.pk}/submit", tag='"v0"').status_code == 404


def test_an_emergency_starts_with_the_short_form(machine, people, catalogue):
    from tests.approvals import emergencies

    begun = emergencies.short_draft(people, at=timezone.now() - timedelta(minutes=1))
    owner = Machine(begun.author)
    answer = owner.act(f"draft-{begun.pk}", "request_emergency")
    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == Status.EMERGENCY_REQUESTED
