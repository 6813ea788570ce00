"""A refusal is appealed by its author and decided by others: people appointed by the medical director, one of
whom presides. The refusal itself is made by the real actions; how one comes about is another story.
"""

from datetime import timedelta

import pytest
from django.conf import settings as project
from django.utils import timezone
from playwright.sync_api import expect

from approvals.models import Application
from approvals.workflow import Status
from tests.approvals.walk import rejected
from tests.browser import story_appeal as appealing
from tests.browser import story_deciding as deciding
from tests.browser import story_sitting as sitting
from tests.browser.story_house import house, postman, traces, unkept, words_of, work
from tests.browser.story_people import Cast, press, told
from tests.browser.story_traces import noted, overheard
from tests.documents.fixtures import pki, seal_keys, tsa_url

__all__ = ["house", "pki", "postman", "seal_keys", "tsa_url"]
pytestmark = pytest.mark.django_db(transaction=True)

CHAIR, FIRST, THIRD = "Prof.ssa Anna Verdi", "Dott. Piero Neri Rossi", "Dott. Luca Testa"
CONSULTANT, PHARMACIST = "Dott. Pietro Longo", "Dott.ssa Chiara Fabbri"
# Who hears the appeal: the one member who had stayed away, and the two who are appointed.
JUDGES = ("member-3", "on-call-pharmacist", "on-call-consultant")


def test_an_appeal_is_decided_by_others(house, postman, new_page, axe, sign_in):
    cast = Cast(new_page, axe, sign_in=sign_in)
    with noted() as log, overheard(project.REDIS_URL) as said_to_redis:
        number = str(rejected(house, at=timezone.now() - timedelta(hours=12)).number)
        work()
        refusal = deciding.download_letter(cast, postman.last_link("prescriber-w3"))
        appealing.appeal(cast, "prescriber-w3", postman.last_link("prescriber-w3"))
        appealing.appoint(cast, number, CONSULTANT, PHARMACIST, presiding=CONSULTANT)
        hear(cast, postman, number)
        work()
    letter = deciding.download_letter(cast, postman.last_link("prescriber-w3"))
    check(words_of(refusal), words_of(letter), number)
    assert Application.objects.get(number=number).status == Status.APPROVED
    assert unkept() == []
    assert traces(appealing.SECRETS, cast, postman, log=log.getvalue(), redis=said_to_redis) == []


def hear(cast, postman, number) -> None:
    """The chair convenes and opens the sitting; the item is in the hands of whoever presides over it."""
    meeting = sitting.convene_meeting(cast, begins=timezone.localtime() + timedelta(minutes=5))
    work()
    assert meeting in postman.to("on-call-consultant")[-1]
    page = sitting.open_meeting(cast, meeting, CHAIR, FIRST, THIRD, CONSULTANT, PHARMACIST)
    sitting.cannot_hear(page, number)
    presiding = sitting.at_the_sitting(cast, "on-call-consultant", meeting)
    sitting.hear(cast, presiding, number)
    for judged_before in ("chair", "member-1", "member-2"):
        appealing.is_kept_out(cast, judged_before, number)
    for judge in JUDGES:
        sitting.vote(cast, number, judge, "approve", secret=appealing.SURNAME)
    page = sitting.close_with(cast, meeting, "Autorizza", chair="on-call-consultant")
    press(page, "Autorizza")
    told(page, "autorizzata")
    sitting.close(cast, meeting)
    minutes = cast["chair"].locator("#main")
    expect(minutes).to_contain_text(f"{FIRST} (ha partecipato alla decisione riesaminata)")
    expect(minutes).to_contain_text("per nomina su un punto")


def check(refusal, letter, number) -> None:
    for words in (number, "Non autorizzata", "Il prescrittore può chiedere il riesame"):
        assert words in refusal, words
    for words in (
        f"{number}/1",
        "Decisione sul riesame",
        "persone nessuna delle quali aveva partecipato alla decisione riesaminata",
        CONSULTANT,
    ):
        assert words in letter, words
