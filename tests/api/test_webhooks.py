"""Webhooks: promised with what they tell, signed, sent at least once under one id, given up in the end."""

import json
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.core import mail
from django.utils import timezone

from api.clients import managing as clients
from api.models import Delivery, Endpoint
from api.webhooks import managing, overdue, secrets, sending
from api.webhooks.addresses import Forbidden, is_allowed, resolved, why_not
from approvals import actions
from approvals.models import Letter
from approvals.workflow import Status
from audit.models import Entry
from documents import filing
from documents.models import Kind
from outbox.keeping import keep_due
from outbox.models import Promise
from tests.api.cast import make_client, mandate
from tests.api.receiver import receiving
from tests.approvals.walk import draft, step, walk
from treatments.models import Authorisation

EVERYTHING = ["application.status_changed", "letter.issued", "authorisation.overdue"]


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


@pytest.fixture
def hook(people, made, receiver):
    """The receiver, told everything that concerns the prescriber of ward 3."""
    told = {"by": people["administrator"], "at": timezone.now()}
    endpoint, receiver.secret = managing.add(made[0], receiver.url, EVERYTHING, **told)
    return endpoint


def keep(*, at=None):
    """Only what is told to other systems: letters and mails are tested elsewhere."""
    Promise.objects.exclude(job__in=["send_webhook", "mail_webhook_suspended"]).delete()
    return keep_due(at=at or timezone.now())


def submitted(people, **about):
    """Sent just now: a signature is believed for five minutes."""
    application = draft(people, at=timezone.now(), **about)
    actions.submit(application.pk, by=application.author, at=timezone.now())
    application.refresh_from_db()
    return application


def test_a_change_of_status_arrives_signed_with_a_number_and_a_status(people, catalogue, receiver, hook):
    application = submitted(people)
    keep()
    [(name, message)] = receiver.got
    assert name == f"msg_{Delivery.objects.get().message.hex}"
    assert set(message) == {"type", "timestamp", "data"}
    assert message["type"] == "application.status_changed"
    assert message["data"] == {"number": application.number, "status": "submitted"}
    assert Delivery.objects.get().outcome == "delivered"


def test_facts_that_move_nothing_are_not_told(people, catalogue, receiver, hook):
    application = submitted(people)
    step(people, application.pk, "endorsed", at=timezone.now())
    assert Delivery.objects.count() == 1


def test_what_is_undone_is_not_told(people, catalogue, hook):
    from django.db import transaction

    application = draft(people, at=timezone.now())
    with transaction.atomic():
        actions.submit(application.pk, by=application.author, at=timezone.now())
        transaction.set_rollback(True)
    assert not Delivery.objects.exists() and not Promise.objects.filter(job="send_webhook").exists()


def test_only_what_a_mandate_covers_is_told(people, catalogue, made, receiver, hook):
    submitted(people, author="prescriber-w5", person=1)
    assert not Delivery.objects.exists()
    mandate(people, made[0], "prescriber-w5", at=timezone.now())
    submitted(people, author="prescriber-w5", person=2)
    keep()
    assert len(receiver.got) == 1


def test_a_mandate_that_ended_before_it_was_sent_covers_nothing(people, catalogue, made, receiver, hook):
    submitted(people)
    clients.end_mandate(made[0].mandates.get().pk, by=people["administrator"], at=timezone.now())
    keep()
    assert receiver.got == []
    assert Delivery.objects.get().outcome == "skipped"


def test_a_revoked_client_is_told_nothing(people, catalogue, made, receiver, hook):
    submitted(people)
    clients.revoke(made[0].pk, by=people["administrator"], at=timezone.now())
    keep()
    submitted(people, person=3)
    assert receiver.got == [] and Delivery.objects.count() == 1


def test_events_not_chosen_are_not_told(people, catalogue, hook):
    Endpoint.objects.update(events=["letter.issued"])
    submitted(people)
    assert not Delivery.objects.exists()


def test_a_letter_issued_is_told(people, catalogue, receiver, hook):
    Endpoint.objects.update(events=["letter.issued"])
    application = walk(people, Status.APPROVED)
    document = filing.reserve("t:1", kind=Kind.APPROVAL, number="OL-1/1", at=timezone.now(), by=None)
    decided = application.steps.get(action="approve")
    Letter.objects.create(application=application, step=decided, document=filing.file(document, b"%PDF-"))
    keep()
    [(_name, message)] = receiver.got
    assert message["type"] == "letter.issued"
    assert message["data"] == {"number": application.number, "status": "approved"}


def test_an_overdue_reassessment_is_told_once_and_again_for_a_moved_date(people, catalogue, receiver, hook):
    Endpoint.objects.update(events=["authorisation.overdue"])
    walk(people, Status.APPROVED)
    period, now = Authorisation.objects.get(), timezone.now()
    today = timezone.localdate(now)
    for due_on, told in ((today, 0), (today - timedelta(days=1), 1), (today - timedelta(days=2), 2)):
        Authorisation.objects.update(due_on=due_on, valid_from=today - timedelta(days=50), reassess_by=None)
        overdue.sweep(at=now)
        overdue.sweep(at=now)
        keep()
        assert len(receiver.got) == told
    assert receiver.got[0][1]["data"] == {"number": period.number, "status": "overdue"}


def test_an_answer_of_500_is_tried_again_under_the_same_id(people, catalogue, receiver, hook):
    receiver.answers = [500, 200]
    submitted(people)
    keep()
    waiting = Promise.objects.get(job="send_webhook")
    assert (waiting.status, "500" in waiting.last_error) == ("waiting", True)
    assert "Rossi" not in waiting.last_error
    assert Endpoint.objects.get().failing_since
    keep(at=waiting.not_before)
    assert len(receiver.got) == 2 and receiver.got[0] == receiver.got[1]
    assert (Delivery.objects.get().outcome, Delivery.objects.get().attempts) == ("delivered", 2)
    assert Endpoint.objects.get().failing_since is None


def test_a_worker_killed_after_sending_sends_the_same_id_again(
    people, catalogue, receiver, hook, monkeypatch
):
    submitted(people)

    class Killed(BaseException):
        pass

    def killed(*args, **more):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("api.webhooks.telling._record", killed)
        with pytest.raises(Killed):
            keep()
    lease = Promise.objects.get(job="send_webhook").leased_until
    keep(at=lease)
    assert [name for name, _message in receiver.got] == [f"msg_{Delivery.objects.get().message.hex}"] * 2


def test_a_worker_killed_after_the_record_sends_nothing_again(people, catalogue, receiver, hook):
    submitted(people)
    keep()
    Promise.objects.filter(job="send_webhook").update(status="waiting", settled_at=None)
    keep()
    assert len(receiver.got) == 1


def test_redirects_are_not_followed(people, catalogue, receiver, hook):
    with receiving() as other:
        other.secret = receiver.secret
        receiver.answers, receiver.redirect_to = [307], other.url
        submitted(people)
        keep()
        assert (len(receiver.got), other.got, other.unsigned) == (1, [], 0)
    assert Delivery.objects.get().answer == "307"


def test_a_receiver_that_drips_its_answer_is_left_in_time(people, catalogue, receiver, hook, monkeypatch):
    monkeypatch.setattr(sending, "TOTAL_SECONDS", 0.3)
    receiver.drip = True
    submitted(people)
    keep()
    assert Delivery.objects.get().answer == "TimeoutError"


def test_headers_without_an_end_are_not_read_to_their_end(people, catalogue, receiver, hook, monkeypatch):
    monkeypatch.setattr(sending, "LONGEST_ANSWER", 20)
    submitted(people)
    keep()
    assert Delivery.objects.get().answer == "NoAnswer"


def test_gone_means_gone(people, catalogue, receiver, hook):
    receiver.answers = [410]
    submitted(people)
    keep()
    stopped = Endpoint.objects.get()
    assert (stopped.suspended_because, stopped.suspended_by) == ("gone", None)
    submitted(people, person=3)
    assert Delivery.objects.count() == 1
    assert [letter.to for letter in mail.outbox] == [["administrator@ospedale.example"]]
    assert "410" in mail.outbox[0].body
    assert Entry.objects.filter(action="webhook_suspended", actor=None).count() == 1


def test_what_fails_for_hours_is_suspended_and_goes_on_when_somebody_resumes_it(
    people, catalogue, receiver, hook
):
    receiver.answers = [503] * 20
    submitted(people)
    at = timezone.now()
    for _attempt in range(20):
        keep(at=at)
        at += timedelta(minutes=30)
    stopped = Endpoint.objects.get()
    assert stopped.suspended_because == "failing"
    assert Promise.objects.get(job="send_webhook").status == "superseded"
    assert len(mail.outbox) == 1 and "OL-" not in mail.outbox[0].body
    receiver.answers = []
    second = submitted(people, person=3)
    keep()
    assert managing.resume(stopped, by=people["administrator"], at=timezone.now())
    keep()
    assert {message["data"]["number"] for _name, message in receiver.got[-2:]} >= {second.number}
    assert set(Delivery.objects.values_list("outcome", flat=True)) == {"delivered"}
    assert len({name for name, _message in receiver.got}) == 2
    assert not managing.resume(stopped, by=people["administrator"], at=timezone.now())


def test_a_new_secret_and_the_one_before_it_both_sign_for_a_day(people, catalogue, receiver, hook):
    now, old = timezone.now(), receiver.secret
    new = managing.new_secret(hook, by=people["administrator"], at=now)
    submitted(people)
    keep()
    assert len(receiver.got) == 1
    receiver.secret = new
    submitted(people, person=3)
    keep()
    assert len(receiver.got) == 2
    Endpoint.objects.update(former_until=now - timedelta(seconds=1))
    receiver.secret = old
    submitted(people, person=5)
    keep()
    assert (len(receiver.got), receiver.unsigned) == (2, 1)


def test_secrets_of_webhooks_cannot_be_read_in_the_database(people, made, receiver, hook, settings):
    kept = bytes(Endpoint.objects.get().secret)
    assert receiver.secret.removeprefix("whsec_").encode() not in kept
    assert secrets.opened(kept) == receiver.secret
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key" * 5
    assert secrets.opened(kept) == receiver.secret
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Exception, match=r"^$"):
        secrets.opened(kept)


def test_a_test_and_the_same_message_again(people, receiver, hook):
    told = {"by": people["administrator"], "at": timezone.now()}
    tried = managing.try_out(hook, **told)
    keep()
    managing.again(tried, **told)
    managing.again(tried, **told)  # a double click
    keep()
    assert [message["data"] for _name, message in receiver.got] == [{"number": None, "status": "test"}] * 2
    assert len({name for name, _message in receiver.got}) == 1


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1"),
        *("64:ff9b::a00:1", "2002:a00:1::1", "2001:0:a00:1::1", "192.0.2.1", "198.18.0.1"),
    ],
)
def test_no_webhook_goes_inside(address, settings):
    from ipaddress import ip_address

    settings.WEBHOOK_ALLOWED_NETWORKS = []
    assert not is_allowed(ip_address(address))


def test_public_addresses_and_the_hospitals_own_are_allowed(settings):
    from ipaddress import ip_address

    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("10.20.0.0/16")]
    for address, expected in (("10.20.3.4", True), ("::ffff:10.20.3.4", True), ("10.21.0.1", False)):
        assert is_allowed(ip_address(address)) == expected
    assert is_allowed(ip_address("93.184.215.14")) and is_allowed(ip_address("2606:2800:21f:cb07::1"))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_a_name_is_judged_by_its_numbers_however_it_is_written(host, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = []
    with pytest.raises(Forbidden):
        resolved(f"http://{host}:9/")


def test_one_bad_number_among_good_ones_forbids_them_all(settings, monkeypatch):
    def found(*args, **more):
        return [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", ("127.0.0.1", 443))]

    settings.WEBHOOK_ALLOWED_NETWORKS = []
    monkeypatch.setattr("socket.getaddrinfo", found)
    with pytest.raises(Forbidden):
        resolved("https://two.example/")


def test_the_name_is_looked_up_once_and_that_number_called(people, receiver, hook, monkeypatch):
    """A name that leads elsewhere a moment later (DNS rebinding) gains nothing."""
    import socket

    real, asked = socket.getaddrinfo, []

    def found(host, *args, **more):
        if host != "rebinding.example":
            return real(host, *args, **more)
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "192.0.2.1", *args, **more)

    Endpoint.objects.update(url=receiver.url.replace("127.0.0.1", "rebinding.example"))
    managing.try_out(hook, by=people["administrator"], at=timezone.now())
    with monkeypatch.context() as patched:
        patched.setattr("socket.getaddrinfo", found)
        target = resolved(Endpoint.objects.get().url)
        assert sending.post(target, b"{}", {}) == 401  # it arrived, unsigned
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("url", "is_right"),
    [
        ("https://his.example/hooks?a=1", True),
        ("https://his.example:8443", True),
        *(("http://his.example/", False), ("ftp://his.example/", False), ("https://", False)),
        *(("https://a:b@his.example/", False), ("https://his.example/#x", False), ("his.example", False)),
        *(("https://his.example:99999/", False), ("https://his.example:0/", False), ("//x", False)),
        *(
            ("https://his.example/\r\nX: y", False),
            ("https://ospedàle.example/", False),
            ("https://[x/", False),
        ),
    ],
)
def test_only_whole_safe_addresses_are_taken(url, is_right, settings):
    settings.WEBHOOK_ALLOW_HTTP = False
    assert (why_not(url) == "") == is_right


def test_https_is_checked_against_the_name(receiver, settings):
    target = resolved(receiver.url.replace("http://", "https://"))
    with pytest.raises(OSError):
        sending.post(target, b"{}", {})


def test_nobody_answers_there(people, hook):
    Endpoint.objects.update(url="http://127.0.0.1:1/")
    managing.try_out(hook, by=people["administrator"], at=timezone.now())
    keep()
    assert Delivery.objects.get().answer == "ConnectionRefusedError"


def test_the_body_is_json_with_nothing_else(people, catalogue, receiver, hook):
    submitted(people)
    keep()
    said = json.dumps(receiver.got)
    application = people["prescriber-w3"]
    assert application.last_name not in said and "uveit" not in said.lower()


def test_other_hospitals_clients_are_told_nothing(people, catalogue, receiver):
    from accounts.models import Hospital

    found, _secret = make_client(people, at=timezone.now())
    mandate(people, found, at=timezone.now())
    managing.add(found, receiver.url, EVERYTHING, by=people["administrator"], at=timezone.now())
    found.hospital = Hospital.objects.create(name="Altro ospedale inventato", address="-", city="-")
    found.save()
    submitted(people)
    assert not Delivery.objects.exists()
