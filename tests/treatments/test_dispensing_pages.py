"""The pharmacy's pages: found by code, written down once, refused beside the field, read by the ward."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.people import day
from approvals import actions
from approvals.workflow import Status
from audit.models import Entry
from catalogue.models import Product
from tests.approvals.walk import walk
from tests.treatments.ledgers import products
from treatments.models import Authorisation

__all__ = ["products"]


@pytest.fixture
def period(people, catalogue, products) -> Authorisation:
    """As in `ledgers`, beginning now: pages live by the real clock."""
    application = walk(
        people, Status.APPROVED, at=timezone.now() - timedelta(days=1), dose={"product": "any"}
    )
    Authorisation.objects.filter(application=application).update(cycle_g=80, grams=240)
    return Authorisation.objects.get(application=application)


@pytest.fixture
def pharmacist(client, people):
    client.force_login(people["pharmacist-1"])
    return client


def page_of(period) -> str:
    return reverse("authorisation", args=[period.address])


def typed(**changed) -> dict[str, str]:
    today = day(timezone.now())
    told = {
        "seen": "0",
        "product": str(Product.objects.get(code="provaglobina-10").pk),
        "lot": "pg24k017",
        "expires_on": f"31/12/{today.year + 1}",
        "grams": "40",
        "on": f"{today:%d/%m/%Y}",
    }
    return told | changed


def test_a_dose_is_written_down_and_the_form_is_filled_for_the_next(pharmacist, period):
    page = pharmacist.post(page_of(period), typed(), follow=True)
    assert "Registrati 40 g del lotto PG24K017" in page.text
    period.refresh_from_db()
    assert period.given_g == 40
    form = page.context["form"]
    assert (form.initial["lot"], form.initial["seen"]) == ("PG24K017", 1)
    assert "Ciclo 1 di 3: si possono erogare 40 g" in page.text


def test_what_is_refused_stands_beside_its_field_and_what_was_typed_stays(pharmacist, period):
    page = pharmacist.post(page_of(period), typed(grams="80,5", lot=""))
    assert page.status_code == 422
    assert "Scrivi il lotto" in page.text
    page = pharmacist.post(page_of(period), typed(grams="80,5"))
    assert page.status_code == 422
    assert "Del ciclo 1 restano 80 g" in page.context["form"].errors["grams"][0]
    assert 'value="80,5"' in page.text
    assert not period.dispensings.exists()


@pytest.mark.parametrize("grams", ["1.250", "quaranta", "-1", "9" * 400, "NaN"])
def test_grams_that_cannot_be_read_are_an_error_in_words(pharmacist, period, grams):
    page = pharmacist.post(page_of(period), typed(grams=grams))
    assert (page.status_code, period.dispensings.count()) == (422, 0)
    assert page.context["form"].errors["grams"]


def test_the_same_click_twice_writes_once_and_an_old_page_is_told(pharmacist, period, people):
    pharmacist.post(page_of(period), typed())
    page = pharmacist.post(page_of(period), typed(), follow=True)
    assert "già stata scritta da te" in page.text
    pharmacist.force_login(people["pharmacist-2"])
    page = pharmacist.post(page_of(period), typed(grams="20"))
    assert page.status_code == 409
    assert "Nel frattempo" in page.text
    # The page is as it is now: the same form sent again counts.
    assert page.context["form"]["seen"].value() == "1"
    assert period.dispensings.count() == 1


def test_less_of_it_and_a_reversal_are_a_page_away(pharmacist, period):
    pharmacist.post(page_of(period), typed())
    why = "Flacone rotto durante la preparazione."
    address = reverse("ledger-entry", args=[period.address, 1, "scarto"])
    assert pharmacist.post(address, {"seen": "1", "grams": "50", "reason": why}).status_code == 422
    assert pharmacist.post(address, {"seen": "1", "grams": "10", "reason": why}).status_code == 302
    address = reverse("ledger-entry", args=[period.address, 2, "storno"])
    assert pharmacist.post(address, {"seen": "2", "reason": "Corto"}).status_code == 422
    page = pharmacist.post(address, {"seen": "2", "reason": why}, follow=True)
    assert "<s>Scartato</s>" in page.text
    period.refresh_from_db()
    assert period.given_g == 40


def test_those_who_treat_read_it_and_report_on_a_cycle_and_write_nothing_else(
    client, people, pharmacist, period
):
    pharmacist.post(page_of(period), typed())
    client.force_login(people["prescriber-w3"])
    page = client.get(page_of(period))
    assert "PG24K017" in page.text
    assert 'name="lot"' not in page.text
    refused = client.post(page_of(period), typed(seen="1"))
    assert "Può farlo solo un farmacista" in refused.text
    assert client.get(reverse("ledger-entry", args=[period.address, 1, "storno"])).status_code == 404
    address = reverse("cycle-report", args=[period.address, 1])
    assert client.post(address, {"response": "better", "adverse": "some"}).status_code == 422
    page = client.post(address, {"response": "better", "adverse": "none"}, follow=True)
    assert "Migliorato" in page.text
    # Once.
    assert (
        "già stato riferito"
        in client.post(address, {"response": "worse", "adverse": "none"}, follow=True).text
    )
    assert period.cycle_reports.get().response == "better"
    assert client.get(reverse("cycle-report", args=[period.address, 2])).status_code == 404


@pytest.mark.parametrize("who", ["prescriber-w5", "administrator", "auditor", "member-1"])
def test_nobody_else_reads_it(client, people, period, who):
    client.force_login(people[who])
    assert client.get(page_of(period)).status_code == 404
    assert client.get(reverse("dispensings")).status_code == 404


def test_who_read_a_ledger_stands_in_the_trail(pharmacist, people, period):
    pharmacist.get(page_of(period))
    told = Entry.objects.get(chain=f"application:{period.application_id}", action="opened")
    assert told.actor == people["pharmacist-1"]
    why = {"what": f"ledger:{period.pk}", "why": "pharmacy", "where": "127.0.0.1"}
    assert told.data == {"roles": ["pharmacist"], "identity": True, **why}


def find(client, q):
    return client.post(reverse("dispensings"), {"q": q})


def test_a_treatment_is_found_by_code_number_or_name(pharmacist, period):
    assert find(pharmacist, period.code.lower()).url == page_of(period)
    for q in (
        "",
        period.number[:10],
        period.patient.surname.lower(),
        f"{period.patient.name} {period.patient.surname}",
    ):
        assert period.code in find(pharmacist, q).text
    for q in ("Nessuno", "%", "\x00", "x" * 5000):
        assert period.code not in find(pharmacist, q).text
    wrong = period.code[:-1] + ("A" if period.code[-1] != "A" else "B")
    assert "L’ultimo carattere non corrisponde" in find(pharmacist, wrong).text


def test_a_surname_never_stands_in_an_address(pharmacist, period):
    """Addresses are logged: what is searched for is posted, and nothing in the address is listened to."""
    page = pharmacist.get(reverse("dispensings"), {"q": "Nessuno"})
    assert period.code in page.text  # the whole list
    assert 'method="post" role="search"' in page.text


def test_the_list_says_what_may_be_given_today(pharmacist, people, period):
    assert "Erogabile" in find(pharmacist, "").text
    why = {"ground": "safety", "reason": "Segnalazione su un lotto (inventata)."}
    actions.suspend(period.application_id, **why, by=people["director"], at=timezone.now())
    page = find(pharmacist, "")
    assert "Sospesa" in page.text
    assert "Erogabile" not in page.text


def test_the_list_takes_as_many_queries_whatever_its_length(
    pharmacist, people, period, django_assert_max_num_queries
):
    for person in range(1, 6):
        walk(people, Status.APPROVED, at=timezone.now() - timedelta(days=1), person=person)
    with django_assert_max_num_queries(9):
        find(pharmacist, "")
