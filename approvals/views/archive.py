"""Every application one may see."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.clock import now
from accounts.models import User
from approvals.archive import ArchiveForm
from approvals.models import Application
from approvals.opening import record_openings
from approvals.rows import header, rows
from treatments import exports

SIZE = 50


@require_safe
def archive(request: HttpRequest) -> HttpResponseBase:
    user, at = cast(User, request.user), now()
    form = ArchiveForm(request.GET, user=user, at=at)
    found = form.applications()
    if (format_ := request.GET.get("format", "")) in exports.FORMATS and form.is_valid():
        return exports.answer(
            format_,
            "richieste",
            header(),
            cells(request, form.order.ordered(found), at),
            filters=form.told(),
            by=user,
            at=at,
        )
    page = form.order.page(found, request.GET.dict(), size=SIZE)
    if form.is_valid() and form.number() and len(page.rows) == 1:
        return redirect("application", page.rows[0].number)
    context = {"form": form, "page": page, "rows": [(row, ()) for row in rows(page.rows, at=at)], "at": at}
    return render(request, "approvals/archive.html", context, status=422 if form.errors else 200)


def cells(request: HttpRequest, found: QuerySet[Application], at: Any) -> Iterator[list[Any]]:
    """All the rows, some hundreds in memory at a time; each row that leaves the house is an access."""
    applications = found.select_related("unit__hospital").iterator(chunk_size=500)
    while some := list(islice(applications, 500)):
        record_openings(request, some, what="export", identity=False)
        yield from (row.cells() for row in rows(some, at=at))
