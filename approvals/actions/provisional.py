"""How the one cycle of an emergency ends: judged by the committee, and counted where it goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from accounts.models import User
from accounts.people import day
from approvals.actions.replacing import end_letter
from approvals.models import Application
from treatments import periods
from treatments.models import Authorisation, Verdict


def end_provisional(
    application: Application, verdict: Verdict, *, by: User | None, at: datetime
) -> Authorisation | None:
    """The one cycle of an emergency is judged: nothing more is given under it, its letter ends that day. None
    where there is no emergency."""
    period = application.authorisations.live().select_for_update().filter(is_provisional=True).first()
    if period is not None:
        periods.settle(period, verdict=verdict, by=by, at=at)
        end_letter(period, day(at))
    return period


def without_given(granted: periods.Terms, given: Authorisation | None) -> periods.Terms:
    """What is left of the course once the cycle given in the emergency counts as its first. While no infusion
    is recorded nothing was given, and the whole course is still to come."""
    if given is None or given.first_infusion_on is None:
        return granted
    return replace(
        granted,
        cycles=max(granted.cycles - 1, 0),
        grams=max(granted.grams - given.grams, Decimal(0)),
        discharged=periods.Discharge(
            given.discharged_on, given.discharge_recorded_at, given.discharge_recorded_by
        ),
        infused=periods.Infusion(
            given.first_infusion_on, given.infusion_recorded_at, given.infusion_recorded_by
        ),
    )
