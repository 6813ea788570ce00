"""Which open applications a new edition touches: its changed rows', as far as each person sees them."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from approvals import actions
from approvals.workflow import Status
from catalogue import drafting
from catalogue.models import Edition
from catalogue.publishing import publish
from catalogue.shape import fingerprint, row_content
from tests.approvals.walk import catalogue, draft, walk
from tests.people import people

__all__ = ["catalogue", "people"]
pytestmark = pytest.mark.django_db
People = dict[str, User]
PAGE = "/catalogo/edizioni/2027-1/richieste/"


@pytest.fixture
def edition(people: People, catalogue: None) -> Edition:
    """A draft that changes OFT-03."""
    at, by = timezone.now(), people["pharmacist-1"]
    edition = drafting.start(code="2027-1", title="Next", effective_on=at.date(), by=by, at=at)
    row = row_content(edition.indications.with_everything().get(code="OFT-03"))
    changed = {**row, "dose_max": "0.6"}
    drafting.save_row(edition, changed, code="OFT-03", seen=fingerprint(row), by=by, at=at)
    return edition


@pytest.fixture
def world(people: People, edition: Edition) -> dict[str, Any]:
    """Applications of the changed row in several statuses, and one of a row that stays."""
    return {
        "sent": walk(people, Status.SUBMITTED),
        "voting": walk(people, Status.COMMITTEE_REVIEW, person=1),
        "treated": walk(people, Status.APPROVED, person=2),
        "draft": draft(people, person=3),
        "other row": walk(people, Status.COMMITTEE_REVIEW, code="EMA-01", person=4),
    }


def listed(client: Client, person: User, world: dict[str, Any]) -> set[str]:
    client.force_login(person)
    rows = client.get(PAGE).context["rows"]
    names = {application.pk: name for name, application in world.items()}
    return {names[row.application.pk] for row, _tasks in rows}


def test_everybody_is_told_of_those_they_may_see_and_no_others(
    client: Client, people: People, world: dict[str, Any]
) -> None:
    all_sent = {"sent", "voting", "treated"}
    assert listed(client, people["pharmacist-2"], world) == all_sent
    assert listed(client, people["director"], world) == all_sent
    assert listed(client, people["chair"], world) == {"voting", "treated"}


@pytest.mark.parametrize("name", ["prescriber-w3", "head-w3", "member-1", "administrator", "auditor"])
def test_the_page_is_not_there_for_others(
    client: Client, people: People, edition: Edition, name: str
) -> None:
    client.force_login(people[name])
    assert client.get(PAGE).status_code == 404


def test_a_draft_is_found_by_the_row_in_its_answers(
    client: Client, people: People, world: dict[str, Any]
) -> None:
    """A pharmacist who also prescribes in the ward sees the ward's drafts."""
    ward = people["prescriber-w3"].memberships.get(role="prescriber")
    ward.pk, ward.user = None, people["pharmacist-2"]
    ward.save()
    assert "draft" in listed(client, User.objects.get(username="pharmacist-2"), world)


def test_what_has_ended_is_not_listed(client: Client, people: People, world: dict[str, Any]) -> None:
    actions.withdraw(
        world["sent"].pk, reason="Non più necessaria.", by=people["prescriber-w3"], at=timezone.now()
    )
    assert "sent" not in listed(client, people["pharmacist-2"], world)


def test_after_publication_the_list_is_of_what_changed_then(
    client: Client, people: People, world: dict[str, Any], edition: Edition
) -> None:
    publish(edition, by=people["pharmacist-2"], at=timezone.now())
    assert listed(client, people["pharmacist-2"], world) == {"sent", "voting", "treated"}
    client.force_login(people["pharmacist-2"])
    assert client.get("/catalogo/edizioni/2025-2/richieste/").context["rows"] == []
