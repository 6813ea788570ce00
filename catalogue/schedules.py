"""What a catalogue row allows, and what a prescriber asks for.

The four families are those of the guidance's Table 3 (seed): "0.4–0.5 g/kg × 2–5 days", "2 g/kg, max 80 g",
"0.5–1 g/kg single dose, repeatable" and "not routinely indicated" (no schema).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from catalogue.dose_values import DoseError, check_count, check_number


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
    uncertain). `open_ended`: repeated, no end printed. `repeatable`: more cycles than `cycles` are foreseen.
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


@dataclass(frozen=True, slots=True)
class Request:
    """What the prescriber asks for: `g_per_kg` is per day or per cycle as `Schedule.per` says."""

    g_per_kg: Decimal
    days: int
    cycles: int = 1

    def check(self) -> None:
        """Raise DoseError for figures no treatment with immunoglobulin has."""
        check_number("g_per_kg", self.g_per_kg, "0.001", "5", "0.001")
        check_count("days", self.days, 1, 10)
        check_count("cycles", self.cycles, 1, 24)
