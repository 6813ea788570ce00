"""An administrator sees what could not be done, and has it tried again; nobody else has the page."""

import pytest
from django.urls import reverse

from audit.models import Entry
from outbox import tasks
from outbox.keeping import keep_due
from outbox.models import Promise, Status, Sweep, Worker
from outbox.promises import promise
from tests.outbox.conftest import AT, the_promise
from tests.people import people  # noqa: F401


@pytest.fixture
def given_up(db, job, settings):
    @job("break")
    def fail(*, key, at):
        raise ConnectionRefusedError(111, "Connection refused")

    settings.OUTBOX_ATTEMPTS = 1
    promise("break", "mail:letter:7", {}, at=AT)
    keep_due(at=AT)
    return the_promise()


@pytest.fixture
def sign_in(client, people):  # noqa: F811
    return lambda name: client.force_login(people[name])


def test_an_administrator_sees_what_failed_and_why(client, sign_in, given_up):
    sign_in("administrator")
    page = client.get(reverse("promises"))
    assert page.status_code == 200
    assert "mail:letter:7" in page.text
    assert "Connection refused" in page.text
    assert reverse("promise-again", args=[given_up.pk]) in page.text


def test_sending_again_is_recorded_and_puts_it_back(client, sign_in, given_up, people):  # noqa: F811
    sign_in("administrator")
    for _ in range(2):
        assert client.post(reverse("promise-again", args=[given_up.pk])).status_code == 302
    assert (the_promise().status, the_promise().attempts) == (Status.WAITING, 0)
    entry = Entry.objects.get(chain=f"promise:{given_up.pk}")
    assert (entry.action, entry.actor) == ("send_again", people["administrator"])


def test_what_will_be_tried_again_is_shown_without_a_button(client, sign_in, given_up):
    sign_in("administrator")
    client.post(reverse("promise-again", args=[given_up.pk]))
    page = client.get(reverse("promises"))
    assert "mail:letter:7" in page.text
    assert reverse("promise-again", args=[given_up.pk]) not in page.text


@pytest.mark.parametrize("name", ["prescriber-w3", "chair", "director", "auditor"])
def test_for_anybody_else_the_page_does_not_exist(client, sign_in, given_up, name):
    sign_in(name)
    assert client.get(reverse("promises")).status_code == 404
    assert client.post(reverse("promise-again", args=[given_up.pk])).status_code == 404
    assert the_promise().status == Status.FAILED


def test_without_signing_in_one_is_asked_to(client, given_up):
    assert client.get(reverse("promises")).status_code == 302


def test_the_page_asks_the_database_as_often_for_many_as_for_one(
    client, sign_in, given_up, django_assert_max_num_queries
):
    for number in range(30):
        promise("break", f"mail:{number}", {}, at=AT)
    keep_due(at=AT)
    sign_in("administrator")
    with django_assert_max_num_queries(9):
        assert client.get(reverse("promises")).text.count("Connection refused") == 31


def test_the_queue_the_sweeps_and_the_workers_are_shown(client, sign_in, given_up):
    tasks.sweep()
    Sweep.objects.filter(name="reminders").update(last_error="OperationalError (reminders.py:1)")
    sign_in("administrator")
    page = client.get(reverse("promises")).text
    assert "OperationalError (reminders.py:1)" in page
    assert Worker.objects.get().name in page
    assert reverse("promises-again") in page


def test_everything_given_up_is_sent_again_at_once_and_recorded(client, sign_in, given_up, people):  # noqa: F811
    promise("break", "mail:letter:8", {}, at=AT)
    keep_due(at=AT)
    sign_in("administrator")
    for _ in range(2):
        assert client.post(reverse("promises-again")).status_code == 302
    assert set(Promise.objects.values_list("status", "attempts")) == {(Status.WAITING, 0)}
    entry = Entry.objects.get(chain="promises:all")
    assert (entry.action, entry.actor) == ("send_all_again", people["administrator"])
    assert entry.data == {"count": 2}
