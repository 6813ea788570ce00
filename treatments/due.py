"""Reassessments that are due: whose a person may look at, how many in each unit, which reminders went out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import Role, Unit, User
from accounts.people import hospital_ids, memberships, unit_ids
from catalogue.choices import Area
from outbox.models import Promise
from treatments.models import Authorisation, AuthorisationQuerySet
from treatments.reminders import Kind

HOSPITAL_WIDE = (Role.ADMINISTRATOR, Role.MEDICAL_DIRECTOR, Role.PHARMACIST)
OWN_UNIT = (Role.HEAD_OF_UNIT, Role.PRESCRIBER)
WEEK, MONTH = 7, 30


@dataclass(frozen=True)
class Scope:
    """The hospitals and the single units whose deadlines a person sees, and those whose files they open."""

    hospitals: frozenset[int]
    units: frozenset[int]
    open_hospitals: frozenset[int]
    open_units: frozenset[int]
    # Hospitals of the single units. Where they may pass a treatment on to another prescriber: in the file,
    # and by its number only.
    unit_hospitals: frozenset[int] = frozenset()
    passing_hospitals: frozenset[int] = frozenset()
    administered: frozenset[int] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not self.hospitals and not self.units

    def periods(self) -> AuthorisationQuerySet:
        """The periods that await their reassessment. One kind of key where one is enough: an index fits."""
        live = Authorisation.objects.to_reassess().shown(own_units=self.open_units)
        if not self.units:
            return live.filter(hospital__in=self.hospitals)
        if not self.hospitals:
            return live.filter(unit__in=self.units)
        return live.filter(Q(hospital__in=self.hospitals) | Q(unit__in=self.units))

    def places(self) -> QuerySet[Unit]:
        return Unit.objects.filter(Q(hospital__in=self.hospitals) | Q(pk__in=self.units))

    def opens(self, period: Authorisation) -> bool:
        """Whether the person may open the file; an administrator reads its number only."""
        return period.hospital_id in self.open_hospitals or period.unit_id in self.open_units

    def reminds(self, period: Authorisation) -> bool:
        """Whether the person may have the prescriber reminded: those who watch over the whole hospital."""
        return period.hospital_id in self.hospitals

    def passes_on(self, period: Authorisation) -> str:
        """The page where the person may pass the treatment on: "file", "number", or ""."""
        if period.hospital_id in self.passing_hospitals or period.unit_id in self.open_units:
            return "file"
        return "number" if period.hospital_id in self.administered else ""


def scope(user: User, *, at: datetime) -> Scope:
    hospitals = frozenset(hospital_ids(user, *HOSPITAL_WIDE, at=at))
    own = {m.unit_id: m.unit for m in memberships(user, at=at) if m.role in OWN_UNIT}
    clinical = (Role.MEDICAL_DIRECTOR, Role.PHARMACIST)
    return Scope(
        hospitals=hospitals,
        units=frozenset(pk for pk, unit in own.items() if unit.hospital_id not in hospitals),
        open_hospitals=frozenset(hospital_ids(user, *clinical, at=at)),
        open_units=frozenset(unit_ids(user, *OWN_UNIT, at=at)),
        unit_hospitals=frozenset(unit.hospital_id for unit in own.values()),
        passing_hospitals=frozenset(hospital_ids(user, Role.MEDICAL_DIRECTOR, at=at)),
        administered=frozenset(hospital_ids(user, Role.ADMINISTRATOR, at=at)),
    )


@dataclass(frozen=True)
class Load:
    """How many reassessments: overdue; due from today within 7 days; after that within 30. `key` is what the
    filter takes: a unit's, or an area's."""

    name: str
    key: int | str
    late: int
    week: int
    later: int

    @property
    def month(self) -> int:
        """Due from today within 30 days, those of the first 7 included."""
        return self.week + self.later

    @property
    def total(self) -> int:
        return self.late + self.month


@dataclass(frozen=True)
class Burden:
    """The same reassessments counted in three ways; `totals` are those of the unit and area asked for."""

    by_unit: list[Load]
    by_area: list[Load]
    totals: Load


def burden(seen: Scope, *, on: date, unit: int | None = None, area: str = "") -> Burden:
    """Two queries; the second reads an index only, and answers one row for each unit and area."""
    names = dict(seen.places().values_list("pk", "name"))
    week = on + timedelta(days=WEEK)
    counted: list[Any] = list(
        seen.periods()
        .filter(due_on__lte=on + timedelta(days=MONTH))
        .values("unit_id", "area")
        .order_by()
        .annotate(
            late=Count("pk", filter=Q(due_on__lt=on)),
            week=Count("pk", filter=Q(due_on__gte=on, due_on__lte=week)),
            later=Count("pk", filter=Q(due_on__gt=week)),
        )
    )
    areas = {key: str(label) for key, label in Area.choices}
    asked = [
        one for one in counted if (not unit or one["unit_id"] == unit) and (not area or one["area"] == area)
    ]
    return Burden(
        by_unit=_summed(counted, "unit_id", names),
        by_area=_summed(counted, "area", areas),
        totals=_sum("", "", asked),
    )


def _summed(counted: list[dict[str, Any]], field: str, names: dict[Any, str]) -> list[Load]:
    """The most burdened first."""
    keys = dict.fromkeys(one[field] for one in counted)
    found = [
        _sum(names.get(key, str(key)), key, [one for one in counted if one[field] == key]) for key in keys
    ]
    return sorted(found, key=lambda load: (-load.late, -load.total, load.name))


def _sum(name: str, key: int | str, some: list[dict[str, Any]]) -> Load:
    return Load(name, key, *(sum(one[part] for one in some) for part in ("late", "week", "later")))


def within(periods: AuthorisationQuerySet, window: str, *, on: date) -> AuthorisationQuerySet:
    """The overdue ones ("late"), those due from today within 7 or 30 days ("week", "month"), or all."""
    match window:
        case "late":
            return periods.filter(due_on__lt=on)
        case "week" | "month":
            days = WEEK if window == "week" else MONTH
            return periods.filter(due_on__gte=on, due_on__lte=on + timedelta(days=days))
    return periods


def reminders(periods: Iterable[Authorisation]) -> dict[int, list[tuple[Kind, Promise]]]:
    """The reminders promised for the date that holds now, by period: one query by the promises' keys."""
    keys = {
        f"remind:{period.pk}:{kind}:{period.due_on.isoformat()}": (period.pk, kind)
        for period in periods
        for kind in Kind
    }
    found: dict[int, list[tuple[Kind, Promise]]] = {}
    for promise in Promise.objects.filter(key__in=keys).order_by("promised_at", "pk"):
        pk, kind = keys[promise.key]
        found.setdefault(pk, []).append((kind, promise))
    return found
