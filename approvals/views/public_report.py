"""The yearly public report: what it will say, asking for it, the sealed PDF."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clock import now
from accounts.models import Hospital, User
from accounts.people import day, hospital_ids
from approvals.refusals import Refused
from approvals.reports import issuing, public
from approvals.views.reports import PUBLISHERS
from audit import trail
from documents.filing import read
from documents.issuing import verify_url

FIRST_YEAR = 2000


@require_http_methods(["GET", "HEAD", "POST"])
def public_report(request: HttpRequest, year: int) -> HttpResponse:
    user, at = cast(User, request.user), now()
    hospital = place(user, year, at=at)
    if request.method == "POST":
        try:
            issuing.ask(hospital.pk, year, by=user, at=at)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
        else:
            messages.success(request, _("The report is being drawn and sealed: look again in a minute."))
        return redirect("public-report", year)
    document = issuing.document(hospital.pk, year)
    context = {
        "hospital_named": hospital,
        "year": year,
        "is_over": year < day(at).year,
        "document": document,
        "verify": verify_url(document) if document else "",
        "is_asked": document is None and issuing.is_asked(hospital.pk, year),
        "tables": public.tables(hospital.pk, year, today=day(at)),
        "explanation": public.explanation(),
    }
    return render(request, "approvals/public_report.html", context)


@require_safe
def pdf(request: HttpRequest, year: int) -> HttpResponse:
    """Byte for byte as it was sealed and filed."""
    user, at = cast(User, request.user), now()
    hospital = place(user, year, at=at)
    document = issuing.document(hospital.pk, year)
    if document is None:
        raise Http404
    response = HttpResponse(read(document), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{document.filename}"'
    told = {"document": document.pk}
    trail.record(f"report:{hospital.pk}", "letter_downloaded", by=user, at=at, data=told)
    return response


def place(user: User, year: int, *, at: datetime) -> Hospital:
    """The hospital the person answers for; a year of which there may be something to tell."""
    hospitals = hospital_ids(user, *PUBLISHERS, at=at)
    if not hospitals or not FIRST_YEAR <= year <= day(at).year:
        raise Http404
    return Hospital.objects.get(pk=hospitals[0])
