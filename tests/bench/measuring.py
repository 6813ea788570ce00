"""Measuring two ways of doing the same, in turns, and saying how they compare."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time


@dataclass(frozen=True)
class Figure:
    """One row of the page: medians in seconds, or the figure itself as words."""

    name: str
    ours: str
    floor: str
    ratio: str
    target: str

    @property
    def line(self) -> str:
        return f"| {self.name} | {self.ours} | {self.floor} | {self.ratio} | {self.target} |"


def in_turns(
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    rounds: int,
    clock: Callable[[], float] = perf_counter,
) -> tuple[float, float]:
    """The medians of both, measured alternately so that a busy moment hits both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, kept in zip((ours, floor), times, strict=True):
            began = clock()
            work()
            kept.append(clock() - began)
    return median(times[0]), median(times[1])


def compared(name: str, medians: tuple[float, float], target: str) -> Figure:
    ours, floor = medians
    return Figure(name, shown(ours), shown(floor), f"{ours / floor:.2f}", target)


def shown(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"


cpu = process_time
