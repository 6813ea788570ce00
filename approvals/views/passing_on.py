"""Handing a treatment over from the deadlines page: for administrators, who open no patient's file.

The page says number, unit and area of the indication, and calls the same action as the one in the file.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.models import Role, User
from accounts.people import hospital_ids
from approvals import actions
from approvals.forms import TransferForm
from approvals.models import Application
from approvals.permissions import why_not
from approvals.refusals import AlreadyDone, Refused, Stale
from approvals.workflow import Action
from treatments.models import Authorisation


@require_http_methods(["GET", "HEAD", "POST"])
def pass_on(request: HttpRequest, number: str) -> HttpResponse:
    at, user = now(), cast(User, request.user)
    application = find(user, number, at=at)
    form = TransferForm(application, at=at, data=request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return page(request, form, at=at)
    if not form.is_valid():
        # A double click: whoever was chosen treats already, and is no choice any more.
        if is_done(application, user, seen=form.data.get("version", "")):
            return done(request, number)
        return page(request, form, at=at, status=422)
    try:
        actions.transfer(application.pk, by=user, at=at, **form.content())
    except AlreadyDone:
        pass
    except Refused as refusal:
        form.refuse(refusal)
        form.renew(find(user, number, at=at))
        status = 422 if refusal.shortcomings else 409
        return page(request, form, at=at, status=status, is_stale=isinstance(refusal, Stale))
    return done(request, number)


def is_done(application: Application, user: User, *, seen: str) -> bool:
    """Whether the last thing that happened is this very handing over."""
    step = application.last_step
    is_theirs = step is not None and step.action == Action.TRANSFER and step.by_id == user.pk
    return is_theirs and seen == str(application.version - 1)


def done(request: HttpRequest, number: str) -> HttpResponse:
    messages.success(request, _("%(number)s: passed on. Whoever goes on is told.") % {"number": number})
    return redirect("deadlines")


def find(user: User, number: str, *, at: datetime) -> Application:
    """An application of the administrator's hospital that has, or had, a treatment."""
    if not number.isprintable():
        raise Http404
    hospitals = hospital_ids(user, Role.ADMINISTRATOR, at=at)
    treated = Authorisation.objects.filter(hospital__in=hospitals, is_provisional=False, is_masked=False)
    found = Application.objects.select_related("unit__hospital", "author", "indication__edition")
    return get_object_or_404(found, number=number, pk__in=treated.values("application"))


def page(
    request: HttpRequest, form: TransferForm, *, at: datetime, status: int = 200, is_stale: bool = False
) -> HttpResponse:
    application = form.application
    period = application.authorisations.live().select_related("unit", "prescriber").first()
    context = {
        "application": application,
        "period": period,
        "area": application.indication.get_area_display() if application.indication else "",
        "form": form,
        "why_not": why_not(cast(User, request.user), Action.TRANSFER, application, at=at),
        "is_stale": is_stale,
    }
    return render(request, "approvals/pass_on.html", context, status=status)
