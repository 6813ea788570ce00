"""The periodic review of all roles in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import reviewing, roles
from accounts.clock import now
from accounts.models import Membership, Role, RoleConfirmation
from accounts.people import day, holds
from accounts.refusals import AlreadyDone, Refused
from accounts.role_models import Source
from staff.finding import administrator
from staff.forms import ReviewEndForm
from treatments import exports
from treatments.exports import Cell

SIZE = 100
DIRECTOR = (Role.MEDICAL_DIRECTOR,)


@require_safe
def review(request: HttpRequest) -> HttpResponseBase:
    """Unit by unit; what is not reviewed yet, or everything."""
    at = now()
    user, hospitals = administrator(request, at=at, also=DIRECTOR)
    first = reviewing.period(day(at))
    found = listed(hospitals, first, at=at)
    if (format_ := request.GET.get("format", "")) in exports.FORMATS:
        told: dict[str, Any] = {"filters": {"period": first.isoformat()}, "by": user, "at": at}
        return exports.answer(format_, "revisione-ruoli", header(), cells(found, first), **told)
    counted = list(found.values_list("is_reviewed", flat=True))
    shows_all = "all" in request.GET
    page = Paginator(found if shows_all else found.filter(is_reviewed=False), SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "administers": holds(user, Role.ADMINISTRATOR, at=at),
        "lines": [(one, reviewing.why_not(one, by=user, at=at)) for one in page],
        "done": sum(counted),
        "total": len(counted),
        "shows_all": shows_all,
        "first": first,
        "due_on": reviewing.due_on(first),
        "is_late": day(at) > reviewing.due_on(first) and not all(counted),
        "confirmed": confirmed(page, first),
    }
    return render(request, "staff/review.html", context)


def listed(hospitals: list[int], first: date, *, at: datetime) -> QuerySet[Any]:
    found = reviewing.to_review(hospitals[0], first, at=at)
    for hospital in hospitals[1:]:
        found = found | reviewing.to_review(hospital, first, at=at)
    return found.select_related("user", "unit", "stands_in_for__user").order_by(
        "unit__name", "unit", "user__last_name", "user__first_name", "pk"
    )


def confirmed(page: Any, first: date) -> dict[int, RoleConfirmation]:
    """By role, who confirmed it in this period."""
    made = RoleConfirmation.objects.filter(membership__in=list(page), period_on=first)
    return {one.membership_id: one for one in made.select_related("confirmed_by")}


def header() -> list[str]:
    return [
        _("Unit"),
        _("Surname"),
        _("Name"),
        _("User name"),
        _("Role"),
        _("From"),
        _("To"),
        _("Last sign-in"),
        _("Confirmed"),
        _("Confirmed by"),
    ]


def cells(found: QuerySet[Any], first: date) -> Iterator[list[Cell]]:
    made = confirmed(found, first)
    for one in found:
        who, sign = one.user, made.get(one.pk)
        cells: list[Cell] = [one.unit.name, who.last_name, who.first_name, who.username]
        cells += [one.get_role_display(), one.from_on, one.to_on, who.last_login]
        yield [*cells, sign.confirmed_at if sign else None, sign.confirmed_by.signature if sign else ""]


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm one role, or end it."""
    at = now()
    by, hospitals = administrator(request, at=at, also=DIRECTOR)
    held = Membership.objects.select_related("user", "unit", "stands_in_for")
    one = get_object_or_404(held, pk=pk, unit__hospital__in=hospitals)
    try:
        if "end" in request.POST:
            form = ReviewEndForm(request.POST)
            if not form.is_valid():
                raise Refused(_("Write the last day as day/month/year, for example 5/3/2026."))
            reason = _("Periodic review")
            told: dict[str, Any] = {"reason": reason, "by": by, "at": at}
            roles.end(one, last_on=form.cleaned_data["last_on"], source=Source.REVIEW, **told)
            messages.success(request, _("The last day of the role is recorded."))
        else:
            reviewing.confirm(one, by=by, at=at)
            messages.success(request, _("Confirmed: %(who)s.") % {"who": one.user.signature})
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    except Refused as refusal:
        messages.error(request, f"{one.user.signature}: {refusal.sentence}")
    return redirect("role-review")
