"""The pharmacy changes the dose of an open period: within the row, above what is given, never beyond."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.people import day
from approvals import actions, letters, limits
from approvals.actions.replacing import end_letter
from approvals.models import Application, Letter
from approvals.notices import recipients
from approvals.redosing import Asked, Body
from approvals.refusals import Refused
from approvals.workflow import Status
from catalogue.dosing import Unit
from documents import filing
from documents import letters as as_paper
from documents.models import Document
from outbox.models import Promise
from tests.approvals.treatments import dispensed, drawn
from tests.approvals.walk import BETTER, LATER, NOW, judged, walk
from treatments.models import DoseChange

pytestmark = pytest.mark.usefixtures("catalogue")
WHEN = NOW + timedelta(days=20)
WHY = "Peso calato di otto chili: la dose si adegua."
LESS = Asked(Decimal("0.4"), 4, 3, 1, Unit.MONTHS)


@pytest.fixture
def approved(people):
    return walk(people, Status.APPROVED, dose={"product": "any"})


def change(people, application, dose=LESS, *, at=WHEN, by="pharmacist-2", reason=WHY, **body) -> Application:
    told = {"dose": dose, "body": Body(**body), "reason": reason}
    actions.change_dose(application.pk, **told, by=people[by], at=at)
    return Application.objects.get(pk=application.pk)


def refused(people, application, dose=LESS, **told) -> str:
    with pytest.raises(Refused) as refusal:
        change(people, application, dose, **told)
    assert not DoseChange.objects.exists()
    return refusal.value.sentence


def test_grams_and_cycles_of_the_period_move_and_both_doses_are_kept(people, approved):
    before = approved.authorisations.get()
    changed = change(people, approved)
    period = changed.authorisations.get()
    kept = DoseChange.objects.get()
    assert (kept.grams_before, kept.grams) == (before.grams, period.grams)
    assert period.grams < before.grams
    assert period.dose["request"]["days"] == 4
    assert (kept.dose_before["request"]["days"], kept.reason) == (5, WHY)
    assert changed.snapshot.revision == 2
    assert changed.status == Status.APPROVED


def test_the_next_period_goes_on_with_the_changed_dose(people, approved):
    change(people, approved)
    actions.reassess(approved.pk, outcome=judged(BETTER), by=people["prescriber-w3"], at=LATER)
    assert approved.authorisations.live().get().dose["request"]["days"] == 4


def test_a_weight_measured_again_alone_changes_the_dose(people, approved):
    same = Asked(Decimal("0.4"), 5, 3, 1, Unit.MONTHS)
    period = change(people, approved, same, weight_kg=Decimal(50)).authorisations.get()
    assert period.dose["facts"]["weight_kg"] == "50"


def test_the_interval_of_the_ledger_follows(people, approved):
    change(people, approved, Asked(Decimal("0.4"), 4, 3, 4, Unit.WEEKS))
    assert approved.authorisations.get().interval_days == 28


@pytest.mark.parametrize(
    ("dose", "words"),
    [
        (Asked(Decimal("0.6"), 3, 3, 1, Unit.MONTHS), "decide la commissione"),
        (Asked(Decimal("0.4"), 5, 6, 1, Unit.MONTHS), "decide la commissione"),
        (Asked(Decimal("0.5"), 5, 3, 1, Unit.MONTHS), "decide la commissione"),
        (Asked(Decimal("0.4"), 5, 3, 1, Unit.MONTHS), "dose in vigore"),
        (None, "nuova dose"),
    ],
)
def test_beyond_the_limits_or_without_a_change_it_is_refused_in_words(people, approved, dose, words):
    assert words in refused(people, approved, dose)


def test_a_reason_of_twenty_characters_is_wanted(people, approved):
    assert "20" in refused(people, approved, reason="Peso.")


def test_what_the_committee_limited_is_a_limit_of_the_pharmacy_too(people):
    application = walk(people, "voted", dose={"product": "any"})
    less = limits.Limits(cycles=2)
    actions.approve(application.pk, limits=less, by=people["chair"], at=NOW)
    assert "2 cicli" in refused(people, application)


def test_what_is_given_cannot_be_allotted_away(people, approved):
    period = approved.authorisations.get()
    dispensed(people, period, 200, on=day(NOW + timedelta(days=1)))
    one_cycle = Asked(Decimal("0.4"), 4, 1)
    assert "200 g" in refused(people, approved, one_cycle)
    dispensed(people, period, 10, cycle=2, on=day(NOW + timedelta(days=2)))
    assert "210 g" in refused(people, approved, one_cycle)


def test_a_cycle_begun_stays(people, approved):
    dispensed(people, approved.authorisations.get(), 10, cycle=3, on=day(NOW + timedelta(days=2)))
    assert "3" in refused(people, approved, Asked(Decimal("0.4"), 4, 2, 1, Unit.MONTHS))


def test_suspended_it_is_not_changed(people, approved):
    why = {"ground": "safety", "reason": "Segnalazione su un lotto (inventata)."}
    actions.suspend(approved.pk, **why, by=people["pharmacist-1"], at=NOW)
    assert "sospes" in refused(people, approved).lower()


def test_a_second_click_is_told_not_done_again(people, approved):
    version = Application.objects.get(pk=approved.pk).version
    told = {"dose": LESS, "body": Body(), "reason": WHY, "by": people["pharmacist-2"], "at": WHEN}
    actions.change_dose(approved.pk, **told, version=version)
    with pytest.raises(Refused):
        actions.change_dose(approved.pk, **told, version=version)
    assert DoseChange.objects.count() == 1


def test_the_change_is_never_rewritten(people, approved):
    change(people, approved)
    for statement in (DoseChange.objects.all().delete, lambda: DoseChange.objects.update(grams=1)):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            statement()


def test_the_prescriber_is_told_and_a_letter_says_what_changed(people, approved):
    changed = change(people, approved)
    step = changed.steps.latest("sequence")
    assert Promise.objects.filter(key=f"issue_letter:{step.pk}").exists()
    assert recipients(step) == [people["prescriber-w3"]]
    letter = drawn(step)
    assert WHY in repr(letter)
    with pikepdf.open(BytesIO(as_paper.draw(letter))) as pdf:
        assert len(pdf.pages) <= 2


def filed(step) -> Document:
    draft = letters.of(step)
    told = {"at": step.at, "by": step.by, "valid_until": draft.valid_until}
    document = filing.reserve(f"test:{step.pk}", kind=draft.kind, number=draft.number, **told)
    filed = filing.file(document, b"%PDF-1")
    Letter.objects.create(application=step.application, step=step, document=filed)
    return filed


def test_both_letters_of_the_period_end_with_it(people, approved):
    changed = change(people, approved)
    period = changed.authorisations.get()
    first = filed(changed.steps.get(action="approve"))
    second = filed(changed.steps.latest("sequence"))
    assert first.number != second.number
    assert second.valid_until == period.due_on
    end_letter(period, day(WHEN))
    for document in (first, second):
        document.refresh_from_db()
        assert document.valid_until == day(WHEN)


def test_the_pharmacist_reads_the_dose_before_it_is_changed(client, people, approved):
    client.force_login(people["pharmacist-2"])
    address = reverse("act", args=[approved.number, "change_dose"])
    assert 'name="days" value="5"' in client.get(address).content.decode()
    data = {"version": approved.version, "g_per_kg": "0,4", "days": "4", "cycles": "3", "interval": "1"}
    data |= {"interval_unit": "months", "reason": WHY}
    answer = client.post(address, data)
    assert ("Giorni di infusione per ciclo", "5", "4") in answer.context["redose"]["changes"]
    assert client.post(address, data | {"confirmed": "1"}).status_code == 302
    assert client.post(address, data | {"g_per_kg": "0.400", "days": "quattro"}).status_code == 422
    page = client.get(reverse("application", args=[approved.number])).content.decode()
    assert WHY in page
