"""The page on which a member of the committee asks who the patient is."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.models import User
from approvals import disclosing
from approvals.forms import DiscloseForm
from approvals.opening import find, record_opening
from approvals.reading import Reading
from approvals.refusals import AlreadyDone, Refused


@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the reason; then back to the file, which shows the name for a while."""
    application, at = find(request, number, to_act=True), now()
    user = cast(User, request.user)
    form = DiscloseForm(application, at=at, data=request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return page(request, form, at=at)
    if not form.is_valid():
        return page(request, form, at=at, status=422)
    try:
        disclosing.ask(application.pk, **form.content(), by=user, at=at)
    except AlreadyDone as told:
        messages.info(request, told.sentence)
    except Refused as refusal:
        form.refuse(refusal)
        return page(request, form, at=at, status=422 if refusal.shortcomings else 409)
    return redirect("application", number)


def page(request: HttpRequest, form: DiscloseForm, *, at: datetime, status: int = 200) -> HttpResponse:
    user, application = cast(User, request.user), form.application
    record_opening(request, application, what="identity")
    context = {
        "reading": Reading(application, user, at),
        "application": application,
        "form": form,
        "label": _("Ask who the patient is"),
        "why_not": disclosing.why_not(user, application, at=at),
        "minutes": settings.IDENTITY_MINUTES,
    }
    return render(request, "approvals/acts/identity.html", context, status=status)
