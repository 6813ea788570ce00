"""Where the story may have left a trace of the patient: mails, log, promises, addresses, Redis, trail."""

from __future__ import annotations

import base64
import email
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from io import StringIO

import redis
from aiosmtpd.controller import Controller

from audit.models import Entry
from config.logs import Line
from ops.servers import free_port
from outbox.models import Line as Waiting
from outbox.models import Promise, Sweep

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd notes every line


class Postman:
    """A mail server's end that keeps what it is handed."""

    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def to(self, username: str) -> list[str]:
        """The texts of the mails to that person, in the order they came."""
        return [mail.get_content() for mail in self.mails if username in mail["To"]]

    def last_link(self, username: str) -> str:
        return re.findall(r"https?://\S+", self.to(username)[-1])[-1]

    def everything(self) -> str:
        return "\n".join(f"{mail.as_string()}\n{mail.get_content()}" for mail in self.mails)


@contextmanager
def mail_server() -> Iterator[tuple[Postman, int]]:
    postman = Postman()
    controller = Controller(postman, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield postman, controller.port
    finally:
        controller.stop()


@contextmanager
def noted() -> Iterator[StringIO]:
    """Every line of the log written meanwhile, as a hospital's is: from the formatter of the settings."""
    lines, root = StringIO(), logging.getLogger()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(Line(as_json=True))
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.setLevel(before)
        root.removeHandler(handler)


@contextmanager
def overheard(url: str) -> Iterator[list[str]]:
    """Everything said to that Redis server meanwhile, with the bodies of Celery's messages unpacked, and what
    it holds in the end.
    """
    said: list[str] = []
    client = redis.Redis.from_url(url, socket_timeout=None)
    with client.monitor() as monitor:
        ear = threading.Thread(target=listen, args=(monitor, said), daemon=True)
        ear.start()
        try:
            yield said
        finally:
            client.echo("the end")  # the ear stops when it hears that
            ear.join(30)
            said.extend(held(client))
    client.close()


def held(client: redis.Redis) -> Iterator[str]:
    """Every key with its value, whatever its kind."""
    for key in client.scan_iter():
        kind, value = client.type(key), b""
        match kind:
            case b"string":
                value = client.get(key)
            case b"list":
                value = client.lrange(key, 0, -1)
            case b"hash":
                value = client.hgetall(key)
            case b"set":
                value = client.smembers(key)
            case b"zset":
                value = client.zrange(key, 0, -1)
        words = f"{key} {value}"
        yield words
        yield from unpacked(words)


def listen(monitor: redis.client.Monitor, said: list[str]) -> None:
    for command in monitor.listen():
        words = command["command"]
        said.append(words)
        said.extend(unpacked(words))
        if words.endswith("the end"):
            return


def unpacked(words: str) -> Iterator[str]:
    for body in re.findall(r'\\?"body\\?": \\?"([A-Za-z0-9+/=]+)', words):
        yield base64.b64decode(body).decode(errors="replace")


def promised() -> str:
    """What stands in the tables of promises, of sweeps, and of what waits for a digest."""
    rows = [*Promise.objects.values(), *Sweep.objects.values(), *Waiting.objects.values()]
    return "\n".join(map(str, rows))


def trailed() -> str:
    """What the trail says, which outlives the patients and cannot be corrected."""
    return "\n".join(map(str, Entry.objects.values("chain", "action", "data")))
