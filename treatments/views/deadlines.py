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
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.clock import now
from accounts.models import User
from accounts.people import day
from catalogue.choices import Area
from outbox.models import Promise, Status
from treatments import charts, due, exports
from treatments.forms.deadlines import ORDERS, DeadlinesForm
from treatments.models import Authorisation
from treatments.reminders import Kind

SIZE = 50
SOON = 5


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
    page = order.page(found, request.GET.dict(), size=SIZE)
    loads = due.loads(seen, on=on)
    context = {
        "form": form,
        "page": page,
        "rows": lines(page.rows, seen, on=on),
        "soon": lines(soon(seen, on=on), seen, on=on),
        "loads": loads,
        "bars": charts.bars(loads),
        "totals": {name: sum(getattr(load, name) for load in loads) for name in ("late", "week", "month")},
        "sort": sort if sort in ORDERS else "due",
        "at": at,
    }
    return render(request, "treatments/deadlines.html", context, status=422 if form.errors else 200)


def lines(periods: list[Authorisation], seen: due.Scope, *, on: date) -> list[dict[str, Any]]:
    """The rows of the page: each period with the days left and its reminders."""
    areas = dict(Area.choices)
    reminders = due.reminders(periods)
    return [
        {
            "period": period,
            "number": period.number.rsplit("/", 1)[0],
            "opens": seen.opens(period),
            "area": areas.get(period.area, period.area),
            "days": (period.due_on - on).days,
            "days_late": (on - period.due_on).days,
            "reminders": [reminder(kind, promise) for kind, promise in reminders.get(period.pk, [])],
        }
        for period in periods
    ]


def soon(seen: due.Scope, *, on: date) -> list[Authorisation]:
    """The first few of the next seven days."""
    found = due.within(seen.periods(), "week", on=on).select_related("unit").defer("dose")
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
    ]


def cells(periods: QuerySet[Authorisation], seen: due.Scope, *, on: date) -> Iterator[list[exports.Cell]]:
    """All the rows, some hundreds in memory at a time."""
    rows = periods.iterator(chunk_size=500)
    while some := list(islice(rows, 500)):
        for line in lines(some, seen, on=on):
            period = line["period"]
            yield [
                line["number"],
                period.period,
                period.unit.name,
                str(line["area"]),
                period.indication_name,
                str(period.prescriber),
                period.valid_from,
                period.first_infusion_on,
                period.due_on,
                ", ".join(f"{one['label']} ({one['status']})" for one in line["reminders"]),
            ]
