"""What the identity provider no longer names, for administrators to end or keep."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import proposals as deciding
from accounts import roles
from accounts.clock import now
from accounts.models import ClaimsStop, RoleProposal
from accounts.refusals import AlreadyDone, Refused
from staff.finding import administrator

SIZE = 50


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    at = now()
    by, hospitals = administrator(request, at=at)
    found = RoleProposal.objects.filter(settled="", membership__unit__hospital__in=hospitals)
    found = found.select_related("membership__user", "membership__unit").order_by("proposed_at", "pk")
    page = Paginator(found, SIZE).get_page(request.GET.get("page"))
    lines = []
    for one in page:
        held = one.membership
        lines.append((one, roles.why_not(held.user, held.unit.hospital_id, by=by, at=at)))
    stops = ClaimsStop.objects.filter(hospital__in=hospitals, released_at=None).select_related("hospital")
    return render(request, "staff/proposals.html", {"page": page, "lines": lines, "stops": stops})


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    at = now()
    by, hospitals = administrator(request, at=at)
    open_ = RoleProposal.objects.select_related("membership__user", "membership__unit")
    one = get_object_or_404(open_, pk=pk, membership__unit__hospital__in=hospitals)
    is_kept = "keep" in request.POST
    try:
        (deciding.keep if is_kept else deciding.accept)(one, by=by, at=at)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The role stays.") if is_kept else _("The role is ended."))
    return redirect("role-proposals")


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    at = now()
    by, hospitals = administrator(request, at=at)
    stop = get_object_or_404(ClaimsStop, pk=pk, hospital__in=hospitals)
    try:
        deciding.release(stop, by=by, at=at)
    except AlreadyDone as done:
        messages.info(request, done.sentence)
    else:
        messages.success(request, _("Removals go on by themselves again."))
    return redirect("role-proposals")
