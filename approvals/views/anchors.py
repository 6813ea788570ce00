"""The sealed document of one daily anchor, for auditors: the file they keep outside the house."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from approvals import anchoring
from approvals.views.trail import auditor
from audit import trail
from documents.filing import read


@require_safe
def pdf(request: HttpRequest, number: int) -> HttpResponse:
    """Byte for byte as it was sealed and filed."""
    user, at = auditor(request)
    document = anchoring.document(number)
    if document is None:
        raise Http404
    response = HttpResponse(read(document), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{document.filename}"'
    trail.record(anchoring.key(number), "letter_downloaded", by=user, at=at, data={"document": document.pk})
    return response
