"""Reports for those who answer for a hospital: figures of a period, as page, XLSX or CSV."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.clock import now
from accounts.models import Role, Unit, User
from accounts.people import day, hospital_ids
from approvals.forms.reports import ReportForm
from approvals.models.application import HOSPITAL_ROLES
from approvals.reports import counting, tables
from approvals.reports.asking import Asked
from approvals.reports.links import Links
from audit import trail
from treatments import exports

READERS = (Role.ADMINISTRATOR, Role.MEDICAL_DIRECTOR, Role.PHARMACIST)
PUBLISHERS = (Role.ADMINISTRATOR, Role.MEDICAL_DIRECTOR)


@require_safe
def reports(request: HttpRequest) -> HttpResponseBase:
    user, at = cast(User, request.user), now()
    hospitals = frozenset(hospital_ids(user, *READERS, at=at))
    if not hospitals:
        raise Http404
    units = dict(Unit.objects.filter(hospital__in=hospitals).values_list("pk", "name"))
    form = ReportForm(request.GET, hospitals=hospitals, units=units, today=day(at))
    asked = form.asked()
    # An application is opened from its list: only by those who see the whole hospital's, one by one.
    opens = hospitals <= set(hospital_ids(user, *HOSPITAL_ROLES, at=at))
    found = counting.figures(asked)
    shown = tables.tables(found, Links(asked, opens), units)
    if (format_ := request.GET.get("format", "")) in exports.FORMATS and form.is_valid():
        return export(format_, shown, asked, units, form, by=user, at=at)
    trail.record(f"export:{user.pk}", "report_read", by=user, at=at, data=form.told())
    context = {
        "form": form,
        "asked": asked,
        "found": found,
        "tables": shown,
        "in_time": in_time(found),
        "times": found.times.get(None),
        "publishes": hospital_ids(user, *PUBLISHERS, at=at),
        "last_year": day(at).year - 1,
        "at": at,
    }
    return render(request, "approvals/reports.html", context, status=422 if form.errors else 200)


def in_time(found: counting.Figures) -> int | None:
    due = found.due
    return round(100 * due.in_time / due.expected) if due.expected else None


def export(
    format_: str,
    shown: list[tables.Table],
    asked: Asked,
    units: dict[int, str],
    form: ReportForm,
    *,
    by: User,
    at: datetime,
) -> HttpResponseBase:
    about = filters(asked, units)
    told: dict[str, Any] = {"filters": form.told(), "by": by, "at": at}
    if format_ == "xlsx":
        sheets = [exports.Sheet(_("Report"), [_("Filter"), _("Value")], about)]
        sheets += [exports.Sheet(one.title, one.columns, [row.cells for row in one.rows]) for one in shown]
        return exports.answer_book("rapporto", sheets, **told)
    return exports.answer(format_, "rapporto", [_("Report")], [*about, [], *tables.cells(shown)], **told)


def filters(asked: Asked, units: dict[int, str]) -> list[list[exports.Cell]]:
    """What the figures are about, in words."""
    everything = _("All")
    return [
        [_("From"), date_format(asked.span.first)],
        [_("Until"), date_format(asked.span.last)],
        [_("Unit"), units.get(asked.unit, everything) if asked.unit else everything],
        [_("Area"), asked.area or everything],
        [_("Row"), asked.row or everything],
    ]
