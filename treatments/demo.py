"""What the invented pharmacy handed out: cycle after cycle, by the real functions, as on the day itself.

Some vials come back, one breaks, one entry was written for the wrong lot; some wards never come back for the
next cycle, and tell nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.people import day
from catalogue.doses import Dose
from catalogue.models import Product
from treatments import cycles, dispensing, reporting
from treatments.dispensing_rules import Handing, plan_of
from treatments.models import Authorisation
from treatments.standings import State, standing

MILLIGRAM = Decimal("0.001")
UNUSED = "Infusione sospesa per cefalea: flacone integro, catena del freddo mantenuta (caso inventato)."
BROKEN = "Flacone rotto durante la preparazione in farmacia (caso inventato)."
WRONG_LOT = "Letto il lotto del flacone accanto: registrazione ripetuta (caso inventato)."
LATE = "Dose già allestita prima del termine della rivalutazione (caso inventato)."
QUARTERS = "ADKP"


@dataclass(frozen=True)
class Pharmacy:
    """Who hands out, to which invented person: their number decides what goes differently."""

    by: User
    person: int

    def treat(self, pk: int, *, first: date, until: datetime, most: int = 99) -> None:
        """The cycles that were not given yet, counted from the first day, as far as that moment; no more than
        so many."""
        period = Authorisation.objects.get(pk=pk)
        plan, given = plan_of(period), len(cycles.given(period.dispensings.all()))
        wanted = 1 if self.is_never_seen_again or plan.interval is None else plan.cycles
        for n in range(given, min(wanted, given + most)):
            on = first + plan.interval * n if plan.interval else first
            if morning(on) > until or not self.cycle(pk, on=on, until=until):
                return

    @property
    def is_never_seen_again(self) -> bool:
        return self.person % 6 == 2

    def cycle(self, pk: int, *, on: date, until: datetime) -> bool:
        """One cycle, day by day or at once; whether it could begin."""
        period = Authorisation.objects.get(pk=pk)
        found = standing(period, on=on)
        if found.state != State.READY:
            return False
        for n, grams in enumerate(self.portions(period, found.left_g)):
            at = morning(on + timedelta(days=n))
            if at > until or (n and standing(period, on=day(at)).state != State.READY):
                break
            self.dispense(period, grams, at=at)
        if found.cycle == 1:
            self.go_differently(period, until=until)
        elif self.person % 2:
            events = "Cefalea lieve, risolta (caso inventato)." if self.person % 3 else ""
            told = {"response": "better", "adverse_events": events}
            reporting.report(pk, cycle=found.cycle - 1, by=self.by, at=morning(on), **told)
        return True

    def portions(self, period: Authorisation, left: Decimal) -> Sequence[Decimal]:
        """Each day's grams for every fifth patient; the others take the cycle home to the ward at once."""
        days = [infusion.grams for infusion in Dose.from_dict(period.dose).infusions]
        if self.person % 5 == 0 and sum(days) <= left:
            return days
        return [left.quantize(MILLIGRAM, ROUND_DOWN)]

    def dispense(self, period: Authorisation, grams: Decimal, *, at: datetime, suffix: str = "") -> None:
        product, on = product_of(period), day(at)
        handing = Handing(product, lot(product, on=on) + suffix, expiry(on), grams, on)
        dispensing.dispense(period.pk, handing, by=self.by, at=at)

    def go_differently(self, period: Authorisation, *, until: datetime) -> None:
        """What happens after the first cycle of some; all of it within the story's time."""
        last = period.dispensings.order_by("sequence").last()
        if last is None or (at := morning(last.happened_on) + timedelta(hours=3)) > until:
            return
        vial = min(last.product.sizes_g[-1], last.grams)
        told: dict[str, Any] = {"entry": last.sequence, "by": self.by, "at": at}
        match self.person % 7:
            case 1:
                dispensing.take_back(period.pk, grams=vial, reason=UNUSED, **told)
            case 3:
                dispensing.waste(period.pk, grams=vial, reason=BROKEN, **told)
                self.dispense(period, vial, at=at)
            case 5:
                dispensing.reverse(period.pk, reason=WRONG_LOT, **told)
                self.dispense(period, last.grams, at=at, suffix="B")


def after_the_term(pk: int, *, by: User, now: datetime) -> None:
    """The one dose of grace, two days after the reassessment was due, where something was left to give."""
    period = Authorisation.objects.get(pk=pk)
    at = morning(period.due_on + timedelta(days=2))
    found = standing(period, on=day(at))
    if at > now or not found.is_given_on_grace:
        return
    product, on = product_of(period), day(at)
    grams = min(Dose.from_dict(period.dose).infusions[0].grams, found.left_g).quantize(MILLIGRAM, ROUND_DOWN)
    handing = Handing(product, lot(product, on=on), expiry(on), grams, on, is_grace=True, reason=LATE)
    dispensing.dispense(pk, handing, by=by, at=at)


def product_of(period: Authorisation) -> Product:
    wanted = Dose.from_dict(period.dose).request.product
    products = Product.objects.active()
    return products.get(code=wanted.code) if wanted else products.order_by("pk")[period.pk % 2]


def lot(product: Product, *, on: date) -> str:
    """One lot of each product a quarter: several people receive the same."""
    return f"{product.code[:2].upper()}{on:%y}{QUARTERS[(on.month - 1) // 3]}{product.pk % 90 + 10}"


def expiry(on: date) -> date:
    """The same for the whole lot: the second year after it, in the month its quarter begins with."""
    return date(on.year + 2, (on.month - 1) // 3 * 3 + 1, 30)


def morning(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(9, 40)))
