"""What follows from the ledger: the day of the reassessment, the blood count after a cycle of high dose."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from approvals import actions
from approvals.workflow import Status
from catalogue.models import Product
from outbox.keeping import keep_due
from outbox.models import Promise
from tests.approvals.walk import NOW, walk
from treatments import haemolysis, periods
from treatments.models import Authorisation, Dispensing, Reassessment

DAY = timedelta(days=1)
START = date(2026, 12, 1)


@pytest.fixture
def period(people, catalogue):
    """Of 62 kg, blood group A; the dose is changed where a test wants it."""
    walk(people, Status.APPROVED)
    found = Authorisation.objects.get()
    found.grams = Decimal(9999)
    found.dose["facts"]["abo"] = "A"
    found.save()
    return found


def entry(period, on, grams=10, *, cycle=1, kind="dispensed", **about):
    period.refresh_from_db()
    product = Product.objects.first() or Product.objects.create(
        code="p", name="P", manufacturer="M", sizes_g=[10], g_per_100_ml=10, loaded_at=NOW
    )
    return Dispensing.objects.create(
        authorisation=period,
        sequence=period.dispensings.count() + 1,
        kind=kind,
        cycle=cycle,
        happened_on=on,
        product=product,
        lot="L1",
        expires_on=date(2028, 1, 1),
        grams=grams,
        balance_g=period.given_g + grams,
        recorded_at=NOW,
        recorded_by=period.prescriber,
        **about,
    )


def taken_back(period, one):
    return entry(
        period,
        START,
        -one.grams,
        cycle=one.cycle,
        kind="reversed",
        reverses=one,
        dispensed=one,
        reason="Errore.",
    )


def refreshed(period) -> date:
    period.refresh_from_db()
    periods.refresh_due(period)
    period.refresh_from_db()
    return period.due_on


def trigger(period, what, after, interval=None):
    Authorisation.objects.filter(pk=period.pk).update(
        trigger=what, trigger_after=after, interval_days=interval
    )


def test_after_the_last_infusion_each_entry_moves_the_date(period):
    trigger(period, "infusion", 14)
    assert refreshed(period) == date(2027, 2, 23)
    entry(period, START)
    assert refreshed(period) == START + 14 * DAY
    last = entry(period, START + 28 * DAY, cycle=2)
    assert refreshed(period) == START + 42 * DAY
    taken_back(period, last)
    assert refreshed(period) == START + 14 * DAY


def test_after_two_cycles_the_date_follows_the_cycles_given(period):
    trigger(period, "cycles", 2, interval=21)
    assert refreshed(period) == NOW.date() + 42 * DAY
    entry(period, START)
    assert refreshed(period) == START + 42 * DAY
    entry(period, START + DAY)
    entry(period, START + 25 * DAY, cycle=2)
    assert refreshed(period) == START + 46 * DAY


def test_by_the_rule_the_ledger_moves_nothing_and_a_settled_period_stays(period):
    before = period.due_on
    entry(period, START)
    assert refreshed(period) == before
    trigger(period, "infusion", 14)
    Authorisation.objects.filter(pk=period.pk).update(settled_at=NOW)
    assert refreshed(period) == before


def test_the_first_infusion_counts_too_and_arms_the_reminders(people, period):
    trigger(period, "infusion", 14)
    actions.record_infusion(
        period.application_id, on=date(2026, 11, 24), by=people["prescriber-w3"], at=NOW + 2 * DAY
    )
    period.refresh_from_db()
    assert period.due_on == period.next_reminder.reassessment_on == date(2026, 12, 8)


# ── The blood count ─────────────────────────────────────────────────────────────────────────────────────

LAST = START + DAY
CHECK = datetime(2026, 12, 9, 7, tzinfo=ZoneInfo("Europe/Rome"))


@pytest.fixture
def high(period):
    """Two days of 50 g: more than 1.5 g for each of 62 kg."""
    return [entry(period, START, 50), entry(period, LAST, 50)]


def mails(*, at=CHECK) -> list[str]:
    Promise.objects.filter(job__in=["issue_letter", "notify"]).delete()
    mail.outbox.clear()
    keep_due(at=at)
    return [one.to[0].partition("@")[0] for one in mail.outbox]


def test_on_day_7_after_a_high_cycle_the_prescriber_is_told_once(period, high):
    assert haemolysis.sweep(at=CHECK - DAY) == 0
    assert [haemolysis.sweep(at=CHECK), haemolysis.sweep(at=CHECK + DAY)] == [1, 0]
    assert mails() == ["prescriber-w3"]
    assert period.application.number in mail.outbox[0].subject
    assert period.application.patient.surname not in mail.outbox[0].body


def test_below_the_dose_or_of_group_o_nobody_is(period):
    entry(period, START, 92)
    assert haemolysis.sweep(at=CHECK) == 0
    entry(period, LAST, 1)
    period.dose["facts"]["abo"] = "O"
    Authorisation.objects.filter(pk=period.pk).update(dose=period.dose)
    assert haemolysis.sweep(at=CHECK) == 0
    period.dose["facts"]["abo"] = "AB"
    Authorisation.objects.filter(pk=period.pk).update(dose=period.dose)
    assert haemolysis.sweep(at=CHECK) == 1


def test_a_further_infusion_moves_the_day(period, high):
    haemolysis.sweep(at=CHECK)
    entry(period, LAST + 2 * DAY, 10)
    assert mails() == []
    assert haemolysis.sweep(at=CHECK + DAY) == 0
    assert haemolysis.sweep(at=CHECK + 2 * DAY) == 1
    assert mails(at=CHECK + 2 * DAY) == ["prescriber-w3"]


def test_what_was_taken_back_is_checked_by_nobody(period, high):
    haemolysis.sweep(at=CHECK)
    taken_back(period, high[1])
    assert mails() == []
    assert set(Promise.objects.filter(job="tell_haemolysis").values_list("status", flat=True)) == {
        "superseded"
    }


def test_nobody_is_told_of_a_patient_who_died(period, high):
    Authorisation.objects.filter(pk=period.pk).update(settled_at=NOW, verdict="stop_death")
    assert haemolysis.sweep(at=CHECK) == 0
    assert not Reassessment.objects.exists()
