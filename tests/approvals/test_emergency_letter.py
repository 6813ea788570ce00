"""The provisional letter: what it says, how long it counts, what takes its place."""

from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest

from approvals import actions, letters
from approvals.models import Letter
from documents import letters as letters_as_paper
from documents.filing import file, reserve
from documents.models import Standing
from tests.approvals import emergencies as emg
from tests.approvals.test_letters import drawn
from tests.approvals.walk import NOW, REFUSAL
from tests.documents.test_letters import text_of

pytestmark = pytest.mark.usefixtures("catalogue")
LATER = NOW + timedelta(days=3)


@pytest.fixture
def authorised(people):
    return emg.authorised(people)


def letter_of(application, action):
    return drawn(application.steps.get(action=action))


def test_the_letter_of_an_emergency_says_what_it_allows_and_who_authorised_it(authorised):
    pdf = letters_as_paper.draw(letter_of(authorised, "authorise_emergency"))
    text = " ".join(text_of(pdf).split())
    for words in (
        "PROVVISORIA",
        "Autorizzata in via provvisoria, per un ciclo",
        f"{authorised.number}/1",
        "1,6 g per ciclo · cicli: 1",
        "30 novembre 2026",  # until the committee has to ratify it
        "25 novembre 2026, 23:59",  # the whole form
        "Dott.ssa Chiara Fabbri, 23 novembre 2026, 09:10",
        "Dott. Pietro Longo, 23 novembre 2026, 09:20",
        emg.REASON[:40],
        "la riga del catalogo la prevede",
        "Consenso non acquisibile: Madre in anestesia.",
        "Malattia emolitica del neonato",
    ):
        assert words in text, words
    assert "commissione autorizza" not in text


def test_the_word_stands_on_every_page(authorised):
    pdf = letters_as_paper.draw(letter_of(authorised, "authorise_emergency"))
    with pikepdf.open(BytesIO(pdf)) as opened:
        pages = len(opened.pages)
    texts = text_of(pdf).split("\f")[:pages]
    assert all("PROVVISORIA" in page for page in texts)


def test_a_stated_danger_stands_in_it(people):
    application = emg.authorised(people, author="prescriber-w3", code="OFT-03", kind={"life_threat": "yes"})
    assert "pericolo di vita" in repr(letter_of(application, "authorise_emergency"))


def issue(application, action):
    """The letter as the worker files it; the bytes are not what this is about."""
    step = application.steps.get(action=action)
    draft = letters.of(step)
    document = reserve(
        f"issue:{step.pk}",
        kind=draft.kind,
        number=draft.number,
        at=step.at,
        by=step.by,
        valid_until=draft.valid_until,
    )
    return Letter.objects.create(application=application, step=step, document=file(document, b"%PDF-1"))


def test_it_counts_until_the_day_of_the_ratification(authorised):
    document = issue(authorised, "authorise_emergency").document
    assert (document.kind, document.valid_until) == ("provisional", date(2026, 11, 30))
    assert document.standing(date(2026, 11, 30)) == Standing.VALID
    assert document.standing(date(2026, 12, 1)) == Standing.EXPIRED


def test_not_ratified_it_ends_that_day(people):
    application = emg.voted(people, "reject")
    letter = issue(application, "authorise_emergency")
    actions.reject(application.pk, **REFUSAL, by=people["chair"], at=LATER)
    letter.document.refresh_from_db()
    assert letter.document.valid_until == LATER.date()
    told = letter_of(application, "reject")
    assert "non ratifica quanto era stato autorizzato in urgenza" in told.summary


def test_not_ratified_before_it_was_drawn_it_ends_that_day_too(people):
    application = emg.voted(people, "reject")
    actions.reject(application.pk, **REFUSAL, by=people["chair"], at=LATER)
    assert letters.of(application.steps.get(action="authorise_emergency")).valid_until == LATER.date()


@pytest.mark.parametrize("is_given", [True, False])
def test_the_ordinary_letter_names_the_emergency_it_ratifies(people, is_given):
    application = emg.voted(people)
    if is_given:
        actions.record_infusion(application.pk, on=NOW.date(), by=application.author, at=LATER)
    actions.approve(application.pk, by=people["chair"], at=LATER)
    told = letter_of(application, "approve")
    assert told.number == f"{application.number}/2"
    text = repr(told.sections)
    assert f"ratifica l’autorizzazione provvisoria {application.number}/1" in text
    assert ("vale come primo ciclo" in text) == is_given
    letters_as_paper.draw(told)
