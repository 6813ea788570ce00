"""After the approval: the first infusion moves the date, the reassessment judges, the end settles."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from approvals import actions
from approvals.pseudonyms import as_is
from approvals.record import Record
from approvals.refusals import Refused
from approvals.timeline import moments
from approvals.workflow import Status
from outbox.models import Promise
from tests.approvals.walk import BETTER, LATER, MET, NOW, WORSE, judged, walk
from treatments.deadlines import reassessment_due
from treatments.models import Authorisation, NextReminder, Verdict
from treatments.outcomes import has_benefit, is_met


@pytest.fixture
def approved(people, catalogue):
    return walk(people, Status.APPROVED)


def test_due_dates_follow_the_calendar():
    assert reassessment_due(date(2026, 11, 30), None) == date(2027, 2, 28)
    assert reassessment_due(date(2026, 1, 31), date(2026, 3, 31)) == date(2026, 6, 30)


def test_the_first_infusion_moves_the_due_date(people, approved):
    actions.record_infusion(approved.pk, on=date(2026, 12, 1), by=people["pharmacist-2"], at=LATER)
    period = approved.authorisations.get()
    assert period.due_on == date(2027, 3, 1)
    assert NextReminder.objects.get(authorisation=period).due_on == date(2027, 1, 30)


@pytest.mark.parametrize("on", [date(2026, 11, 22), LATER.date() + timedelta(days=1)])
def test_an_infusion_before_the_start_or_in_the_future_is_refused(people, approved, on):
    with pytest.raises(Refused) as refusal:
        actions.record_infusion(approved.pk, on=on, by=people["prescriber-w3"], at=LATER)
    assert [s.field for s in refusal.value.shortcomings] == ["on"]


def of_a_newborn(application) -> Authorisation:
    """As the row of the newborn says: judged at the discharge, on day 7 at the latest."""
    period = application.authorisations.get()
    period.trigger, period.first_infusion_on = "discharge", NOW.date()
    period.due_on = NOW.date() + timedelta(days=7)
    period.save()
    return period


def test_the_discharge_of_a_newborn_moves_the_due_date_forward(people, approved):
    period = of_a_newborn(approved)
    left = NOW.date() + timedelta(days=3)
    actions.record_discharge(approved.pk, on=left, by=people["prescriber-w3"], at=LATER)
    period.refresh_from_db()
    assert (period.discharged_on, period.due_on) == (left, left)
    assert NextReminder.objects.get(authorisation=period).reassessment_on == left
    with pytest.raises(Refused):
        actions.record_discharge(approved.pk, on=left, by=people["prescriber-w3"], at=LATER)


@pytest.mark.parametrize("days", [-1, 90])
def test_a_discharge_before_the_infusion_or_in_the_future_is_refused(people, approved, days):
    of_a_newborn(approved)
    with pytest.raises(Refused) as refusal:
        on = NOW.date() + timedelta(days=days)
        actions.record_discharge(approved.pk, on=on, by=people["prescriber-w3"], at=LATER)
    assert [s.field for s in refusal.value.shortcomings] == ["on"]


def test_of_other_rows_no_discharge_is_recorded(people, approved):
    with pytest.raises(Refused) as refusal:
        actions.record_discharge(approved.pk, on=LATER.date(), by=people["prescriber-w3"], at=LATER)
    assert "dimissione" in refusal.value.sentence


def test_the_first_infusion_is_recorded_once(people, approved):
    actions.record_infusion(approved.pk, on=date(2026, 12, 1), by=people["prescriber-w3"], at=LATER)
    with pytest.raises(Refused):
        actions.record_infusion(approved.pk, on=date(2026, 12, 2), by=people["prescriber-w3"], at=LATER)


def test_continuing_with_benefit_opens_the_next_period(people, approved):
    actions.reassess(approved.pk, outcome=judged(BETTER), by=people["prescriber-w3"], at=LATER)
    approved.refresh_from_db()
    first, second = approved.authorisations.order_by("period")
    assert approved.status == Status.REASSESSED
    assert first.settled_at == LATER
    assert second.settled_at is None
    assert second.number.endswith("/2")
    assert not first.reassessment.measures.get().is_met
    made = approved.steps.latest("sequence")
    assert Promise.objects.filter(key=f"issue_letter:{made.pk}").exists()


def test_continuing_without_benefit_goes_to_the_committee(people, approved):
    actions.reassess(approved.pk, outcome=judged(WORSE), by=people["prescriber-w3"], at=LATER)
    approved.refresh_from_db()
    assert (approved.status, approved.round) == (Status.COMMITTEE_REVIEW, 2)
    assert not approved.authorisations.live().exists()


def test_stopping_closes(people, approved):
    actions.reassess(approved.pk, outcome=judged(MET, "stop_remission"), by=people["prescriber-w3"], at=LATER)
    approved.refresh_from_db()
    assert approved.status == Status.CLOSED
    assert not approved.authorisations.live().exists()
    assert not NextReminder.objects.exists()


def test_a_reassessment_wants_judgement_and_weight(people, approved):
    with pytest.raises(Refused) as refusal:
        actions.reassess(
            approved.pk,
            outcome=judged(BETTER, judgement="ok", weight_kg=Decimal(0)),
            by=people["prescriber-w3"],
            at=LATER,
        )
    assert [s.field for s in refusal.value.shortcomings] == ["judgement", "weight_kg"]


@pytest.mark.parametrize(
    ("baseline", "target", "now", "met", "benefit"),
    [
        (18, 9, 9, True, True),
        (18, 9, 10, False, True),
        (18, 9, 18, False, False),
        (8, 10, 10, True, True),
        (8, 10, 9, False, True),
        (8, 10, 7, False, False),
    ],
)
def test_the_measure_is_judged_in_its_direction(baseline, target, now, met, benefit):
    values = Decimal(baseline), Decimal(target), Decimal(now)
    assert (is_met(*values), has_benefit(*values)) == (met, benefit)


@pytest.mark.parametrize("verdict", ["continue", "stop_whatever", ""])
def test_closing_early_wants_a_coded_reason(people, approved, verdict):
    with pytest.raises(Refused) as refusal:
        actions.close(approved.pk, verdict=verdict, reason="Fine.", by=people["head-w3"], at=LATER)
    assert [s.field for s in refusal.value.shortcomings] == ["verdict"]


def test_closing_early_keeps_why(people, approved):
    actions.close(approved.pk, verdict="stop_toxicity", reason="Emolisi.", by=people["head-w3"], at=LATER)
    period = approved.authorisations.get()
    assert (period.settled_at, period.verdict) == (LATER, "stop_toxicity")
    (closed, *_) = moments(Record(approved), with_votes=False, erase=as_is)
    assert closed.sentence.endswith(f"{Verdict.STOP_TOXICITY.label.lower()} · «Emolisi.»")


def test_questions_stop_the_clock(people, catalogue):
    application = walk(people, Status.PHARMACY_REVIEW)
    due = application.decision_due
    actions.ask(application.pk, questions=["Peso?", "Altezza?"], by=people["pharmacist-1"], at=NOW)
    application.refresh_from_db()
    assert (application.answer_due - NOW).days == 10
    back = NOW + timedelta(days=2)
    with pytest.raises(Refused) as refusal:
        actions.answer(application.pk, answers={1: "62 kg"}, by=application.author, at=back)
    assert [s.field for s in refusal.value.shortcomings] == ["answer_2"]
    actions.answer(application.pk, answers={1: "62 kg", 2: "164 cm"}, by=application.author, at=back)
    application.refresh_from_db()
    assert application.status == Status.PHARMACY_REVIEW
    assert application.decision_due == due + timedelta(days=2)
    assert application.snapshot.revision == 2
