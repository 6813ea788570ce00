"""What a dose means for the pharmacy: volume, opened vials, what stays in them, cost, grams to supply."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from catalogue.products import Product
from catalogue.rounding import Infusion, covering

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Supply:
    """Grams, millilitres and euro. Volume and cost are None where no product was chosen (or has no price).

    `opened_g` is what the opened vials of one cycle hold, `remainder_g` what stays in them; `grams` is what
    the whole course needs less what is left from the previous period (`carried_g`, as far as it is used).
    Costs count opened vials: what stays in them is paid for too.
    """

    opened_g: Decimal
    remainder_g: Decimal
    course_g: Decimal
    carried_g: Decimal
    grams: Decimal
    day_ml: tuple[Decimal, ...] | None
    cycle_ml: Decimal | None
    course_ml: Decimal | None
    cycle_cost: Decimal | None
    course_cost: Decimal | None
    priced_on: date | None


def supply_of(
    infusions: Iterable[Infusion],
    *,
    cycles: int,
    sizes_g: tuple[Decimal, ...],
    product: Product | None,
    carry_over_g: Decimal,
) -> Supply:
    """What `cycles` times these infusions take. Vials are never shared between two days."""
    given = tuple(infusion.grams for infusion in infusions)
    cycle = sum(given, Decimal(0))
    opened = sum((covering(grams, sizes_g) for grams in given), Decimal(0))
    course = cycle * cycles
    carried = min(carry_over_g, course)
    millilitres = None if product is None else tuple(_millilitres(grams, product) for grams in given)
    volume = None if millilitres is None else sum(millilitres, Decimal(0))
    price = None if product is None else product.price_per_g
    cost = None if price is None else (opened * price).quantize(CENT, ROUND_HALF_UP)
    return Supply(
        opened_g=opened,
        remainder_g=opened - cycle,
        course_g=course,
        carried_g=carried,
        grams=course - carried,
        day_ml=millilitres,
        cycle_ml=volume,
        course_ml=None if volume is None else volume * cycles,
        cycle_cost=cost,
        course_cost=None if cost is None else cost * cycles,
        priced_on=None if product is None else product.priced_on,
    )


def _millilitres(grams: Decimal, product: Product) -> Decimal:
    """To 0.1 mL: a newborn's dose is drawn up in a syringe."""
    return (grams * 100 / product.g_per_100_ml).quantize(Decimal("0.1"), ROUND_HALF_UP)
