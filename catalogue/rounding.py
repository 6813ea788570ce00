"""From grams to whole vials: the day plan of one cycle."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal
from functools import lru_cache
from itertools import groupby
from math import gcd

# The fewest vials that make an amount, one count per size; None where no vials do.
Breakdown = tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class RoundingPolicy:
    """Vial sizes in grams (the default: what "any IVIg" is sold in) and how far rounding may go.

    A cycle off by less than `indifference` counts as exact, so that nobody opens six small vials where one
    large one is half a gram away: a weight is not known that well.
    """

    sizes_g: tuple[Decimal, ...] = tuple(Decimal(size) for size in ("1", "2.5", "5", "10", "20", "30"))
    tolerance: Decimal = Decimal("0.10")
    indifference: Decimal = Decimal("0.01")
    min_weight_kg: Decimal = Decimal("10")


@dataclass(frozen=True, slots=True)
class Vials:
    size_g: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Infusion:
    """What is given on one day; no vials where the exact dose is drawn up."""

    day: int
    grams: Decimal
    vials: tuple[Vials, ...]


def exact_days(total: Decimal, days: int) -> tuple[Infusion, ...]:
    """Share the exact total equally, to 0.01 g; the last day takes the remainder: days sum to the cycle."""
    share = (total / days).quantize(Decimal("0.01"), ROUND_DOWN) if days > 1 else total
    shares = [share] * (days - 1) + [total - share * (days - 1)]
    return tuple(Infusion(day, grams, ()) for day, grams in enumerate(shares, start=1))


@lru_cache(maxsize=256)  # one page, its check and its summary all ask for the same plan
def whole_vial_days(
    total: Decimal, days: int, limit: Decimal, policy: RoundingPolicy
) -> tuple[Infusion, ...] | None:
    """Plan `days` infusions in whole vials, or None if the rule forbids every plan.

    Each day stays within the tolerance of total / days and the cycle within `limit` (all grams). Among such
    plans: the cycle closest to the computed total, closer than the indifference being as good as exact; then
    the fewest vials, the closest, the lower cycle, the most even days. At most two different day amounts, the
    lower first.
    """
    unit, sizes = _units(policy.sizes_g)
    least = (total * (1 - policy.tolerance) / (unit * days)).to_integral_value(ROUND_CEILING)
    most = (total * (1 + policy.tolerance) / (unit * days)).to_integral_value(ROUND_FLOOR)
    made_of = _fewest_vials(sizes, _bound(int(most)))
    amounts = {n: sum(found) for n in range(int(least), int(most) + 1) if (found := made_of[n])}
    highest = int((limit / unit).to_integral_value(ROUND_FLOOR))
    indifferent = total * policy.indifference
    cycles = [
        (max(abs(n * unit - total), indifferent), abs(n * unit - total), n)
        for n in range(int(least) * days, min(int(most) * days, highest) + 1)
    ]
    for _, as_close in groupby(sorted(cycles), key=lambda cycle: cycle[0]):
        plans = [
            (vials, off, n, unevenness, plan)
            for _, off, n in as_close
            for vials, unevenness, plan in _splits(n, days, amounts)
        ]
        if plans:
            return tuple(
                Infusion(day, n * unit, _vials(made_of[n], policy.sizes_g))
                for day, n in enumerate(min(plans)[-1], start=1)
            )
    return None


def total_vials(infusions: Iterable[Infusion]) -> tuple[Vials, ...]:
    """The vials of the whole cycle, largest first."""
    counts: dict[Decimal, int] = {}
    for infusion in infusions:
        for vials in infusion.vials:
            counts[vials.size_g] = counts.get(vials.size_g, 0) + vials.count
    return tuple(Vials(size, counts[size]) for size in sorted(counts, reverse=True))


def covering(grams: Decimal, sizes_g: tuple[Decimal, ...]) -> Decimal:
    """The least amount of whole vials, of whatever number, that holds `grams`."""
    unit, sizes = _units(sizes_g)
    least = int((grams / unit).to_integral_value(ROUND_CEILING))
    most = least + min(sizes)  # that many of the smallest vial are enough
    made_of = _fewest_vials(sizes, _bound(most))
    return next(n for n in range(least, most + 1) if made_of[n]) * unit


def _bound(most: int) -> int:
    """A table is built to a power of two, so that the next dose finds it there."""
    return max(256, 1 << most.bit_length())


def _splits(cycle: int, days: int, amounts: dict[int, int]) -> Iterator[tuple[int, int, list[int]]]:
    """Every way to reach `cycle` with at most two day amounts, as (vials, unevenness, amounts day by day)."""
    if cycle % days == 0 and cycle // days in amounts:
        yield amounts[cycle // days] * days, 0, [cycle // days] * days
    for low, low_vials in amounts.items():
        surplus = cycle - low * days  # shared by the days with the higher amount
        if surplus <= 0:
            break
        for high_days in range(1, days):
            high = low + surplus // high_days
            if surplus % high_days == 0 and high in amounts:
                vials = low_vials * (days - high_days) + amounts[high] * high_days
                yield vials, high - low, [low] * (days - high_days) + [high] * high_days


def _units(sizes_g: tuple[Decimal, ...]) -> tuple[Decimal, tuple[int, ...]]:
    """The largest amount all sizes are multiples of, and the sizes counted in it: integers search faster."""
    milligrams = [int(size * 1000) for size in sizes_g]
    unit = gcd(*milligrams)
    return Decimal(unit) / 1000, tuple(size // unit for size in milligrams)


@lru_cache(maxsize=64)
def _fewest_vials(sizes: tuple[int, ...], upto: int) -> list[Breakdown]:
    """For each amount up to `upto`: the fewest vials; of ways with as few, the one with fewer small ones."""
    table: list[Breakdown] = [(0,) * len(sizes)]
    for amount in range(1, upto + 1):
        ways = []
        for place, size in enumerate(sizes):
            before = table[amount - size] if size <= amount else None
            if before is not None:
                ways.append((*before[:place], before[place] + 1, *before[place + 1 :]))
        table.append(min(ways, key=lambda way: (sum(way), way), default=None))
    return table


def _vials(way: Breakdown, sizes_g: tuple[Decimal, ...]) -> tuple[Vials, ...]:
    pairs = zip(sizes_g, way or (), strict=True)
    return tuple(Vials(size, count) for size, count in sorted(pairs, reverse=True) if count)
