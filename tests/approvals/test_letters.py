"""What the letters say, before they are drawn."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest

from approvals import actions, letters
from approvals.models import Application
from approvals.workflow import Status
from catalogue import dose_words as words
from documents import letters as letters_as_paper
from documents.cleaning import cleaned
from documents.filing import reserve
from documents.qr import picture
from tests.approvals import emergencies
from tests.approvals.test_types import following
from tests.approvals.walk import BETTER, LATER, REFUSAL, WORSE, judged, vote, walk


def drawn(step):
    """The letter of a step as it would be drawn now."""
    draft = letters.of(step)
    document = reserve(
        f"issue_letter:{step.pk}", kind=draft.kind, number=draft.number, at=step.at, by=step.by
    )
    return draft.compose(document)


def test_a_renewal_drawn_late_says_what_was_in_force_then(people, catalogue):
    application = walk(people, Status.APPROVED)
    actions.reassess(application.pk, outcome=judged(BETTER), by=people["prescriber-w3"], at=LATER)
    renewed = application.steps.latest("sequence")
    later = LATER + timedelta(days=80)
    actions.reassess(application.pk, outcome=judged(WORSE), by=people["prescriber-w3"], at=later)
    vote(people, application.pk, chair="reject", member_1="reject", member_2="reject", at=later)
    actions.reject(application.pk, **REFUSAL, by=people["chair"], at=later)
    assert Application.objects.get(pk=application.pk).status == Status.REJECTED
    assert drawn(renewed).decision["outcome"] == "approved"
    assert drawn(application.steps.latest("sequence")).decision["outcome"] == "rejected"


@pytest.mark.parametrize("code", ["EMA-06", "OFT-03"])
def test_an_ordinary_authorisation_is_two_pages(people, catalogue, code):
    application = walk(people, Status.APPROVED, code=code, person=2, dose={"product": "any"})
    drawing = letters_as_paper.draw(drawn(application.steps.get(action="approve")))
    with pikepdf.open(BytesIO(drawing)) as pdf:
        assert len(pdf.pages) == 2


def test_a_level_of_evidence_keeps_its_roman_numeral(people, catalogue):
    application = walk(people, Status.APPROVED)
    assert "studio di fase II" in repr(drawn(application.steps.get(action="approve")))


def test_what_is_left_over_stands_on_the_first_letter_alone(people, catalogue):
    """Period, highlighted total and dose agree, before and after a renewal."""
    earlier = walk(people, Status.APPROVED)
    later = following(people, earlier, to=Status.APPROVED, dose={"carry_over_g": "20"})
    actions.reassess(later.pk, outcome=judged(BETTER), by=later.author, at=LATER + timedelta(days=9))
    first, second = (words.grams(one.grams) for one in later.authorisations.order_by("period"))
    approval = drawn(later.steps.get(action="approve"))
    renewal = drawn(later.steps.latest("sequence"))
    assert (approval.highlights[-1][1], renewal.highlights[-1][1]) == (first, second)
    box = "(20 g "
    assert f"{first} {box}" in repr(approval)
    assert box not in repr(renewal)


def test_the_letter_counts_abstentions_and_votes_for_further_information(people, catalogue):
    application = walk(people, Status.COMMITTEE_REVIEW)
    votes = {"chair": "approve", "member_1": "approve", "member_2": "information", "member_3": "abstain"}
    at = application.steps.latest("sequence").at
    vote(people, application.pk, at=at, **votes)
    actions.approve(application.pk, by=people["chair"], at=at)
    letter = repr(drawn(application.steps.get(action="approve")))
    assert "1 per integrazioni; 1 astensione" in letter


@pytest.mark.parametrize("letter", ["approval", "renewal", "provisional"])
def test_the_pharmacy_reaches_the_authorisation_by_its_code(people, catalogue, settings, letter):
    settings.SITE_URL = "https://nullaosta.ospedale-con-un-nome-lungo.example"
    is_provisional = letter == "provisional"
    application = emergencies.authorised(people) if is_provisional else walk(people, Status.APPROVED)
    if letter == "renewal":
        actions.reassess(application.pk, outcome=judged(BETTER), by=people["prescriber-w3"], at=LATER)
    period = application.authorisations.latest("period")
    told = drawn(application.steps.latest("sequence"))
    address = f"{settings.SITE_URL}/autorizzazioni/{period.address}/"
    assert (told.scan.address, told.scan.code) == (address, period.code)
    assert told.highlights[0][1] == period.code
    html = letters_as_paper._page(cleaned(told, frozenset(range(0x3000))))
    assert f'src="{picture(address)}" alt="Codice QR che apre {period.code} nel programma"' in html
