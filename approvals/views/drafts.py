"""Starting a draft, the list of its sections, throwing it away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Role, Unit
from accounts.people import unit_ids
from approvals import drafts
from approvals.models import Application
from approvals.refusals import Refused
from approvals.sections import SECTIONS, Sheet
from approvals.views import writing
from approvals.workflow import Status
from patients.models import initials


def new(request: HttpRequest) -> HttpResponse:
    """Choose the unit where there are several, see what is needed, start."""
    user, at = writing.user_of(request), timezone.now()
    units = list(Unit.objects.filter(pk__in=unit_ids(user, Role.PRESCRIBER, at=at)))
    if not units:
        return render(request, "approvals/draft/new.html", {"units": []}, status=403)
    wanted = request.POST.get("unit") or (str(units[0].pk) if len(units) == 1 else "")
    unit = next((one for one in units if str(one.pk) == wanted), None)
    if request.method == "POST" and unit:
        application = drafts.start(by=user, unit=unit, at=at)
        return redirect("section", application.pk, next(iter(SECTIONS)))
    has_errors = request.method == "POST"
    own = Application.objects.filter(author=user, status=Status.DRAFT).order_by("-saved_at")[:10]
    context = {"units": units, "has_errors": has_errors, "drafts": [(one, _initials(one)) for one in own]}
    return render(request, "approvals/draft/new.html", context, status=422 if has_errors else 200)


def _initials(application: Application) -> str:
    typed = application.answers.get("patient") or {}
    return initials(typed.get("surname", ""), typed.get("name", ""))


def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of sections: how far each got and what is missing."""
    try:
        application = writing.find(request, pk)
    except writing.Elsewhere as elsewhere:
        return elsewhere.response()
    at = timezone.now()
    context = writing.frame(application, Sheet(application, at=at), at=at)
    return render(request, "approvals/draft/index.html", context)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then delete what was never sent."""
    try:
        application = writing.find(request, pk)
    except writing.Elsewhere as elsewhere:
        return elsewhere.response()
    if "confirmed" not in request.POST:
        return render(request, "approvals/draft/discard.html", {"application": application})
    try:
        drafts.discard(pk, by=writing.user_of(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("draft", pk)
    messages.success(request, _("The draft was deleted."))
    return redirect("worklist")
