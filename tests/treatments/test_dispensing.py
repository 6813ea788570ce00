"""Dispensing against a period: what is refused, in which words; returns, waste, reversals; two at once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.people import day
from approvals import actions
from approvals.workflow import Status
from audit.models import Entry
from documents import filing
from documents.models import Kind
from tests.approvals import emergencies
from tests.approvals.walk import BETTER, LATER, NOW, judged, walk
from tests.treatments.ledgers import LOT, START, WHY, give, period, products
from treatments import dispensing
from treatments.models import Authorisation, CycleReport, Dispensing
from treatments.refusals import AlreadyDone, Refused, Stale

__all__ = ["period", "products"]

MONTH = timedelta(days=31)
LESS = {"reason": WHY, "at": START}


def refused(people, period, sentence: str, **told) -> None:
    with pytest.raises(Refused, match=sentence):
        give(people, period, **told)
    period.refresh_from_db()


def test_the_ledger_counts_what_the_patient_had(people, period):
    give(people, period)
    entry = give(people, period, at=START + timedelta(days=1))
    period.refresh_from_db()
    assert (entry.sequence, entry.cycle, entry.balance_g) == (2, 1, 80)
    assert (period.given_g, period.left_g) == (80, period.grams - 80)
    assert period.last_dispensed_on == day(START + timedelta(days=1))


def test_the_trail_tells_of_it_without_the_patient(people, period):
    give(people, period)
    told = Entry.objects.get(chain=f"application:{period.application_id}", action="dispensed")
    assert told.actor == people["pharmacist-1"]
    assert told.data == {
        "authorisation": period.number,
        "entry": 1,
        "cycle": 1,
        "lot": LOT,
        "grams": "40",
        "balance": "40.000",
    }


@pytest.mark.parametrize("who", ["prescriber-w3", "head-w3", "chair", "director", "administrator"])
def test_nobody_but_a_pharmacist_dispenses(people, period, who):
    refused(people, period, "Può farlo solo un farmacista dell’ospedale", by=who)


def test_a_pharmacist_who_prescribes_it_does_not_dispense_it(people, period):
    Authorisation.objects.filter(pk=period.pk).update(prescriber=people["pharmacist-1"])
    refused(people, period, "deve erogarlo un altro farmacista")
    give(people, period, by="pharmacist-2")


def test_not_before_it_is_valid(people, period):
    refused(people, period, "è valida dal 23 novembre 2026", on=day(NOW) - timedelta(days=1))


@pytest.mark.parametrize(
    ("days", "sentence"), [(2, "per oggi o per domani"), (-8, "Il giorno risale a più di 7 giorni fa")]
)
def test_not_for_a_day_far_away(people, period, days, sentence):
    at = START + timedelta(days=20)
    refused(people, period, sentence, at=at, on=day(at) + timedelta(days=days))


def test_not_after_it_ended_and_how_it_ended(people, period):
    actions.close(
        period.application_id,
        verdict="stop_toxicity",
        reason="Cefalea.",
        by=people["prescriber-w3"],
        at=START,
    )
    refused(people, period, "Il periodo è terminato il 24 novembre 2026 .interruzione: tossicità.")


def test_not_while_it_is_suspended(people, period):
    why = {"ground": "shortage", "reason": "Carenza nazionale del prodotto (inventata)."}
    actions.suspend(period.application_id, **why, by=people["pharmacist-2"], at=START)
    refused(people, period, "è sospesa .carenza del prodotto. dal .* Dott")
    actions.resume(period.application_id, reason=WHY, by=people["pharmacist-2"], at=START)
    give(people, period)


def test_overdue_only_a_dose_already_prepared(people, period, settings):
    late = NOW + timedelta(days=(period.due_on - day(NOW)).days + 1)
    refused(people, period, "La rivalutazione era dovuta il 23 febbraio 2027", at=late)
    refused(people, period, "almeno 20 caratteri", at=late, is_grace=True)
    entry = give(people, period, at=late, is_grace=True, reason="Preparata ieri, prima del termine.")
    assert entry.is_grace
    refused(people, period, "1 dose è già stata erogata", at=late, is_grace=True, reason=WHY)
    settings.DISPENSE_GRACE_DOSES = 0
    dispensing.reverse(period.pk, entry=1, reason=WHY, by=people["pharmacist-1"], at=late)
    refused(people, period, "La rivalutazione era dovuta", at=late, is_grace=True, reason=WHY)


def test_grace_is_no_way_around_anything_else(people, period):
    late = NOW + timedelta(days=(period.due_on - day(NOW)).days + 1)
    refused(people, period, "restano 80", at=late, is_grace=True, reason=WHY, grams=81)


def test_only_the_product_that_is_authorised(people, products):
    application = walk(people, Status.APPROVED, dose={"product": "provaglobina-10"})
    period = Authorisation.objects.get(application=application)
    refused(people, period, "È autorizzata Provaglobina", product="modellogam-6")
    give(people, period)


def test_only_products_that_are_handled(people, period, products):
    refused(people, period, "Scegli il prodotto", product="nothing")
    products["provaglobina-10"].is_active = False
    products["provaglobina-10"].save()
    refused(people, period, "non è più gestita")


@pytest.mark.parametrize("lot", ["", "   ", "A" * 41, "PG\x00", "PG\u202e17"])
def test_a_lot_is_what_is_printed_on_the_vial(people, period, lot):
    refused(people, period, "lotto", lot=lot)


def test_no_lot_that_has_expired(people, period):
    refused(people, period, "Il lotto è scaduto il 23 novembre 2026", expires_on=day(NOW))
    give(people, period, expires_on=day(START))


@pytest.mark.parametrize("grams", ["0", "-5", "1001", "0.0004"])
def test_grams_are_grams(people, period, grams):
    refused(people, period, "Scrivi i grammi", grams=grams)


def test_not_more_than_a_cycle_allots(people, period):
    give(people, period)
    refused(people, period, "Del ciclo 1 restano 40 g, dell’intero periodo 200 g", grams="40.5")
    give(people, period, grams=40)


def test_the_committee_s_limit_binds(people, period):
    Authorisation.objects.filter(pk=period.pk).update(cycle_g=50)
    period.refresh_from_db()
    refused(people, period, "Del ciclo 1 restano 50 g", grams=51)


def test_not_more_than_the_period_allots(people, period):
    Authorisation.objects.filter(pk=period.pk).update(grams=100)
    give(people, period, grams=80)
    refused(people, period, "dell’intero periodo 20 g", at=START + MONTH, grams=21)
    give(people, period, at=START + MONTH, grams=20)


def test_not_too_early_for_the_interval(people, period):
    give(people, period, grams=80)
    refused(
        people, period, "il ciclo successivo può iniziare dal 21 dicembre 2026", at=START + timedelta(days=26)
    )
    assert give(people, period, at=START + timedelta(days=27), grams=80).cycle == 2


def test_not_more_cycles_than_authorised(people, period):
    for n in range(3):
        give(people, period, at=START + n * MONTH, grams=80 if n < 2 else 70)
    refused(people, period, "Del ciclo 3 restano 10 g", at=START + 2 * MONTH, grams=20)
    give(people, period, at=START + 2 * MONTH, grams=10)
    refused(people, period, "Tutti i 3 cicli", at=START + 2 * MONTH + timedelta(days=10), grams=1)


def test_the_one_cycle_of_an_emergency(people, products):
    application = emergencies.authorised(people, author="prescriber-w3", code=emergencies.HAEMOLYSIS)
    period = Authorisation.objects.get(application=application)
    cycle = dispensing.plan_of(period).cycle_g
    at = period.opened_at + timedelta(hours=1)
    give(people, period, at=at, grams=cycle)
    refused(people, period, "Il ciclo di questo periodo è stato erogato", at=at, grams=1)
    late = at + timedelta(days=9)
    refused(people, period, "L’autorizzazione provvisoria è terminata", at=late, grams=1)


def test_by_night_the_pharmacist_on_call_dispenses_an_emergency_and_nothing_else(people, period):
    refused(people, period, "Può farlo solo un farmacista", by="on-call-pharmacist")
    application = emergencies.authorised(
        people, author="prescriber-w3", code=emergencies.HAEMOLYSIS, person=3
    )
    provisional = Authorisation.objects.get(application=application)
    at = provisional.opened_at + timedelta(hours=1)
    assert give(people, provisional, at=at, grams=10, by="on-call-pharmacist").grams == 10
    seen = Authorisation.objects.visible_to(people["on-call-pharmacist"], at=at)
    assert list(seen) == [provisional]


def test_a_report_may_be_wanted_before_the_next_cycle(people, period, settings):
    settings.CYCLE_REPORT_ROWS = [period.indication_code]
    give(people, period, grams=80)
    refused(people, period, "Prima del ciclo 2 il reparto riferisce sul ciclo 1", at=START + MONTH)
    told = {"response": "better", "recorded_at": START, "recorded_by": people["prescriber-w3"]}
    CycleReport.objects.create(authorisation=period, cycle=1, **told)
    assert give(people, period, at=START + MONTH).cycle == 2


def test_nothing_is_dispensed_under_the_next_period_of_another(people, period):
    author = people["prescriber-w3"]
    actions.reassess(period.application_id, outcome=judged(BETTER), by=author, at=LATER)
    refused(people, period, "Il periodo è terminato", at=LATER)
    give(people, Authorisation.objects.live().get(), at=LATER)


def test_where_the_row_says_so_the_cycles_given_move_the_reassessment(people, period):
    """“After 2 cycles”: a month after the second one, and never later than the hospital's rule."""
    filed = filing.reserve("t", kind=Kind.APPROVAL, number=period.number, at=NOW, by=people["chair"])
    Authorisation.objects.filter(pk=period.pk).update(trigger="cycles", trigger_after=2)
    for n in range(2):
        give(people, period, at=START + n * MONTH, grams=80)
    period.refresh_from_db()
    filed.refresh_from_db()
    assert period.due_on == filed.valid_until == day(START + MONTH) + timedelta(days=28)
    dispensing.reverse(
        period.pk,
        entry=2,
        reason="Erogata per errore, mai infusa.",
        by=people["pharmacist-1"],
        at=START + MONTH,
    )
    period.refresh_from_db()
    assert period.due_on == day(START) + timedelta(days=56)


def less(act, people, period, *, entry=1, grams=10, by="pharmacist-1", **changed):
    told = {"entry": entry, "grams": Decimal(grams), **LESS, **changed}
    return act(period.pk, by=people[by], **told)


@pytest.mark.parametrize("act", [dispensing.take_back, dispensing.waste])
def test_what_came_back_or_was_wasted_may_be_given_again(people, period, act):
    give(people, period, grams=80)
    entry = less(act, people, period, grams=30)
    assert (entry.grams, entry.balance_g, entry.cycle, entry.lot) == (-30, 50, 1, LOT)
    with pytest.raises(Refused, match="Di questa erogazione restano 50 g"):
        less(act, people, period, grams="50.001")
    give(people, period, grams=30)
    period.refresh_from_db()
    assert period.given_g == 80


def test_only_what_was_dispensed_comes_back(people, period):
    give(people, period)
    less(dispensing.take_back, people, period)
    with pytest.raises(Refused, match="Solo ciò che è stato erogato"):
        less(dispensing.waste, people, period, entry=2)
    with pytest.raises(Refused, match="non contiene questa riga"):
        less(dispensing.waste, people, period, entry=9)
    with pytest.raises(Refused, match="almeno 20 caratteri"):
        less(dispensing.waste, people, period, reason="Rotto")
    with pytest.raises(Refused, match="fra l’erogazione e oggi"):
        less(dispensing.waste, people, period, on=day(NOW))


def reverse(
    people, period, entry, *, by="pharmacist-2", reason="Paziente sbagliato, riga errata.", **changed
):
    return dispensing.reverse(
        period.pk, entry=entry, reason=reason, by=people[by], **{"at": START, **changed}
    )


def test_a_mistaken_entry_is_reversed_by_another_and_stays(people, period):
    give(people, period)
    reverse(people, period, 1)
    period.refresh_from_db()
    assert (period.given_g, period.last_dispensed_on) == (0, None)
    assert [entry.grams for entry in period.dispensings.all()] == [40, -40]
    # And written again, it is cycle 1 still.
    assert give(people, period, grams=80).cycle == 1


def test_an_entry_is_reversed_once_and_in_its_order(people, period):
    give(people, period, grams=80)
    less(dispensing.take_back, people, period, grams=30)
    with pytest.raises(Refused, match="stornare prima quella riga"):
        reverse(people, period, 1)
    reverse(people, period, 2)
    with pytest.raises(Refused, match="già stornata"):
        reverse(people, period, 2)
    with pytest.raises(Refused, match="Uno storno non si storna"):
        reverse(people, period, 3)
    with pytest.raises(Refused, match="almeno 20 caratteri"):
        reverse(people, period, 1, reason="Errore")
    reverse(people, period, 1)
    period.refresh_from_db()
    assert period.given_g == 0


def test_a_return_is_not_reversed_once_it_was_given_again(people, period):
    Authorisation.objects.filter(pk=period.pk).update(grams=80)
    give(people, period, grams=80)
    less(dispensing.take_back, people, period, grams=30)
    give(people, period, grams=30)
    with pytest.raises(Refused, match="è stato erogato di nuovo"):
        reverse(people, period, 2)


def test_a_double_click_writes_once(people, period):
    give(people, period, seen=0)
    with pytest.raises(AlreadyDone):
        give(people, period, seen=0)
    assert period.dispensings.count() == 1


def test_whoever_looks_at_an_old_page_reads_what_happened_meanwhile(people, period):
    give(people, period, seen=0)
    with pytest.raises(Stale, match=r"Nel frattempo .* ha scritto «Erogato, 40 g»"):
        give(people, period, seen=0, by="pharmacist-2")
    with pytest.raises(Stale):  # the same person, another amount
        give(people, period, seen=0, grams=20)
    assert period.dispensings.count() == 1


FORGED = {
    "a gram out of nothing": {"balance_g": 41},
    "a gap": {"sequence": 3},
    "beyond the allotment": {"grams": 10_000, "balance_g": 10_000},
    "less than nothing": {"grams": -1, "balance_g": -1},
}


@pytest.mark.parametrize("change", FORGED.values(), ids=FORGED)
def test_the_database_refuses_a_ledger_that_does_not_add_up(people, period, products, change):
    entry = {
        "authorisation": period,
        "sequence": 1,
        "kind": "dispensed",
        "cycle": 1,
        "happened_on": day(START),
        "product": products["provaglobina-10"],
        "lot": LOT,
        "expires_on": date(2027, 1, 1),
        "grams": 40,
        "balance_g": 40,
        "recorded_at": START,
        "recorded_by": people["pharmacist-1"],
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispensing.objects.create(**entry | change)
    Dispensing.objects.create(**entry)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE treatments_dispensing SET lot = 'X'",
        "DELETE FROM treatments_dispensing",
        "UPDATE treatments_authorisation SET given_g = 0",
        "UPDATE treatments_authorisation SET grams = 10",
    ],
)
def test_the_database_keeps_what_is_written(people, period, statement):
    give(people, period)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
