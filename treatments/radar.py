"""Still on treatment? Open periods in which nothing was dispensed for longer than their interval.

The day on which the next grams were expected: the last dispensing, or the first infusion, or the beginning
of the period, and the interval after it (31 days where the dose names none). RADAR_DAYS later nobody knows
whether the treatment goes on. Written exactly as in the index of migration 0014, which the list is read by.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, DateField, Q
from django.db.models.expressions import RawSQL

from treatments.due import Scope
from treatments.models import Authorisation, AuthorisationQuerySet
from treatments.paging import Keyset

EXPECTED = RawSQL(
    "(coalesce(treatments_authorisation.last_dispensed_on, treatments_authorisation.first_infusion_on,"
    " treatments_authorisation.valid_from) + coalesce(treatments_authorisation.interval_days, 31))",
    [],
    output_field=DateField(),
)
# The longest silent first.
OLDEST_FIRST = Keyset(("expected_on", "id"))


@dataclass(frozen=True)
class Silence:
    """In one unit: periods that stopped being dispensed, and those that never were."""

    name: str
    key: int
    stopped: int
    never: int

    @property
    def total(self) -> int:
        return self.stopped + self.never


def silent(seen: Scope, *, on: date) -> AuthorisationQuerySet:
    """What the person sees of them. The hospital is always named, because the index begins with it."""
    found = (
        Authorisation.objects.to_reassess().shown(own_units=seen.open_units).annotate(expected_on=EXPECTED)
    )
    found = found.filter(expected_on__lt=on - timedelta(days=settings.RADAR_DAYS))
    if not seen.units:
        return found.filter(hospital__in=seen.hospitals)
    own = Q(unit__in=seen.units, hospital__in=seen.unit_hospitals)
    return found.filter(own | Q(hospital__in=seen.hospitals)) if seen.hospitals else found.filter(own)


def by_unit(seen: Scope, *, on: date) -> list[Silence]:
    """The units with the most of them first. Two queries."""
    names = dict(seen.places().values_list("pk", "name"))
    counted = (
        silent(seen, on=on)
        .values("unit_id")
        .order_by()
        .annotate(all=Count("pk"), never=Count("pk", filter=Q(last_dispensed_on=None)))
        .values_list("unit_id", "all", "never")
    )
    found = [Silence(names[unit], unit, total - never, never) for unit, total, never in counted]
    return sorted(found, key=lambda one: (-one.stopped, -one.total, one.name))
