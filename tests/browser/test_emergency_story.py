"""A newborn at night: asked for on a phone, authorised by two people on call, a provisional letter; the whole
form by day, ratified at a meeting of the committee, whose minutes are signed and sealed.

Every new page is clean for axe. It holds on any day and at any hour.
"""

from datetime import timedelta

import pytest
from django.conf import settings as project
from django.utils import timezone

from approvals.models import Application
from approvals.workflow import Status
from tests.browser import story_applying as applying
from tests.browser import story_deciding as deciding
from tests.browser import story_emergency as emergency
from tests.browser import story_sitting as sitting
from tests.browser.story_house import house, postman, traces, unkept, words_of, work
from tests.browser.story_people import Cast, press, told
from tests.browser.story_traces import noted, overheard
from tests.documents.fixtures import pki, seal_keys, tsa_url

__all__ = ["house", "pki", "postman", "seal_keys", "tsa_url"]
pytestmark = pytest.mark.django_db(transaction=True)

CHAIR, FIRST, SECOND, THIRD = (
    "Prof.ssa Anna Verdi",
    "Dott. Piero Neri Rossi",
    "Dott.ssa Silvia Gatti",
    "Dott. Luca Testa",
)
PLACE = "Sala riunioni B"


def test_a_night_emergency_is_ratified_and_its_minutes_signed(house, postman, new_page, axe, sign_in):
    cast = Cast(new_page, axe, sign_in=sign_in, phones=(emergency.AUTHOR,))
    with noted() as log, overheard(project.REDIS_URL) as said_to_redis:
        number = night(cast, postman)
        day(cast, postman, number)
        thursday(cast, postman, number)
    assert unkept() == []
    assert traces(emergency.SECRETS, cast, postman, log=log.getvalue(), redis=said_to_redis) == []


def night(cast, postman) -> str:
    number = emergency.ask_at_night(cast)
    work()
    for username in ("on-call-pharmacist", "on-call-consultant"):
        (mail,) = postman.to(username)
        assert f"/richieste/{number}/" in mail
    emergency.agree(cast, number)
    emergency.authorise(cast, number)
    work()
    letter = deciding.download_letter(cast, postman.last_link(emergency.AUTHOR), emergency.AUTHOR)
    printed = words_of(letter)
    for words in ("PROVVISORIA", f"{number}/1", emergency.CYCLE, emergency.SURNAME):
        assert words in printed
    deciding.check_by_file(cast, letter, "Lettera autentica", "Valida")
    return number


def day(cast, postman, number) -> None:
    emergency.complete_the_form(cast, number, postman.last_link(emergency.AUTHOR))
    applying.endorse(cast, number, "head-nicu")
    applying.give_opinion(cast, applying.take_charge(cast, number), emergency.CYCLE)


def thursday(cast, postman, number) -> None:
    """Opened by three; one of them has a conflict, the fourth comes late."""
    meeting = sitting.convene_meeting(cast, begins=timezone.localtime() + timedelta(minutes=5), place=PLACE)
    work()
    assert meeting in postman.to("member-1")[-1]
    invitation = postman.last_link("member-3")
    sitting.declare_conflict(cast, "member-3", invitation, number, "Consulente del produttore.")
    page = sitting.open_meeting(cast, meeting, CHAIR, SECOND, THIRD)
    sitting.hear(cast, page, number)
    sitting.is_recused(cast, "member-3", meeting, number)
    sitting.vote(cast, number, "member-2", "approve", secret=emergency.SURNAME)
    sitting.comes_in(page, FIRST)
    sitting.vote(cast, number, "member-1", "approve", secret=emergency.SURNAME)
    sitting.vote(cast, number, "chair", "approve", secret=emergency.SURNAME)
    ratify(cast, meeting)
    sitting.close(cast, meeting)
    note = f"Discusso il caso {emergency.SURNAME}, senza obiezioni."
    sitting.sign_minutes(cast, note=note, remarks="Nessuna osservazione.")
    work()
    minutes = sitting.download_minutes(cast, "member-1", postman.last_link("member-1"))
    check_minutes(words_of(minutes), number)
    deciding.check_by_file(cast, minutes, "autentic")
    assert Application.objects.get(number=number).status == Status.APPROVED


def ratify(cast, meeting) -> None:
    page = sitting.close_with(cast, meeting, "Autorizza")
    cast.look(page)
    press(page, "Autorizza")
    told(page, "autorizzata")


def check_minutes(printed, number) -> None:
    for words in (
        number,
        PLACE,
        "Presenze",
        *(CHAIR, FIRST, SECOND, THIRD),
        f"{THIRD} (ha dichiarato un conflitto d’interessi)",
        "favorevoli 3, contrari 0",
        "3 su 3",
        "senza obiezioni",
    ):
        assert words in printed, words
    assert [word for word in emergency.SECRETS if word in printed] == []
