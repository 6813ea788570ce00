"""What waits for the person who looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.clock import now
from accounts.models import Role, User
from accounts.people import day, holds, roles
from approvals.rows import Row, header
from approvals.waiting import Task
from approvals.worklist import MOST, Worklist
from approvals.worklist import worklist as read
from treatments import due, exports

COUNTERS = {"late": _("Overdue"), "today": _("Due today"), **dict(Task.choices)}
TONES = {
    "late": "error",
    "today": "warning",
    Task.ANSWER: "warning",
    Task.OVERDUE: "error",
    Task.EMERGENCY: "error",
    Task.FULL_FORM: "warning",
    Task.LATE_EMERGENCY: "error",
    Task.DRAFT: "",
    Task.PREPARE: "",
}


@require_safe
def worklist(request: HttpRequest) -> HttpResponseBase:
    user, at = cast(User, request.user), now()
    if roles(user, at=at) == {Role.AUDITOR}:
        return redirect("trail")
    show = request.GET.get("show", "")
    show = show if show in COUNTERS else ""
    found = read(user, at=at, show=show)
    if (format_ := request.GET.get("format", "")) in exports.FORMATS:
        rows = (row for row, _tasks in found.rows)
        told = {"show": show} if show else {}
        return exports.answer(format_, "da-fare", header(), cells(rows), filters=told, by=user, at=at)
    context = {
        "counters": counters(found, show),
        "rows": [(row, tasks) for row, tasks in found.rows],
        "show": show,
        "most": MOST if len(found.rows) == MOST else 0,
        "at": at,
        "may_write": holds(user, Role.PRESCRIBER, Role.DELEGATE, at=at),
        "deadlines": deadlines(request),
    }
    return render(request, "approvals/worklist.html", context)


def counters(found: Worklist, show: str) -> list[dict[str, Any]]:
    """The counters in order; beyond MOST a task is counted as "100+"."""
    return [
        {
            "name": name,
            "label": COUNTERS[name],
            "count": f"{MOST}+" if count > MOST else str(count),
            "tone": TONES.get(name, "info"),
            "is_current": name == show,
        }
        for name, count in found.counts.items()
    ]


def deadlines(request: HttpRequest) -> dict[str, int] | None:
    """For administrators, who have no applications of their own: how the reassessments stand."""
    user, at = cast(User, request.user), now()
    if not holds(user, Role.ADMINISTRATOR, at=at):
        return None
    totals = due.burden(due.scope(user, at=at), on=day(at)).totals
    return {"late": totals.late, "week": totals.week, "month": totals.month}


def cells(rows: Iterator[Row]) -> Iterator[list[Any]]:
    return (row.cells() for row in rows)
