from datetime import timedelta

import pytest
from django.utils import timezone, translation

from approvals.workflow import Status
from committee import actions
from tests.approvals.walk import catalogue, walk
from tests.people import people

__all__ = ["catalogue", "people"]

ALL = ("chair", "member-1", "member-2", "member-3")


class Committee:
    """Sittings at the real time, for the pages: convened, opened, heard by the real actions."""

    def __init__(self, people):
        self.people, self.chair = people, people["chair"]
        self.hospital = self.chair.memberships.get().unit.hospital_id
        self.count = 0

    def waits(self, **about):
        """One more application that waits for the committee."""
        self.count += 1
        at = timezone.now() - timedelta(days=4, minutes=self.count)
        return walk(self.people, Status.COMMITTEE_REVIEW, person=self.count, at=at, **about)

    def meeting(self, *applications, **about):
        told = {"mode": "meeting", "begins": timezone.now() + timedelta(hours=1)} | about
        keys = [one.pk for one in applications]
        return actions.convene(
            self.hospital, applications=keys, **told, by=self.chair, at=timezone.now() - timedelta(minutes=5)
        )

    def virtual(self, *applications):
        return self.meeting(
            *applications, mode="virtual", begins=None, voting_until=timezone.now() + timedelta(days=3)
        )

    def opened(self, *applications, present=ALL):
        sitting = self.meeting(*applications)
        here = [self.people[name] for name in present]
        return actions.open_sitting(sitting.pk, present=here, by=self.chair, at=timezone.now())

    def heard(self, sitting, item):
        actions.open_item(sitting.pk, item=item.pk, by=self.chair, at=timezone.now())
        item.refresh_from_db()
        return item


@pytest.fixture
def committee(people, catalogue):
    return Committee(people)


@pytest.fixture
def read(client, people):
    """Return `read("chair", address)`: what that person gets."""

    def look(name: str, address: str, status: int = 200):
        client.force_login(people[name])
        answer = client.get(address)
        assert answer.status_code == status, answer.content.decode()[-2000:]
        return answer

    return look


@pytest.fixture
def send(client, people):
    """Return `send("chair", address, field=…)`: what that person's form gets."""

    def post(name: str, address: str, status: int = 302, **fields):
        client.force_login(people[name])
        answer = client.post(address, fields)
        assert answer.status_code == status, answer.content.decode()[-3000:]
        return answer

    return post


@pytest.fixture(autouse=True)
def _english():
    """Tests name the sentences as the code has them."""
    with translation.override("en"):
        yield


@pytest.fixture
def client(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client
