"""The editions: all of them, one of them, what differs between two, an edition as a file."""

from __future__ import annotations

import io
import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.clock import now
from audit import trail
from catalogue import permissions, writing_xlsx
from catalogue.choices import EditionStatus
from catalogue.comparing import before, between
from catalogue.listing import by_area
from catalogue.models import Edit, Edition, Upload
from catalogue.shape import edition_content
from catalogue.views.common import find, rights, user_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """Every edition, drafts first, then the newest."""
    people = ("loaded_by", "published_by", "superseded_by")
    found = list(Edition.objects.select_related(*people).order_by("-loaded_at", "-pk"))
    rank = [EditionStatus.DRAFT, EditionStatus.PUBLISHED, EditionStatus.SUPERSEDED]
    found.sort(key=lambda edition: rank.index(EditionStatus(edition.status)))
    user, at = user_of(request), now()
    context = {
        "editions": found,
        "may_write": not permissions.why_not_write(user, at=at),
        "uploads": Upload.objects.filter(uploaded_by=user).order_by("-pk"),
    }
    return render(request, "catalogue/editions/list.html", context)


@require_safe
def edition(request: HttpRequest, edition: str) -> HttpResponse:
    """One edition: what it is, who made it, its rows."""
    found = find(edition)
    rows = list(found.indications.with_everything())
    context = {
        "edition": found,
        "areas": by_area(rows),
        "found": len(rows),
        "edits": Edit.objects.filter(edition=found).select_related("edited_by").order_by("-pk"),
        "before": before(found),
        **rights(request, found),
    }
    return render(request, "catalogue/editions/edition.html", context)


@require_safe
def compared(request: HttpRequest, edition: str) -> HttpResponse:
    """What differs between this edition and another (`with`; else the one before it)."""
    found = find(edition)
    others = Edition.objects.exclude(pk=found.pk).order_by("-loaded_at", "-pk")
    wanted = request.GET.get("with", "")
    other = get_object_or_404(others, code=wanted) if wanted else before(found)
    context = {
        "edition": found,
        "other": other,
        "others": others,
        "differences": between(other, found),
        **rights(request, found),
    }
    return render(request, "catalogue/editions/compared.html", context)


@require_safe
def export(request: HttpRequest, edition: str, format: str) -> HttpResponse:
    """The edition as a file that can be imported again; leaves a line in the trail."""
    found, user = find(edition), user_of(request)
    content = edition_content(found)
    file = io.BytesIO()
    if format == "xlsx":
        writing_xlsx.write(file, content)
    else:
        file.write(json.dumps(content, ensure_ascii=False, indent=2).encode())
    data = {"list": "catalogue", "format": format, "rows": len(content["indications"]), "edition": found.code}
    trail.record(f"export:{user.pk}", "exported", by=user, at=now(), data=data)
    kind = XLSX if format == "xlsx" else "application/json"
    headers = {"Content-Disposition": f'attachment; filename="catalogo-{found.code}.{format}"'}
    return HttpResponse(file.getvalue(), content_type=kind, headers=headers)
