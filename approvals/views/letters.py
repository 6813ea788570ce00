"""A letter, byte for byte as it was sealed and filed."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.clock import now
from accounts.models import User
from approvals.opening import find, record_opening, sees_identity
from documents.filing import read


@require_GET
def download(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Hand out the file. A letter names the patient: not to whoever reads the case under a pseudonym."""
    application, user, at = find(request, number), cast(User, request.user), now()
    if not sees_identity(user, application, at):
        raise Http404
    letter = get_object_or_404(application.letters.select_related("document"), pk=pk)
    response = HttpResponse(read(letter.document), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{letter.document.filename}"'
    response["Cache-Control"] = "no-store, private"
    what, entry = f"letter:{letter.pk}", "letter_downloaded"
    record_opening(request, application, what=what, action=entry, letter=letter.pk)
    return response
