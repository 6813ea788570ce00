"""Ledgers of the tests: an approved treatment, and what the pharmacy hands out under it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.people import day
from approvals.workflow import Status
from catalogue import product_loading
from catalogue.models import Product
from tests.approvals.walk import NOW, walk
from treatments import dispensing
from treatments.dispensing_rules import Handing
from treatments.models import Authorisation

START = NOW + timedelta(days=1)
LOT = "PG24K017"
WHY = "Flacone rotto durante la preparazione."


@pytest.fixture
def products(catalogue) -> dict[str, Product]:
    product_loading.load(product_loading.DEMO, at=NOW - timedelta(days=400))
    return Product.objects.in_bulk(field_name="code")


@pytest.fixture
def period(people, catalogue, products) -> Authorisation:
    """Three cycles a month apart, of any immunoglobulin; the committee allows 80 g each."""
    application = walk(people, Status.APPROVED, dose={"product": "any"})
    Authorisation.objects.filter(application=application).update(cycle_g=80, grams=240)
    return Authorisation.objects.get(application=application)


def handing(product="provaglobina-10", **changed) -> Handing:
    told = {
        "product": Product.objects.filter(code=product).first(),
        "lot": LOT,
        "expires_on": date(2027, 12, 31),
        "grams": Decimal(40),
        "on": day(START),
    }
    return Handing(**{**told, **changed})


def give(people, period, *, at: datetime = START, grams=40, by="pharmacist-1", seen=None, **changed):
    """Handed out on that day; the entry."""
    told = {"grams": Decimal(grams), "on": day(at), **changed}
    return dispensing.dispense(period.pk, handing(**told), by=people[by], at=at, seen=seen)
