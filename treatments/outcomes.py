"""What a value measured now says of the plan: pure. Why so: docs/decisions/2026-11-27-benefit.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# How far a value may move away from its target, in per cent of the way from the baseline to it, before it is
# clearly worse: no measure is exact.
NOISE_PERCENT = 10


@dataclass(frozen=True)
class Measurement:
    """A declared measure and its value now; None while nobody could measure it."""

    measure: str
    unit: str
    baseline: Decimal
    target: Decimal
    now: Decimal | None = None

    @property
    def better(self) -> str:
        """ "up" or "down": where the target lies from the baseline."""
        return "up" if self.target > self.baseline else "down"

    @property
    def change(self) -> Decimal | None:
        return None if self.now is None else self.now - self.baseline

    @property
    def percent(self) -> Decimal | None:
        """The change in per cent of the baseline, to 0.1; None where the baseline is nought."""
        if self.change is None or not self.baseline:
            return None
        percent = self.change / abs(self.baseline) * 100
        return percent.quantize(Decimal("0.1"), ROUND_HALF_UP) + 0  # plus nothing: no "-0.0"

    @property
    def is_met(self) -> bool | None:
        return None if self.now is None else is_met(self.baseline, self.target, self.now)

    @property
    def has_benefit(self) -> bool | None:
        return None if self.now is None else has_benefit(self.baseline, self.target, self.now)

    @property
    def is_worse(self) -> bool:
        """Whether it moved clearly away from its target."""
        if self.change is None:
            return False
        way = self.target - self.baseline
        away = -self.change if way > 0 else self.change
        return away * 100 > abs(way) * NOISE_PERCENT


def is_met(baseline: Decimal, target: Decimal, now: Decimal) -> bool:
    """Whether the target is reached, in the direction in which it lies from the baseline."""
    return now >= target if target > baseline else now <= target


def has_benefit(baseline: Decimal, target: Decimal, now: Decimal) -> bool:
    """Whether the value moved towards the target at all."""
    return now > baseline if target > baseline else now < baseline


def shows_benefit(measured: Iterable[Measurement]) -> bool | None:
    """Of the whole plan: at least one measure moved towards its target, and none is clearly worse.

    None where nothing was measured: nobody can say.
    """
    known = [one for one in measured if one.now is not None]
    if not known:
        return None
    return any(one.has_benefit for one in known) and not any(one.is_worse for one in known)
