"""Which reassessments are due, by unit and one by one. Numbers and units only: no patient stands here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.clock import now
from accounts.models import User
from accounts.people import day
from catalogue.choices import Area
from outbox.models import Promise, Status
from treatments import charts, due, exports, reminded
from treatments.forms.deadlines import ORDERS, DeadlinesForm
from treatments.models import Authorisation
from treatments.reminders import Kind

AREAS = dict(Area.choices)
SIZE = 50
SOON = 5
# Rows of the printed list: more than that is a file, not paper.
PRINTED = 500


@require_safe
def deadlines(request: HttpRequest) -> HttpResponseBase:
    user, at = cast(User, request.user), now()
    seen = due.scope(user, at=at)
    if seen.is_empty:
        raise Http404
    form, on = DeadlinesForm(request.GET, seen=seen), day(at)
    found = form.periods(on=on)
    sort = request.GET.get("sort", "")
    order = ORDERS.get(sort, ORDERS["due"])
    if (format_ := request.GET.get("format", "")) in exports.FORMATS and form.is_valid():
        rows = cells(order.ordered(found), seen, on=on)
        return exports.answer(format_, "scadenze", header(), rows, filters=form.told(), by=user, at=at)
    is_printed = "print" in request.GET
    asked, size = ({}, PRINTED) if is_printed else (request.GET.dict(), SIZE)
    page = order.page(found, asked, size=size)
    counted = due.burden(seen, on=on, **form.place)
    context = {
        "form": form,
        "page": page,
        "rows": lines(page.rows, seen, on=on),
        "soon": [line(period, seen, on=on) for period in soon(seen, on=on)],
        "charts": [
            chart("unit", _("By unit, next 30 days"), _("Unit"), counted.by_unit),
            chart("area", _("By area, next 30 days"), _("Area"), counted.by_area),
        ],
        "totals": counted.totals,
        "has_any": bool(counted.by_unit),
        "sort": sort if sort in ORDERS else "due",
        "is_printed": is_printed,
        "most": PRINTED,
        "at": at,
    }
    return render(request, "treatments/deadlines.html", context, status=422 if form.errors else 200)


def chart(name: str, title: str, column: str, loads: list[due.Load]) -> dict[str, Any]:
    """Bars and their table; each row of it is a filter of the list below."""
    return {"name": name, "title": title, "column": column, "loads": loads, "bars": charts.bars(loads)}


def lines(periods: list[Authorisation], seen: due.Scope, *, on: date) -> list[dict[str, Any]]:
    """The rows of the page: each period with the days left, its reminders, and who got them."""
    reminders, people = due.reminders(periods), reminded.people(periods)
    return [
        line(period, seen, on=on)
        | {
            "reminders": [reminder(kind, promise) for kind, promise in reminders.get(period.pk, [])],
            "people": people.get(period.pk, []),
            "reminds": seen.reminds(period),
            "passes_on": seen.passes_on(period),
        }
        for period in periods
    ]


def line(period: Authorisation, seen: due.Scope, *, on: date) -> dict[str, Any]:
    return {
        "period": period,
        "number": period.number.rsplit("/", 1)[0],
        "opens": seen.opens(period),
        "area": AREAS.get(period.area, period.area),
        "days": (period.due_on - on).days,
        "days_late": (on - period.due_on).days,
    }


def soon(seen: due.Scope, *, on: date) -> list[Authorisation]:
    """The first few of the next seven days."""
    found = due.within(seen.periods().listed(), "week", on=on)
    return list(found.order_by("due_on", "id")[:SOON])


def reminder(kind: Kind, promise: Promise) -> dict[str, Any]:
    """What became of a reminder: once its job is done the mails are on their way."""
    return {
        "label": kind.label,
        "at": promise.settled_at or promise.promised_at,
        "status": promise.get_status_display() if promise.status != Status.DONE else _("sent"),
        "is_done": promise.status == Status.DONE,
    }


def header() -> list[str]:
    return [
        _("Number"),
        _("Period"),
        _("Unit"),
        _("Area"),
        _("Indication"),
        _("Prescriber"),
        _("Valid from"),
        _("First infusion"),
        _("Reassessment due"),
        _("Reminders"),
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
                period.period,
                period.unit.name,
                str(row["area"]),
                period.indication_name,
                str(period.prescriber),
                period.valid_from,
                period.first_infusion_on,
                period.due_on,
                ", ".join(f"{one['label']} ({one['status']})" for one in row["reminders"]),
                "; ".join(told(person) for person in row["people"]),
            ]


def told(person: reminded.Reminded) -> str:
    """Name, how often, when: in one cell of a file."""
    when = ", ".join(f"{timezone.localtime(moment):%d/%m/%Y}" for moment in person.sent)
    return f"{person.name}: {len(person.sent)} ({when})" if person.sent else f"{person.name}: {person.rest}"
