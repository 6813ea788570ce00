"""Reports on accesses for patients: asked for by tax code, listed by number, handed out as sealed PDF."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clock import now
from accounts.models import User
from approvals import access_letter, access_reports
from approvals.forms.access import AccessReportForm
from approvals.models import AccessReport
from approvals.refusals import AlreadyDone, Refused
from documents.filing import read
from documents.models import Document

LATEST = 50


@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest) -> HttpResponse:
    user, at = cast(User, request.user), now()
    hospitals = _hospitals(user, at)
    form = AccessReportForm(request.POST if request.method == "POST" else None, at=at)
    if form.is_bound and form.is_valid():
        try:
            access_reports.ask(**form.cleaned_data, by=user, at=at)
        except AlreadyDone as told:
            messages.info(request, told.sentence)
            return redirect("access-report")
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The report is being drawn and sealed: look again in a minute."))
            return redirect("access-report")
    listed = AccessReport.objects.filter(patient__hospital__in=hospitals).select_related("prepared_by")
    made = list(listed[:LATEST])
    filed = Document.objects.filed().filter(key__in=[one.document_key for one in made])
    documents = {one.key: one for one in filed}
    context = {
        "form": form,
        "rows": [(one, access_letter.number(one), documents.get(one.document_key)) for one in made],
    }
    return render(request, "approvals/access_reports.html", context, status=422 if form.errors else 200)


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Byte for byte as it was sealed and filed; the trail says that it was handed out."""
    user, at = cast(User, request.user), now()
    found = AccessReport.objects.filter(patient__hospital__in=_hospitals(user, at))
    report = get_object_or_404(found, pk=pk)
    document = access_reports.document(report)
    if document is None:
        raise Http404
    response = HttpResponse(read(document), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{document.filename}"'
    response["Cache-Control"] = "no-store, private"
    access_reports.hand_out(report, by=user, at=at)
    return response


def _hospitals(user: User, at: datetime) -> list[int]:
    if found := access_reports.hospitals(user, at=at):
        return found
    raise Http404
