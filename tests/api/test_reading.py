"""What each role reads over the API: no more than on the pages, and never without an access entry."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.views import catalogue as catalogue_doors
from approvals.models import Application, Letter
from approvals.workflow import Status
from audit.models import Entry
from documents.filing import file, reserve
from tests.api.machine import Machine, errors, problem
from tests.approvals.walk import catalogue, walk
from tests.people import people

__all__ = ["catalogue", "people"]


@pytest.fixture
def as_(people, catalogue):
    return lambda name: Machine(people[name])


def test_the_committee_reads_a_pseudonym_and_the_ward_the_name(as_, people):
    application = walk(people, Status.COMMITTEE_REVIEW)
    surname = application.patient.surname
    path = f"/applications/{application.number}"
    named = as_("prescriber-w3").get(path)
    assert named.json()["patient"]["surname"] == surname
    hidden = as_("member-1").get(path)
    assert hidden.json()["patient"] is None
    for word in (surname, application.patient.tax_code, str(application.patient.born_on)):
        assert word in named.text
        assert word not in hidden.text


def test_every_reading_of_a_file_leaves_its_entry(as_, people):
    application = walk(people, Status.SUBMITTED)
    paths = ("", "/actions", "/questions", "/votes", "/letters", "/attachments", "/reassessments")
    for path in paths:
        before = Entry.objects.filter(chain=application.chain, action="opened").count()
        assert as_("pharmacist-1").get(f"/applications/{application.number}{path}").status_code == 200, path
        after = Entry.objects.filter(chain=application.chain, action="opened")
        assert after.count() == before + 1, path
        assert after.last().data["roles"] == ["pharmacist"]


@pytest.mark.parametrize("name", ["prescriber-w5", "member-1", "administrator", "auditor", "delegate-w3"])
def test_what_one_may_not_see_does_not_exist(as_, people, name):
    """Sent, not before the committee: for the ward, the pharmacy and the direction alone."""
    number = walk(people, Status.SUBMITTED).number
    stranger = as_(name)
    assert problem(stranger.get(f"/applications/{number}")) == "not-found"
    assert stranger.get("/applications").json()["results"] == []


@pytest.mark.parametrize(
    "path",
    ["/applications/OL-2026-999999", "/applications/draft-0", "/applications/draft-x", "/applications/%00",
     "/authorisations/OL-1", "/nothing", "/applications/draft-99999999999999999999"],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_not_a_page(as_, path):
    answer = as_("prescriber-w3").get(path)
    assert (answer.status_code, problem(answer)) == (404, "not-found")


def test_nobody_reads_without_signing_in(client, people, catalogue):
    for path in ("/applications", "/deadlines", "/indications", "/authorisations"):
        answer = client.get(f"/api/v1{path}")
        assert (answer.status_code, problem(answer)) == (401, "unauthenticated")


def test_a_list_is_read_page_by_page_while_others_are_added(as_, people):
    numbers = [walk(people, Status.SUBMITTED, person=n).number for n in range(5)]
    machine = as_("prescriber-w3")
    first = machine.get("/applications?limit=2").json()
    walk(people, Status.SUBMITTED, person=7)
    found = [one["number"] for one in first["results"]]
    cursor = first["next"]
    while cursor:
        more = machine.get(f"/applications?limit=2&cursor={cursor}").json()
        found += [one["number"] for one in more["results"]]
        cursor = more["next"]
    assert found == numbers[::-1]


def test_a_list_is_filtered(as_, people):
    sent, other = walk(people, Status.SUBMITTED), walk(people, "endorsed", person=1)
    walk(people, Status.PHARMACY_REVIEW, person=2)
    machine = as_("prescriber-w3")
    wanted = machine.get("/applications?status=submitted&unit=w3").json()["results"]
    assert [one["number"] for one in wanted] == [other.number, sent.number]
    assert machine.get("/applications?unit=w5").json()["results"] == []
    assert machine.get("/applications?submitted_from=2100-01-01").json()["results"] == []
    assert len(machine.get("/applications?status=submitted&status=pharmacy_review").json()["results"]) == 3


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("limit=0", "limit"), ("limit=x", "limit"), ("status=gone", "status"), ("sort=up", "sort"),
     ("cursor=nowhere", "cursor"), ("submitted_from=tomorrow", "submitted_from"), ("unit=%00", "unit")],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_told(as_, query, parameter):
    answer = as_("prescriber-w3").get(f"/applications?{query}")
    assert (answer.status_code, problem(answer)) == (400, "query")
    assert parameter in errors(answer)


def test_a_draft_is_in_its_authors_list_only(as_, people):
    draft = walk(people, Status.DRAFT)
    assert [one["id"] for one in as_("prescriber-w3").get("/applications").json()["results"]] == [
        f"draft-{draft.pk}"
    ]
    assert as_("head-w3").get("/applications").json()["results"] == []


def test_the_list_costs_the_same_for_two_and_for_six(as_, people):
    def counted():
        with CaptureQueriesContext(connection) as captured:
            as_("prescriber-w3").get("/applications")
        return len(captured)

    for n in range(2):
        walk(people, Status.SUBMITTED, person=n)
    few = counted()
    for n in range(2, 6):
        walk(people, Status.SUBMITTED, person=n)
    assert counted() == few


def test_the_letter_is_handed_out_as_it_was_filed(as_, people):
    application = walk(people, Status.APPROVED, at=timezone.now() - timedelta(days=1))
    step = application.steps.get(action="approve")
    document = reserve("a letter", kind="approval", number=application.number, at=step.at, by=step.by)
    Letter.objects.create(application=application, step=step, document=file(document, b"%PDF-1.7 sealed"))
    path = f"/applications/{application.number}/letters"
    (letter,) = as_("prescriber-w3").get(path).json()
    pdf = as_("prescriber-w3").get(f"{path}/{letter['id']}", Accept="application/pdf")
    assert (pdf["Content-Type"], pdf.content) == ("application/pdf", b"%PDF-1.7 sealed")
    assert letter["sha256"] == sha256(pdf.content).hexdigest()
    assert Entry.objects.get(action="letter_downloaded").data["letter"] == letter["id"]
    assert as_("member-1").get(path).json()[0]["pdf"] is None
    assert as_("member-1").get(f"{path}/{letter['id']}").status_code == 404


def test_numbers_of_the_database_say_nothing_about_others(as_, people):
    """A letter or a file of another application is not found under this one."""
    first, second = walk(people, Status.SUBMITTED), walk(people, Status.SUBMITTED, person=1)
    file = second.attachments.first()
    machine = as_("prescriber-w3")
    assert machine.get(f"/applications/{second.number}/attachments/{file.pk}").status_code == 200
    assert machine.get(f"/applications/{first.number}/attachments/{file.pk}").status_code == 404
    assert Application.objects.count() == 2


@pytest.mark.parametrize(("raised", "status"), [(ZeroDivisionError, 500), (OperationalError, 503)])
def test_a_failure_of_ours_is_a_problem_with_a_code_too(as_, monkeypatch, raised, status):
    def fail(*_args):
        raise raised

    machine = as_("prescriber-w3")
    machine.http.raise_request_exception = False
    monkeypatch.setattr(catalogue_doors.Editions, "get", fail)
    answer = machine.get("/editions")
    assert (answer.status_code, problem(answer)) == (status, "incident" if status == 500 else "unavailable")
