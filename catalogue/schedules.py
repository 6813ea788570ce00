"""What a catalogue row allows, and what a prescriber asks for.

The four families are those of the guidance's Table 3 (seed): "0.4–0.5 g/kg × 2–5 days", "2 g/kg, max 80 g",
"0.5–1 g/kg single dose, repeatable" and "not routinely indicated" (no schema).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from catalogue.dose_values import DoseError, check_count, check_number
from catalogue.products import Product

# A shorter reason to leave a rule is none (design/domain.md §4).
SHORTEST_REASON = 20


class Family(StrEnum):
    DAILY = "daily"  # a range of g/kg, over a range of days
    CYCLE_CAPPED = "cycle_capped"  # g/kg per cycle, never above a cap in grams
    SINGLE = "single"  # newborn: one dose, repeatable
    NONE = "none"  # not routinely indicated: the prescriber proposes g/kg per day and days


class Reading(StrEnum):
    """What "g/kg" is per. The table leaves it open for the daily family only."""

    PER_DAY = "per_day"
    PER_CYCLE = "per_cycle"

    @property
    def other(self) -> "Reading":
        return Reading.PER_CYCLE if self is Reading.PER_DAY else Reading.PER_DAY


@dataclass(frozen=True, slots=True)
class Schedule:
    """The dosing schedule of one catalogue row. None means "the row does not say".

    Doses in g/kg, cap in grams per cycle, cadence in months between the starts of two cycles.
    `reading` is the interpretation in force of the daily family (rule: per day; `doubtful` where it is truly
    uncertain), settled by whom (in the two languages of the catalogue) and when. `open_ended`: repeated, no
    end printed. `repeatable`: more cycles than `cycles` are foreseen.
    """

    family: Family
    dose_min: Decimal | None = None
    dose_max: Decimal | None = None
    days_min: int | None = None
    days_max: int | None = None
    cap_g: Decimal | None = None
    cycles: int | None = None
    cadence_months: int | None = None
    repeatable: bool = False
    open_ended: bool = False
    reading: Reading = Reading.PER_DAY
    doubtful: bool = False
    settled_by: str = ""
    settled_by_en: str = ""
    settled_on: date | None = None

    @property
    def per(self) -> Reading:
        """What the g/kg of this row, and of a request for it, are per."""
        if self.family is Family.CYCLE_CAPPED:
            return Reading.PER_CYCLE
        return self.reading if self.family is Family.DAILY else Reading.PER_DAY

    def check(self) -> None:
        """Raise DoseError (`schedule_incoherent`) if the row's figures contradict its family."""
        doses = (self.dose_min, self.dose_max)
        days = (self.days_min, self.days_max)
        if any((dose is None) != (self.family is Family.NONE) for dose in doses):
            raise DoseError("schedule_incoherent", "dose_min")
        if doses[0] is not None and doses[1] is not None and not 0 < doses[0] <= doses[1]:
            raise DoseError("schedule_incoherent", "dose_max")
        if (days[0] is None) != (days[1] is None) or (self.family is Family.DAILY and days[0] is None):
            raise DoseError("schedule_incoherent", "days_min")
        if days[0] is not None and days[1] is not None and not 1 <= days[0] <= days[1]:
            raise DoseError("schedule_incoherent", "days_max")
        if (self.family is Family.CYCLE_CAPPED) != (self.cap_g is not None) or (self.cap_g or 1) <= 0:
            raise DoseError("schedule_incoherent", "cap_g")


class Unit(StrEnum):
    """What the interval between the starts of two cycles is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"

    @property
    def days(self) -> int:
        """Days at least: no month is shorter than four weeks."""
        return {Unit.DAYS: 1, Unit.WEEKS: 7, Unit.MONTHS: 28}[self]


@dataclass(frozen=True, slots=True)
class Request:
    """What the prescriber asks for: `g_per_kg` is per day or per cycle as `Schedule.per` says.

    Without `product` any intravenous immunoglobulin may be dispensed. `override_kg` replaces the dosing
    weight of the policy, `ceiling_reason` asks pharmacist and committee to let the dose pass the ceiling:
    each is worth nothing without a reason of 20 characters. `carry_over_g` are grams left from the previous
    period: they lower what is supplied, never what is given.
    """

    g_per_kg: Decimal
    days: int
    cycles: int = 1
    interval: int | None = None
    unit: Unit = Unit.MONTHS
    product: Product | None = None
    override_kg: Decimal | None = None
    override_reason: str = ""
    ceiling_reason: str = ""
    carry_over_g: Decimal = Decimal(0)
    starts_on: date | None = None
    plasma_exchange_on: tuple[date, ...] = ()

    @property
    def override_is_reasoned(self) -> bool:
        return is_reason(self.override_reason)

    @property
    def asks_ceiling_override(self) -> bool:
        return is_reason(self.ceiling_reason)

    def check(self) -> None:
        """Raise DoseError for figures no treatment with immunoglobulin has."""
        check_number("g_per_kg", self.g_per_kg, "0.001", "5", "0.001")
        check_count("days", self.days, 1, 10)
        check_count("cycles", self.cycles, 1, 24)
        check_number("carry_over_g", self.carry_over_g, "0", "5000", "0.01")
        if self.product is not None:
            self.product.check()
        if self.interval is not None:
            check_count("interval", self.interval, 1, 365)
            if self.cycles > 1 and self.interval * self.unit.days < self.days:
                raise DoseError("cycles_overlap", "interval", days=self.days)


def is_reason(text: str) -> bool:
    """Whether a text says enough to be a reason: 20 characters, without the space around and between."""
    return len(" ".join(text.split())) >= SHORTEST_REASON
