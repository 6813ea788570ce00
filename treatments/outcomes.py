"""Judging a measure against its baseline and target. Pure."""

from __future__ import annotations

from decimal import Decimal


def is_met(baseline: Decimal, target: Decimal, now: Decimal) -> bool:
    """Whether the target is reached, in the direction in which it lies from the baseline."""
    return now >= target if target > baseline else now <= target


def has_benefit(baseline: Decimal, target: Decimal, now: Decimal) -> bool:
    """Whether the value moved towards the target at all."""
    return now > baseline if target > baseline else now < baseline
