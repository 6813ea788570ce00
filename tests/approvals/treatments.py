"""Treatments of the tests: something dispensed without the pharmacy's own actions; a letter as drawn."""

from datetime import date
from decimal import Decimal

from approvals import letters
from catalogue import product_loading
from catalogue.models import Product
from documents.filing import reserve
from tests.approvals.walk import NOW
from treatments.models import Authorisation, Dispensing


def dispensed(people, period: Authorisation, grams, *, cycle=1, on: date, at=NOW) -> Dispensing:
    """An entry of the ledger, as the database lets it in."""
    if not Product.objects.exists():
        product_loading.load(product_loading.DEMO, at=at)
    period.refresh_from_db()
    return Dispensing.objects.create(
        authorisation=period,
        sequence=period.dispensings.count() + 1,
        kind="dispensed",
        cycle=cycle,
        happened_on=on,
        product=Product.objects.first(),
        lot="INV-001",
        expires_on=date(2028, 1, 1),
        grams=Decimal(grams),
        balance_g=period.given_g + Decimal(grams),
        recorded_at=at,
        recorded_by=people["pharmacist-1"],
    )


def drawn(step):
    """The letter of a step as it would be drawn now."""
    draft = letters.of(step)
    key = f"issue_letter:{step.pk}"
    return draft.compose(reserve(key, kind=draft.kind, number=draft.number, at=step.at, by=step.by))
