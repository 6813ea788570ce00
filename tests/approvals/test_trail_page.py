"""The access log: an auditor reads who did what and who looked, and whether the chain holds."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Hospital, Membership, Role
from approvals.workflow import Status
from audit.models import Entry
from tests.approvals.walk import walk

pytestmark = pytest.mark.usefixtures("catalogue")


@pytest.fixture
def application(people):
    return walk(people, Status.PHARMACY_REVIEW, at=timezone.now() - timedelta(hours=9))


def page(client, user, path, status=200):
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == status
    return answer


def test_every_entry_is_there_the_latest_first_with_who_and_from_where_to_where(client, people, application):
    page(client, people["pharmacist-2"], f"/richieste/{application.number}/")
    answer = page(client, people["auditor"], f"/registro/{application.number}/")
    told = [(row["entry"].action, row["entry"].actor.username) for row in answer.context["rows"]]
    assert told == [
        ("opened", "pharmacist-2"),
        ("take_charge", "pharmacist-1"),
        ("endorse", "head-w3"),
        ("submit", "prescriber-w3"),
        ("attachment_added", "prescriber-w3"),
    ]
    moved = answer.context["rows"][1]
    assert (moved["entry"].data["from"], moved["entry"].data["to"]) == ("submitted", "pharmacy_review")
    assert "→" in answer.content.decode()
    assert answer.context["rows"][0]["roles"]


def test_no_patient_is_named(client, people, application):
    html = page(client, people["auditor"], f"/registro/{application.number}/").content.decode()
    for secret in (application.patient.surname, application.patient.tax_code):
        assert secret not in html


def test_accesses_and_changes_can_be_read_apart(client, people, application):
    page(client, people["pharmacist-2"], f"/richieste/{application.number}/")
    path = f"/registro/{application.number}/"
    reading = page(client, people["auditor"], path + "?kind=reading").context["rows"]
    changes = page(client, people["auditor"], path + "?kind=changes").context["rows"]
    assert {row["entry"].action for row in reading} == {"opened"}
    assert {row["entry"].action for row in changes} == {
        "attachment_added",
        "submit",
        "endorse",
        "take_charge",
    }


def test_the_page_says_that_the_chain_holds_and_where_it_is_broken(client, people, application):
    path = f"/registro/{application.number}/"
    assert page(client, people["auditor"], path).context["faults"] == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE audit_entry SET action = 'vote' WHERE chain = %s AND sequence = 2", [application.chain]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    answer = page(client, people["auditor"], path)
    assert [sequence for sequence, _fault in answer.context["faults"]] == [2]
    assert 'role="alert"' in answer.content.decode()


def test_for_anybody_else_the_pages_do_not_exist(client, people, application):
    for name, user in people.items():
        if name != "auditor":
            page(client, user, "/registro/", status=404)
            page(client, user, f"/registro/{application.number}/", status=404)


def test_an_auditor_of_another_hospital_does_not_find_it(client, people, application):
    elsewhere = Hospital.objects.create(name="Altro ospedale", address="via", city="città").units.create(
        code="u", name="Uffici"
    )
    Membership.objects.filter(user=people["auditor"]).update(unit=elsewhere)
    assert Membership.objects.get(user=people["auditor"]).role == Role.AUDITOR
    page(client, people["auditor"], f"/registro/{application.number}/", status=404)
    assert page(client, people["auditor"], "/registro/").context["rows"] == []


def test_a_number_leads_to_its_entries_and_exports_are_listed(client, people, application):
    page(client, people["pharmacist-1"], "/richieste/?format=csv")
    answer = page(client, people["auditor"], "/registro/")
    assert [row["entry"].action for row in answer.context["exports"]] == ["exported"]
    found = page(client, people["auditor"], f"/registro/?q={int(application.number[-6:])}", status=302)
    assert found.headers["Location"] == f"/registro/{application.number}/"
    assert "XX-9" in page(client, people["auditor"], "/registro/?q=XX-9").content.decode()


def test_reading_the_trail_is_one_page_whatever_its_length(client, people, application):
    path = f"/registro/{application.number}/"

    def queries() -> int:
        client.force_login(people["auditor"])
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    few = queries()
    for _ in range(60):
        page(client, people["pharmacist-2"], f"/richieste/{application.number}/")
    assert queries() == few <= 12
    assert Entry.objects.filter(chain=application.chain).count() == 64
    shown = page(client, people["auditor"], path).context
    assert len(shown["rows"]) == 50
    assert len(page(client, people["auditor"], path + f"?after={shown['page'].after}").context["rows"]) == 14
