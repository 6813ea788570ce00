"""Who received a lot: asked when a manufacturer recalls it, and answered at once (index `dispensed_lot`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit import trail
from catalogue.models import Product
from treatments.models import Authorisation, Dispensing

Kind = Dispensing.Kind
# Entries that stand: a reversal and what it takes back add up to nothing.
STANDS = Q(reversal=None) & ~Q(kind=Kind.REVERSED)
NOTHING = Decimal(0)


class Outcome(models.TextChoices):
    RECEIVED = "received", _("Received")
    CAME_BACK = "came_back", _("Returned or wasted altogether")
    MISTAKEN = "mistaken", _("Written by mistake, and reversed")


TONES = {Outcome.RECEIVED: "error", Outcome.CAME_BACK: "info", Outcome.MISTAKEN: ""}


@dataclass(frozen=True)
class Recipient:
    """What became of the lot under one authorisation; `net_g` is what the patient had of it."""

    period: Authorisation
    product: Product
    expires_on: date
    days: list[date]
    dispensed_g: Decimal
    returned_g: Decimal
    wasted_g: Decimal

    @property
    def net_g(self) -> Decimal:
        return self.dispensed_g - self.returned_g - self.wasted_g

    @property
    def outcome(self) -> Outcome:
        if self.net_g:
            return Outcome.RECEIVED
        return Outcome.CAME_BACK if self.dispensed_g else Outcome.MISTAKEN

    @property
    def tone(self) -> str:
        return TONES[self.outcome]


def recipients(lot: str, *, hospitals: Iterable[int]) -> list[Recipient]:
    """By authorisation and product: those who received it first, the latest of them on top."""
    sums = list(_sums(lot, hospitals))
    periods = Authorisation.objects.select_related("unit", "prescriber", "patient").defer("dose")
    by_pk = periods.in_bulk({row["authorisation"] for row in sums})
    products = Product.objects.in_bulk({row["product"] for row in sums})
    found = [
        Recipient(
            by_pk[row["authorisation"]],
            products[row["product"]],
            row["expiry"],
            row["days"],
            row["dispensed"] or NOTHING,
            -(row["returned"] or NOTHING),
            -(row["wasted"] or NOTHING),
        )
        for row in sums
    ]
    order = list(Outcome)
    found.sort(key=lambda one: one.period.number)
    found.sort(key=lambda one: max(one.days), reverse=True)
    found.sort(key=lambda one: order.index(one.outcome))
    return found


def _sums(lot: str, hospitals: Iterable[int]) -> Iterable[Any]:
    of_lot = Dispensing.objects.alias(printed=Upper("lot")).filter(
        printed=lot, authorisation__hospital__in=hospitals, authorisation__is_masked=False
    )

    def grams(kind: Kind) -> Sum:
        return Sum("grams", filter=STANDS & Q(kind=kind))

    # Without the model's own order, which would be one more thing to group by.
    return (
        of_lot.order_by()
        .values("authorisation", "product")
        .annotate(
            expiry=models.Max("expires_on"),
            days=ArrayAgg(
                "happened_on", filter=Q(kind=Kind.DISPENSED), distinct=True, order_by="happened_on"
            ),
            dispensed=grams(Kind.DISPENSED),
            returned=grams(Kind.RETURNED),
            wasted=grams(Kind.WASTED),
        )
    )


def record_search(lot: str, found: list[Recipient], *, by: User, at: datetime) -> None:
    """Whose treatment the answer showed. A lot that nobody received may be any words: they are left out."""
    applications = sorted({one.period.application_id for one in found})
    data = {"lot": lot if found else "", "applications": applications}
    trail.record(f"lot:{by.pk}", "lot_searched", by=by, at=at, data=data)
