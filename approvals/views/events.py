"""The adverse events of one application: the list with the time left, recording, marking as reported."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.models import User
from approvals import events as vigilance
from approvals.clock import duration_words
from approvals.forms import ActForm
from approvals.forms.events import EventForm, ReportForm
from approvals.opening import find, record_opening
from approvals.reading import Reading
from approvals.refusals import AlreadyDone, Refused
from treatments.models import AdverseEvent
from treatments.vigilance import report_due


@require_http_methods(["GET", "HEAD", "POST"])
def events(request: HttpRequest, number: str) -> HttpResponse:
    """Record one more."""
    application, at = find(request, number, to_act=True), now()
    form = EventForm(application, at=at, data=request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return page(request, form, at=at)
    if not form.is_valid():
        return page(request, form, at=at, status=422)
    try:
        vigilance.record(application.pk, **form.content(), by=cast(User, request.user), at=at)
    except AlreadyDone as told:
        messages.info(request, told.sentence)
    except Refused as refusal:
        form.refuse(refusal)
        return page(request, form, at=at, status=422 if refusal.shortcomings else 409)
    else:
        messages.success(request, _("%(number)s: adverse event recorded.") % {"number": number})
    return redirect("events", number)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Mark one as reported."""
    application, at = find(request, number, to_act=True), now()
    event = get_object_or_404(AdverseEvent, pk=pk, authorisation__application=application)
    form = ReportForm(application, at=at, data=request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return page(request, form, at=at, event=event)
    if not form.is_valid():
        return page(request, form, at=at, event=event, status=422)
    reference = form.cleaned_data["report_reference"]
    by = cast(User, request.user)
    try:
        vigilance.report(application.pk, event=pk, reference=reference, by=by, at=at)
    except AlreadyDone as told:
        messages.info(request, told.sentence)
    except Refused as refusal:
        form.refuse(refusal)
        return page(request, form, at=at, event=event, status=422 if refusal.shortcomings else 409)
    else:
        messages.success(request, _("%(number)s: marked as reported.") % {"number": number})
    return redirect("events", number)


def page(
    request: HttpRequest,
    form: ActForm,
    *,
    at: datetime,
    event: AdverseEvent | None = None,
    status: int = 200,
) -> HttpResponse:
    user, application = cast(User, request.user), form.application
    what = f"event:{event.pk}" if event else "events"
    record_opening(request, application, what=what)
    reading = Reading(application, user, at)
    context = {
        "reading": reading,
        "application": application,
        "form": form,
        "event": event,
        "told": events_of(reading),
        "label": _("Mark as reported") if event else _("Record an adverse event"),
        "why_not": vigilance.why_not(user, application, at=at),
    }
    return render(request, "approvals/acts/event.html", context, status=status)


def events_of(reading: Reading) -> list[dict[str, Any]]:
    """Every event, the latest first, with the time left to report it."""
    found = AdverseEvent.objects.filter(authorisation__application=reading.application)
    return [
        {
            "event": event,
            "what": reading.erase(event.what),
            "due": report_due(event),
            "is_late": event.reported_at is None and report_due(event) < reading.at,
            "left": duration_words(abs(report_due(event) - reading.at)),
        }
        for event in found.select_related("recorded_by", "reported_by").order_by("-pk")
    ]
