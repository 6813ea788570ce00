"""The result of the dose arithmetic as a value: stored in the snapshot, shown, printed, compared."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from catalogue.dose_values import DoseError, Finding, Severity, decode, encode, plain
from catalogue.rounding import Infusion, RoundingPolicy, Vials, total_vials
from catalogue.schedules import Reading, Request, Schedule
from catalogue.supply import Supply, supply_of
from catalogue.weights import DosingWeight, PatientFacts, WeightPolicy

# Raised when the stored shape of a Dose changes; every earlier one stays readable. 2: product, risks,
# interval, overrides, carry-over.
ENGINE = 2
READABLE = (1, 2)
FIGURES = (
    "g_per_kg_day",
    "exact_day_g",
    "cycle_g",
    "course_g",
    "rounding_percent",
    "saved_by_weight_g",
    "saved_by_rounding_g",
)


@dataclass(frozen=True, slots=True)
class DosePolicy:
    """The house rules of the arithmetic, as data. Doses in g/kg per cycle, the period in months.

    Of the patient: serum IgA in g/L (below 0.07 is a selective deficiency, ESID; above 6, half as much again
    as most laboratories call normal, it may be a figure in mg/dL), eGFR in mL/min/1.73 m²; of a product: the
    IgA in µg/mL up to which it counts as poor in IgA.
    """

    weight: WeightPolicy = field(default_factory=WeightPolicy)
    rounding: RoundingPolicy = field(default_factory=RoundingPolicy)
    ceiling: Decimal = Decimal("2")
    haemolysis_from: Decimal = Decimal("1.5")
    max_period_months: int = 3
    iga_deficient_below: Decimal = Decimal("0.07")
    iga_implausible_above: Decimal = Decimal("6")
    low_iga_ug_ml: Decimal = Decimal("50")
    egfr_low: Decimal = Decimal("60")
    elderly_years: int = 65

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "DosePolicy":
        return decode(cls, data)

    @classmethod
    def of_the_hospital(cls, data: dict[str, Any]) -> "DosePolicy":
        """From a setting; what it leaves out keeps its default. Raises ValueError for a name or value that
        means nothing here: a mistyped rule would be a rule that nobody applies."""
        _refuse_unknown(data, encode(cls()))
        try:
            return cls.from_dict(data)
        except (ArithmeticError, TypeError) as error:
            raise ValueError(f"dose policy: {error!r}") from error


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
    def sizes_g(self) -> tuple[Decimal, ...]:
        """The vials the plan is made of: of the product chosen, or of any."""
        product = self.request.product
        return self.policy.rounding.sizes_g if product is None else product.sizes_g

    @property
    def supply(self) -> Supply:
        """Volume, cost and grams to supply."""
        return supply_of(
            self.infusions,
            cycles=self.request.cycles,
            sizes_g=self.sizes_g,
            product=self.request.product,
            carry_over_g=self.request.carry_over_g,
        )

    @property
    def saved_by_weight_g(self) -> Decimal:
        """Grams per cycle that the dosing weight spares, compared with the actual weight."""
        on_actual = self.g_per_kg_cycle * self.weight.actual
        cap = self.schedule.cap_g
        return (on_actual if cap is None else min(on_actual, cap)) - self.exact_g

    @property
    def saved_by_rounding_g(self) -> Decimal:
        """Grams per cycle that whole vials spare; negative where they add some."""
        return self.exact_g - self.cycle_g

    @property
    def needs_ceiling_override(self) -> bool:
        """Whether pharmacist and committee have to let this dose pass the ceiling, each with a reason."""
        return self.g_per_kg_cycle > self.policy.ceiling

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
        figures = {name: plain(getattr(self, name)) for name in FIGURES}
        supply = encode(self.supply)
        return {"engine": ENGINE, **encode(self), "figures": {**figures, "supply": supply}}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Dose":
        """Read back what any engine so far wrote; DoseError (`unknown_engine`) if a later one did."""
        if data.get("engine") not in READABLE:
            raise DoseError("unknown_engine", "engine")
        return decode(cls, data)


def _refuse_unknown(given: dict[str, Any], known: dict[str, Any]) -> None:
    for name, value in given.items():
        if name not in known or type(value) is not type(known[name]):
            raise ValueError(
                f'dose policy: "{name}" is not known, or of another kind than {known.get(name)!r}'
            )
        if isinstance(value, dict):
            _refuse_unknown(value, known[name])


def thousandths(value: Decimal) -> Decimal:
    """Grams and g/kg that do not divide evenly, to the milligram."""
    return value.quantize(Decimal("0.001"), ROUND_HALF_UP)
