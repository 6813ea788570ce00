"""The whole journey of one request, walked by its people in real browsers, on real parts: form, endorsement,
pharmacy, committee, sealed letter, mails, authenticity check, infusion, reassessment, deadlines, trail.

With JavaScript every page is clean for axe at 1440 and 390; then the same without JavaScript.
"""

import re
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.utils import timezone

from approvals.models import Application
from approvals.workflow import Status as Stage
from tests.browser import story_applying as applying
from tests.browser import story_deciding as deciding
from tests.browser import story_sitting as sitting
from tests.browser.story_house import apart, house, postman, traces, unkept, work
from tests.browser.story_letter import faults_of, faults_of_the_seal, flipped
from tests.browser.story_people import Cast
from tests.browser.story_traces import noted, overheard
from tests.documents.fixtures import pki, seal_keys, tsa_url

__all__ = ["house", "pki", "postman", "seal_keys", "tsa_url"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_one_request_all_the_way(house, postman, new_page, axe, scripts, tmp_path):
    cast = Cast(new_page, axe if scripts else None)
    with noted() as log, overheard(project.REDIS_URL) as said_to_redis:
        letters = journey(cast, postman, scripts=scripts)
    assert apart(lambda: faults_of(*letters, folder=tmp_path)) == []
    (tmp_path / "forged.pdf").write_bytes(flipped(letters[0]))
    faults = apart(lambda: faults_of_the_seal(tmp_path / "forged.pdf"))
    assert {"altered", "Signature is Valid."} <= set(faults)
    told = {"log": log.getvalue(), "redis": said_to_redis}
    assert unkept() == []
    assert traces(applying.SECRETS, cast, postman, **told) == []


def journey(cast, postman, *, scripts) -> tuple[bytes, bytes]:
    """Returns the letters of the decision and of the reassessment, as downloaded."""
    today = timezone.localdate()
    number = applying.write_and_sign(cast, on=today, scripts=scripts)
    applying.endorse(cast, number)
    applying.take_charge_and_ask(cast, number)
    work()
    applying.answer(cast, postman.last_link("prescriber-w3"))
    applying.judge_and_refer(cast, number)

    decide(cast, postman, number)
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


def decide(cast, postman, number) -> None:
    """A virtual round of a week: one comes from the mail, the others from their lists."""
    round_ = sitting.convene_round(cast, until=timezone.localtime() + timedelta(days=7))
    sitting.open_round(cast, round_, number)
    work()
    sitting.declare_from_the_mail(cast, "member-2", postman.last_link("member-2"), number)
    hidden = {"unseen": deciding.CONDITION, "secret": applying.SURNAME}
    sitting.cast_vote(cast, cast["member-2"], "conditions", deciding.CONDITION, secret=applying.SURNAME)
    sitting.vote(cast, number, "member-1", "approve", **hidden)
    sitting.vote(cast, number, "chair", "approve", **hidden)
    deciding.authorise(cast, number)


def check(cast, letter, number) -> None:
    """Anyone who holds the letter: its words, its code, its bytes."""
    printed = deciding.printed_on(letter)
    assert number in printed
    assert applying.SURNAME in printed
    code = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", printed)[0]
    deciding.check_by_code(cast, number, code)
    deciding.check_by_file(cast, letter, "Lettera autentica", "Valida")
    deciding.check_by_file(cast, flipped(letter), "Non è la lettera emessa")
