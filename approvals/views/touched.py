"""Which open applications a new edition touches: those of the rows that it changes or takes out."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.clock import now
from accounts.models import User
from approvals.models import Application
from approvals.rows import light, rows
from approvals.workflow import ON_TREATMENT, UNDECIDED, Status
from catalogue.comparing import before, between
from catalogue.models import Edition
from catalogue.permissions import sees_what_is_touched

OPEN = (Status.DRAFT, *UNDECIDED, *ON_TREATMENT)
MOST = 100


@require_safe
def touched(request: HttpRequest, edition: str) -> HttpResponse:
    """For pharmacists, the chair and the medical director, as far as each of them sees applications."""
    user, at = cast(User, request.user), now()
    if not sees_what_is_touched(user, at=at):
        raise Http404
    found = get_object_or_404(Edition, code=edition)
    other = before(found)
    told = between(other, found)
    codes = told.touched if told else []
    seen = of_rows(Application.objects.visible_to(user, at=at), codes)
    some = list(light(seen).order_by("indication_code", "-submitted_at", "-pk")[: MOST + 1])
    context: dict[str, Any] = {
        "edition": found,
        "other": other,
        "codes": codes,
        "rows": [(row, ()) for row in rows(some[:MOST], at=at)],
        "most": MOST if len(some) > MOST else 0,
    }
    return render(request, "approvals/touched.html", context)


def of_rows(applications: QuerySet[Application], codes: list[str]) -> QuerySet[Application]:
    """The open ones of these rows; a draft that was never sent holds its row in its answers alone."""
    typed = Q(status=Status.DRAFT, answers__indication__indication__in=codes)
    return applications.filter(status__in=OPEN).filter(Q(indication_code__in=codes) | typed).distinct()
