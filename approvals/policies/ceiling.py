"""A dose above the highest one per cycle (docs/decisions/2026-11-23-above-the-ceiling.md)."""

from __future__ import annotations

from approvals.models import Application


def is_above_ceiling(application: Application) -> bool:
    """Whether what was sent passes the highest dose per cycle (design/domain.md §4): the pharmacist and the
    committee have to let it pass, each with a reason."""
    return application.snapshot.dose.needs_ceiling_override


def pharmacist_let_pass(application: Application) -> bool:
    """Whether the pharmacist has a reason for this dose: answers given since may have raised it."""
    opinion = application.opinions.order_by("given_at").last()
    if opinion is None:  # held not admissible, then appealed
        return False
    read = application.snapshots.filter(frozen_at__lte=opinion.given_at).latest("revision")
    return bool(opinion.ceiling_reason) and application.snapshot.dose.exact_g <= read.dose.exact_g
