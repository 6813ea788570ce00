"""The time machine: in a demonstration only, forward only, and the whole house lives on the later day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.clock import now
from accounts.models import DemoClock
from audit.models import Entry

ADDRESS = "/demo/tempo/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.DEMO = True


@pytest.fixture
def press(client, people):
    def post(status: int = 302, name: str = "administrator", seen=None, **fields):
        client.force_login(people[name])
        answer = client.post(ADDRESS, {"seen": (seen or timezone.localdate(now())).isoformat(), **fields})
        assert answer.status_code == status
        return answer

    return post


def test_outside_a_demonstration_it_does_not_exist(client, people, press):
    client.force_login(people["administrator"])
    assert client.get(ADDRESS).status_code == 404
    press(404, days="7")
    assert not DemoClock.objects.exists()


def test_the_house_moves_and_the_banner_says_so(demo, press, client):
    before = timezone.localtime()
    press(days="7")
    press(days="30")
    assert timezone.localdate(now()) == before.date() + timedelta(days=37)
    # The same time of day, also across the change of the clocks.
    assert abs((timezone.localtime(now()).replace(tzinfo=None) - before.replace(tzinfo=None)).seconds) < 600
    html = client.get(ADDRESS).content.decode()
    assert f'datetime="{timezone.localdate(now()).isoformat()}"' in html
    banner = html[html.index('class="banner"') :]
    assert str(timezone.localdate(now()).year) in banner[: banner.index("</p>")]
    assert Entry.objects.filter(chain="demo:1", action="demo_moved").count() == 2


def test_to_a_day_but_never_back_and_never_twice_by_a_double_click(demo, press):
    today = timezone.localdate()
    press(to=(today + timedelta(days=10)).isoformat())
    press(422, to=today.isoformat())
    press(422, to=(today + timedelta(days=10)).isoformat())
    press(422, seen=today, days="1")  # the page was drawn before the last move
    press(422, to="3000-01-01")
    press(422)
    press(422, days="2000")
    assert timezone.localdate(now()) == today + timedelta(days=10)


def test_it_belongs_to_the_administrator(demo, press):
    for name in ("director", "prescriber-w3", "auditor"):
        press(404, name=name, days="1")
    assert not DemoClock.objects.exists()
