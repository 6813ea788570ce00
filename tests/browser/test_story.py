"""The whole journey of one request, walked by its people in real browsers, on real parts: form, endorsement,
pharmacy, committee, sealed letter, mails, authenticity check, infusion, reassessment, deadlines, trail.

With JavaScript every page is clean for axe at 1440 and 390; then the same without JavaScript.
"""

import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as project
from django.db import connection
from django.utils import timezone

from accounts.demo import make_people
from approvals.models import Application
from approvals.workflow import Status as Stage
from outbox.keeping import keep_due
from outbox.models import Promise, Status
from tests.approvals.answers import make_catalogue
from tests.browser import story_applying as applying
from tests.browser import story_deciding as deciding
from tests.browser.story_letter import faults_of, faults_of_the_seal, flipped
from tests.browser.story_people import Cast
from tests.browser.story_traces import mail_server, overheard, promised
from tests.documents.fixtures import pki, seal_keys, tsa_url
from tests.people import PASSWORD

__all__ = ["pki", "seal_keys", "tsa_url"]
pytestmark = pytest.mark.django_db(transaction=True)


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
    make_people(PASSWORD)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_one_request_all_the_way(house, postman, new_page, axe, scripts, caplog, tmp_path):
    cast = Cast(new_page, axe if scripts else None)
    caplog.set_level(logging.INFO)
    with overheard(project.REDIS_URL) as said_to_redis:
        letters = journey(cast, postman, scripts=scripts)
    assert apart(lambda: faults_of(*letters, folder=tmp_path)) == []
    (tmp_path / "forged.pdf").write_bytes(flipped(letters[0]))
    faults = apart(lambda: faults_of_the_seal(tmp_path / "forged.pdf"))
    assert {"altered", "Signature is Valid."} <= set(faults)
    assert Promise.objects.exclude(status=Status.DONE).count() == 0
    places = {
        "mails": postman.everything(),
        "log": caplog.text,
        "promises": promised(),
        "addresses": "\n".join(cast.addresses),
        "Redis": "\n".join(said_to_redis),
    }
    assert [name for name, text in places.items() if not text] == []
    assert "outbox.tasks.keep_promises" in places["Redis"]
    assert [
        (name, word)
        for name, text in places.items()
        for word in applying.SECRETS
        if word.casefold() in text.casefold()
    ] == []


def journey(cast, postman, *, scripts) -> tuple[bytes, bytes]:
    """Returns the letters of the decision and of the reassessment, as downloaded."""
    today = timezone.localdate()
    number = applying.write_and_sign(cast, on=today, scripts=scripts)
    applying.endorse(cast, number)
    applying.take_charge_and_ask(cast, number)
    work()
    applying.answer(cast, postman.last_link("prescriber-w3"))
    applying.judge_and_refer(cast, number)

    deciding.vote(cast, number, "member-2", "conditions", deciding.CONDITION)
    deciding.vote(cast, number, "member-1", "approve", unseen=deciding.CONDITION)
    deciding.vote(cast, number, "chair", "approve", unseen=deciding.CONDITION)
    deciding.authorise(cast, number)
    work()
    letter = deciding.download_letter(cast, postman.last_link("prescriber-w3"))
    check(cast, letter, f"{number}/1")

    deciding.record_infusion(cast, number, on=today)
    deciding.reassess(cast, number)
    work()
    second = deciding.download_letter(cast, postman.last_link("pharmacist-1"))
    deciding.check_by_file(cast, letter, "Lettera autentica", "Sostituita")
    deciding.see_the_deadline(cast, number)
    deciding.read_the_trail(cast, number)
    assert Application.objects.get(number=number).status == Stage.REASSESSED
    return letter, second


def work() -> None:
    """What a worker does once it is woken."""
    apart(keep)


def keep() -> None:
    keep_due(at=timezone.now())
    connection.close()


def apart(done):
    """Do it in a thread of its own: Playwright's has a running loop, in which nobody else may run theirs."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(done).result()


def check(cast, letter, number) -> None:
    """Anyone who holds the letter: its words, its code, its bytes."""
    printed = deciding.printed_on(letter)
    assert number in printed
    assert applying.SURNAME in printed
    code = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", printed)[0]
    deciding.check_by_code(cast, number, code)
    deciding.check_by_file(cast, letter, "Lettera autentica", "Valida")
    deciding.check_by_file(cast, flipped(letter), "Non è la lettera emessa")
