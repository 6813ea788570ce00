"""Opening another unit's file with a reason; who did, for those who answer for the unit."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clock import now
from accounts.models import Role, User
from accounts.people import hospital_ids, roles
from approvals import breaking, pseudonyms
from approvals.forms.access import BreakForm, ReviewForm
from approvals.models import Application, EmergencyAccess, Snapshot
from approvals.refusals import AlreadyDone, Refused
from documents.limiting import too_often_for
from treatments.paging import Keyset

SIZE = 50
LATEST = Keyset(("id",), is_descending=True)
# A hurried person mistypes; somebody who tries numbers is stopped.
PER_MINUTE = 5
READERS = {Role.HEAD_OF_UNIT, Role.MEDICAL_DIRECTOR, Role.AUDITOR}


@require_http_methods(["GET", "HEAD", "POST"])
def open_with_reason(request: HttpRequest) -> HttpResponse:
    """Number and reason, posted; then that file, to be read for a while."""
    user, at = cast(User, request.user), now()
    if breaking.why_not(user, at=at):
        raise Http404
    form = BreakForm(request.POST if request.method == "POST" else None, at=at)
    if not form.is_bound or not form.is_valid():
        return _form(request, form, status=422 if form.is_bound else 200)
    if too_often_for(user.pk, "glass", each=PER_MINUTE):
        form.add_error(None, _("Too many attempts: wait a minute and try again."))
        return _form(request, form, status=429)
    try:
        application = breaking.open_with_reason(**form.cleaned_data, by=user, at=at)
    except Refused as refusal:
        form.refuse(refusal)
        return _form(request, form, status=422)
    return redirect("application", application.number)


def _form(request: HttpRequest, form: BreakForm, *, status: int) -> HttpResponse:
    context = {"form": form, "minutes": settings.BREAK_GLASS_MINUTES}
    return render(request, "approvals/break_glass.html", context, status=status)


@require_safe
def accesses(request: HttpRequest) -> HttpResponse:
    """The accesses of one's unit, or hospital, those that nobody has looked at first to be told."""
    user, at = _reader(request)
    found = breaking.seen_by(user, at=at)
    waiting = found.filter(review=None).count()
    if request.GET.get("show") == "waiting":
        found = found.filter(review=None)
    related = ("application__unit", "opened_by", "review__reviewed_by")
    page = LATEST.page(
        found.select_related(*related).defer("application__answers"), request.GET.dict(), size=SIZE
    )
    context = {
        "page": page,
        "rows": _rows(page.rows, user, at),
        "waiting": waiting,
        "show": request.GET.get("show", ""),
        "makes_reports": bool(hospital_ids(user, Role.MEDICAL_DIRECTOR, at=at)),
    }
    return render(request, "approvals/accesses.html", context)


def _reader(request: HttpRequest) -> tuple[User, datetime]:
    user, at = cast(User, request.user), now()
    if not roles(user, at=at) & READERS:
        raise Http404
    return user, at


def _rows(found: list[EmergencyAccess], user: User, at: datetime) -> list[dict[str, Any]]:
    """Whoever does not open the files themselves (auditors) reads what was typed without the patient."""
    pks = [access.application_id for access in found]
    opens = set(Application.objects.concerning(user, at=at).filter(pk__in=pks).values_list("pk", flat=True))
    contents: dict[int, list[Any]] = {}
    hidden = Snapshot.objects.filter(application__in=[pk for pk in pks if pk not in opens])
    for pk, content in hidden.values_list("application_id", "content"):
        contents.setdefault(pk, []).append(content)
    rows = []
    for access in found:
        erase = pseudonyms.eraser(*contents.get(access.application_id, []))
        review = getattr(access, "review", None)
        rows.append(
            {
                "access": access,
                "opens": access.application_id in opens,
                "reason": erase(access.reason),
                "review": review,
                "note": erase(review.note) if review else "",
                "may_review": review is None and not breaking.why_not_review(user, access, at=at),
            }
        )
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at one access, and say whether it was justified."""
    user, at = _reader(request)
    related = ("application__unit", "opened_by", "review__reviewed_by")
    access = get_object_or_404(breaking.seen_by(user, at=at).select_related(*related), pk=pk)
    if breaking.why_not_review(user, access, at=at):
        raise Http404
    form = ReviewForm(request.POST if request.method == "POST" else None, at=at)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                breaking.review(pk, **form.cleaned_data, by=user, at=at)
            except AlreadyDone as told:
                messages.info(request, told.sentence)
                return redirect("accesses")
            except Refused as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("Your judgement on the access is recorded."))
                return redirect("accesses")
    context = {"access": access, "row": _rows([access], user, at)[0], "form": form}
    return render(request, "approvals/access_review.html", context, status=status)
