"""Where a story happens: the house with its people, keys and mail; what its worker does; what it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.demo import make_people
from outbox.keeping import keep_due
from outbox.models import Promise, Status
from tests.approvals.answers import make_catalogue
from tests.browser.story_deciding import printed_on
from tests.browser.story_people import Cast
from tests.browser.story_traces import Postman, mail_server, promised, trailed
from tests.people import PASSWORD


@pytest.fixture
def postman(settings, live_server):
    """Mails really leave, and their links lead to the server under test."""
    with mail_server() as (postman, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.SITE_URL = live_server.url
        yield postman


@pytest.fixture
def house(transactional_db, seal_keys, settings):
    """The catalogue, the people, the keys; counters of the authenticity check that no other test moves."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": "story"}}
    make_catalogue()
    return make_people(PASSWORD)


def work() -> None:
    """What a worker does once it is woken."""
    apart(keep)


def keep() -> None:
    keep_due(at=timezone.now())
    connection.close()


def apart(done: Callable[[], Any]) -> Any:
    """Do it in a thread of its own: Playwright's has a running loop, in which nobody else may run theirs."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(done).result()


def unkept() -> list[tuple[str, str]]:
    """The promises that nobody has kept, each with what went wrong."""
    return list(Promise.objects.exclude(status=Status.DONE).values_list("key", "last_error"))


def traces(
    secrets: Iterable[str], cast: Cast, postman: Postman, *, log: str, redis: Iterable[str]
) -> list[tuple[str, str]]:
    """Where which secret was left; and the places in which nobody wrote, where nothing could be left."""
    places = {
        "mails": postman.everything(),
        "log": log,
        "promises": promised(),
        "trail": trailed(),
        "addresses": "\n".join(cast.addresses),
        "Redis": "\n".join(redis),
    }
    silent = [(name, "") for name, text in places.items() if not text]
    if "outbox.tasks.keep_promises" not in places["Redis"]:
        silent.append(("Redis", "no work"))
    if '"route": "/richieste/' not in places["log"]:
        silent.append(("log", "no requests"))
    return silent + [
        (name, word)
        for name, text in places.items()
        for word in secrets
        if word.casefold() in text.casefold()
    ]


def words_of(letter: bytes) -> str:
    """What is printed on it, whatever the lines."""
    return " ".join(printed_on(letter).split())
