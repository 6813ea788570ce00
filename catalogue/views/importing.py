"""A file becomes a draft: every fault by row and column, or a preview; written only after that."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from catalogue import drafting, files, loading, permissions
from catalogue.choices import EditionStatus
from catalogue.differences import differences
from catalogue.faults import Fault
from catalogue.forms import UploadForm
from catalogue.labels import LABELS, label
from catalogue.models import Edition, Upload
from catalogue.refusals import CatalogueError
from catalogue.shape import canonical, edition_content
from catalogue.views.common import current, refused, user_of

KEPT = timedelta(days=1)  # how long a preview waits for its click
MOST_FAULTS = 200


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; with faults the page lists them all, without any the preview follows."""
    user, at = user_of(request), now()
    if reason := permissions.why_not_write(user, at=at):
        return refused(request, reason)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    faults: list[Fault] = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = files.read(file)
        except CatalogueError as error:
            form.add_error("file", str(error))
        else:
            faults = found.faults
            if not faults:
                Upload.objects.filter(uploaded_at__lt=at - KEPT).delete()
                made = Upload.objects.create(
                    name=file.name[:200], content=found.content, uploaded_at=at, uploaded_by=user
                )
                return redirect("import-preview", made.pk)
    context = {
        "form": form,
        "faults": [(fault, column(fault)) for fault in faults[:MOST_FAULTS]],
        "count": len(faults),
        "file": form.files.get("file"),
        "has_errors": bool(faults),
    }
    return render(
        request, "catalogue/editions/import.html", context, status=422 if faults or form.errors else 200
    )


def column(fault: Fault) -> str:
    """The name of the column a fault stands in, as pages and workbooks head it."""
    names = [part for part in fault.path if isinstance(part, str)]
    if len(names) < 2:
        return ""
    part = names[-2] if names[-2] in LABELS else "indications"
    return label(part, names[-1])


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would add, remove and change; the click makes it a draft."""
    user, at = user_of(request), now()
    waiting = get_object_or_404(Upload, pk=pk, uploaded_by=user)
    if "cancel" in request.POST:
        waiting.delete()
        return redirect("editions")
    if request.method == "POST":
        try:
            made = drafting.take(waiting, seen=request.POST.get("seen", ""), by=user, at=at)
        except CatalogueError as error:
            messages.error(request, str(error))
            return redirect("import-preview", pk)
        messages.success(request, _("The file is draft %(code)s now.") % {"code": made.code})
        return redirect("edition", made.code)
    return render(request, "catalogue/editions/preview.html", _previewed(waiting))


def _previewed(waiting: Upload) -> dict[str, object]:
    content = waiting.content
    target = Edition.objects.filter(code=content["edition"]["code"]).first()
    base = target or current()
    rows = [canonical(row) for row in content["indications"]]
    told = differences(edition_content(base), {**content, "indications": rows}) if base else None
    reason = ""
    if target is not None and target.status != EditionStatus.DRAFT:
        reason = _("Edition %(code)s holds exactly this content: there is nothing to import.")
        reason %= {"code": target.code}
        if told:
            reason = loading.refusal(loading.compare(target, content))
    return {
        "upload": waiting,
        "heading": content["edition"],
        "rows": len(rows),
        "base": base,
        "target": target,
        "differences": told,
        "reason": reason,
        "seen": drafting.seen_of(target),
    }
