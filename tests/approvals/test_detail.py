"""The page of an application: what each role reads on it, and what it may do."""

import pytest
from django.urls import reverse

from approvals import actions
from approvals.models import Application
from approvals.workflow import Status
from audit.models import Entry
from tests.approvals.walk import NOW, draft, vote, walk

READERS = [
    "prescriber-w3",
    "head-w3",
    "pharmacist-1",
    "pharmacist-2",
    "chair",
    "member-1",
    "member-3",
    "director",
]
pytestmark = pytest.mark.usefixtures("catalogue")


def page(client, user, application, expect=200) -> str:
    client.force_login(user)
    answer = client.get(reverse("application", args=[application.number]))
    assert answer.status_code == expect
    return answer.content.decode()


@pytest.mark.parametrize(
    "place", [Status.SUBMITTED, "endorsed", Status.PHARMACY_REVIEW, Status.COMMITTEE_REVIEW, "voted", Status.APPROVED]
)
def test_everybody_who_may_see_it_gets_a_page_at_every_stage(client, people, place):
    application = walk(people, place)
    for name in READERS:
        sees = Application.objects.visible_to(people[name], at=NOW).filter(pk=application.pk).exists()
        page(client, people[name], application, expect=200 if sees else 404)
