"""The result of the dose arithmetic as a value: stored in the snapshot, shown, printed, compared."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from catalogue.dose_values import DoseError, Finding, Severity, decode, encode, plain
from catalogue.rounding import Infusion, RoundingPolicy, Vials, total_vials
from catalogue.schedules import Reading, Request, Schedule
from catalogue.weights import DosingWeight, PatientFacts, WeightPolicy

ENGINE = 1  # raised when the stored shape of a Dose changes


@dataclass(frozen=True, slots=True)
class DosePolicy:
    """The house rules of the arithmetic, as data. Doses in g/kg per cycle, the period in months."""

    weight: WeightPolicy = field(default_factory=WeightPolicy)
    rounding: RoundingPolicy = field(default_factory=RoundingPolicy)
    ceiling: Decimal = Decimal("2")
    haemolysis_from: Decimal = Decimal("1.5")
    max_period_months: int = 3

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "DosePolicy":
        return decode(cls, data)


@dataclass(frozen=True, slots=True)
class OtherReading:
    """What the same request would be under the reading of "g/kg" that is not in force. Grams, cap applied."""

    reading: Reading
    g_per_kg_cycle: Decimal
    day_g: Decimal
    cycle_g: Decimal


@dataclass(frozen=True, slots=True)
class Dose:
    """The whole computation: what went in, what came out, what there is to say about it.

    `asked_g` is the cycle before the cap, `exact_g` after it, before rounding to vials; `cycle_g`, the sum of
    `infusions`, is what is to be given. Grams throughout.
    """

    schedule: Schedule
    facts: PatientFacts
    request: Request
    policy: DosePolicy
    weight: DosingWeight
    g_per_kg_cycle: Decimal
    asked_g: Decimal
    exact_g: Decimal
    ceiling_g: Decimal
    other: OtherReading | None
    rounded: bool
    infusions: tuple[Infusion, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def g_per_kg_day(self) -> Decimal:
        """Asked, before the cap; to 0.001."""
        return thousandths(self.g_per_kg_cycle / self.request.days)

    @property
    def exact_day_g(self) -> Decimal:
        """After the cap, before rounding to vials; to 0.001 g."""
        return thousandths(self.exact_g / self.request.days)

    @property
    def cycle_g(self) -> Decimal:
        return sum((infusion.grams for infusion in self.infusions), Decimal(0))

    @property
    def course_g(self) -> Decimal:
        return self.cycle_g * self.request.cycles

    @property
    def cap_applied(self) -> bool:
        return self.exact_g < self.asked_g

    @property
    def rounding_percent(self) -> Decimal:
        """How far rounding moved the cycle, to 0.1 %; negative when it took away."""
        moved = (self.cycle_g / self.exact_g - 1) * 100
        return moved.quantize(Decimal("0.1"), ROUND_HALF_UP) + 0  # plus nothing: no "-0.0"

    @property
    def vials(self) -> tuple[Vials, ...]:
        """The vials of one cycle, largest first; empty when the exact dose is given."""
        return total_vials(self.infusions)

    @property
    def deviations(self) -> tuple[Finding, ...]:
        """Where the request leaves the range of its row: each needs a justification."""
        return tuple(finding for finding in self.findings if finding.is_deviation)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What forbids submission unless it is changed."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.BLOCKING)

    def as_dict(self) -> dict[str, Any]:
        """For JSON; equal doses give equal dictionaries. `figures` is for readers, `from_dict` ignores it."""
        figures = ("g_per_kg_day", "exact_day_g", "cycle_g", "course_g", "rounding_percent")
        return {
            "engine": ENGINE,
            **encode(self),
            "figures": {name: plain(getattr(self, name)) for name in figures},
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Dose":
        """Read back what `as_dict` wrote; DoseError (`unknown_engine`) if a later version wrote it."""
        if data.get("engine") != ENGINE:
            raise DoseError("unknown_engine", "engine")
        return decode(cls, data)


def thousandths(value: Decimal) -> Decimal:
    """Grams and g/kg that do not divide evenly, to the milligram."""
    return value.quantize(Decimal("0.001"), ROUND_HALF_UP)
