"""Mails leave through a real mail server, carry the same Message-ID when repeated, and fail loudly."""

import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller

from outbox import mail
from outbox.keeping import keep_due
from outbox.models import Status
from outbox.promises import promise
from tests.outbox.conftest import AT, the_promise


class Mailbox:
    """A mail server's end: what it took, or the answer it gives instead."""

    def __init__(self):
        self.mails = []
        self.answer = None

    async def handle_DATA(self, server, session, envelope):
        if self.answer:
            return self.answer
        self.mails.append(envelope)
        return "250 OK"


@pytest.fixture
def mailbox(settings):
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield mailbox
    server.stop()


@pytest.fixture
def mailing(job):
    @job("mail")
    def letter_is_ready(*, key, at):
        mail.send(
            key, "prescriber@example.org", "Lettera disponibile", "https://nullaosta.example/richieste/3"
        )


def test_a_repeated_mail_carries_the_same_message_id(mailbox):
    for _ in range(2):
        mail.send("mail:letter:3", "prescriber@example.org", "Oggetto", "Testo")
    mail.send("mail:letter:4", "prescriber@example.org", "Oggetto", "Testo")

    first, second, other = (
        line
        for envelope in mailbox.mails
        for line in envelope.content.decode().splitlines()
        if line.startswith("Message-ID")
    )
    assert first == second != other
    assert "letter:3" not in first


def test_a_mail_is_plain_text_that_no_machine_answers(mailbox):
    mail.send("one", "prescriber@example.org", "Scadenza: è ora", "È disponibile.")
    (envelope,) = mailbox.mails
    assert envelope.rcpt_tos == ["prescriber@example.org"]
    assert b"Auto-Submitted: auto-generated" in envelope.content
    assert b"text/plain" in envelope.content
    assert b"multipart" not in envelope.content


@pytest.mark.django_db
def test_a_mail_the_server_refuses_is_sent_later(mailbox, mailing):
    promise("mail", "mail:1", {}, at=AT)
    mailbox.answer = "451 Try again later"
    keep_due(at=AT)
    assert (the_promise().status, mailbox.mails) == (Status.WAITING, [])
    assert "451" in the_promise().last_error

    mailbox.answer = None
    keep_due(at=AT + timedelta(hours=1))
    assert the_promise().status == Status.DONE
    assert len(mailbox.mails) == 1


@pytest.mark.django_db
def test_with_the_mail_server_down_the_promise_waits(mailbox, mailing, settings):
    settings.EMAIL_PORT = 1  # where nobody listens
    promise("mail", "mail:1", {}, at=AT)
    keep_due(at=AT)
    assert the_promise().status == Status.WAITING
    assert "refused" in the_promise().last_error


def test_somebody_without_an_address_is_an_error_and_not_a_silence(mailbox):
    with pytest.raises(ValueError, match="address"):
        mail.send("one", "", "Oggetto", "Testo")
