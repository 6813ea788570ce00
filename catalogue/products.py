"""A product one may dispense, as a value: what the dose arithmetic needs to know of it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from catalogue.dose_values import DoseError, check_number

ATC = "J06BA02"  # immunoglobulins, normal human, for intravascular administration (WHO)


class Stabiliser(StrEnum):
    """What keeps the protein in solution: each has its own patients at risk."""

    NONE = "none"
    GLYCINE = "glycine"
    PROLINE = "proline"
    GLUCOSE = "glucose"
    MALTOSE = "maltose"
    SORBITOL = "sorbitol"
    SUCROSE = "sucrose"


@dataclass(frozen=True, slots=True)
class Product:
    """One immunoglobulin. Vials in g, concentration in g per 100 mL, IgA in µg/mL, price in euro per gram.

    The price is the one in force on the day the dose was computed, `priced_on` the day it holds from; both
    are None where no price is known. `iga_ug_ml` is the most IgA the label allows; None: not stated.
    """

    code: str
    name: str
    sizes_g: tuple[Decimal, ...]
    g_per_100_ml: Decimal
    manufacturer: str = ""
    atc: str = ATC
    stabiliser: Stabiliser = Stabiliser.NONE
    iga_ug_ml: Decimal | None = None
    price_per_g: Decimal | None = None
    priced_on: date | None = None

    def check(self) -> None:
        """Raise DoseError for a product that cannot be dispensed."""
        if not self.sizes_g or list(self.sizes_g) != sorted(set(self.sizes_g)):
            raise DoseError("sizes_incoherent", "product")
        for size in self.sizes_g:
            check_number("product", size, "0.1", "100", "0.1")
        check_number("product", self.g_per_100_ml, "1", "25", "0.01")
        if (self.price_per_g is None) != (self.priced_on is None):
            raise DoseError("price_incoherent", "product")
        if self.price_per_g is not None:
            check_number("product", self.price_per_g, "0", "10000", "0.01")
