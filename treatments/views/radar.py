"""Still on treatment? Open periods with nothing dispensed for longer than their interval, by unit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any, cast

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.clock import now
from accounts.models import User
from accounts.people import day
from treatments import charts, due, exports, radar, reminded
from treatments.forms.deadlines import RadarForm
from treatments.models import Authorisation
from treatments.views.deadlines import AREAS, told

SIZE = 50


@require_safe
def still(request: HttpRequest) -> HttpResponseBase:
    user, at = cast(User, request.user), now()
    seen = due.scope(user, at=at)
    if seen.is_empty:
        raise Http404
    form, on = RadarForm(request.GET, seen=seen), day(at)
    found, order = form.periods(on=on), radar.OLDEST_FIRST
    if (format_ := request.GET.get("format", "")) in exports.FORMATS and form.is_valid():
        rows = cells(order.ordered(found), seen, on=on)
        return exports.answer(format_, "ferme", header(), rows, filters=form.told(), by=user, at=at)
    page = order.page(found, request.GET.dict(), size=SIZE)
    units = radar.by_unit(seen, on=on)
    context = {
        "form": form,
        "page": page,
        "rows": lines(page.rows, seen, on=on),
        "units": units,
        "bars": charts.shares([(one.name, (one.stopped, one.never)) for one in units], ("warning", "info")),
        "stopped": sum(one.stopped for one in units),
        "never": sum(one.never for one in units),
        "days": settings.RADAR_DAYS,
        "at": at,
    }
    return render(request, "treatments/radar.html", context, status=422 if form.errors else 200)


def lines(periods: list[Authorisation], seen: due.Scope, *, on: date) -> list[dict[str, Any]]:
    people = reminded.people(periods)
    return [
        {
            "period": period,
            "number": period.number.rsplit("/", 1)[0],
            "opens": seen.opens(period),
            "area": AREAS.get(period.area, period.area),
            "expected_on": period.expected_on,  # type: ignore[attr-defined]
            "days": (on - period.expected_on).days,  # type: ignore[attr-defined]
            "left_g": period.left_g,
            "people": people.get(period.pk, []),
            "reminds": seen.reminds(period),
        }
        for period in periods
    ]


def header() -> list[str]:
    return [
        _("Number"),
        _("Unit"),
        _("Area"),
        _("Indication"),
        _("Prescriber"),
        _("Valid from"),
        _("First infusion"),
        _("Last dispensing"),
        _("Interval (days)"),
        _("Next one expected"),
        _("Days since"),
        _("Grams left"),
        _("Who was reminded"),
    ]


def cells(periods: QuerySet[Authorisation], seen: due.Scope, *, on: date) -> Iterator[list[exports.Cell]]:
    """All the rows, some hundreds in memory at a time."""
    rows = periods.iterator(chunk_size=500)
    while some := list(islice(rows, 500)):
        for row in lines(some, seen, on=on):
            period = row["period"]
            yield [
                row["number"],
                period.unit.name,
                str(row["area"]),
                period.indication_name,
                str(period.prescriber),
                period.valid_from,
                period.first_infusion_on,
                period.last_dispensed_on,
                period.interval_days,
                row["expected_on"],
                row["days"],
                row["left_g"],
                "; ".join(told(person) for person in row["people"]),
            ]
