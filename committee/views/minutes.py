"""The minutes: the program drafts them, the chair completes and signs, the house seals them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clock import now
from approvals.refusals import AlreadyDone, Refused, Stale
from audit import trail
from committee import actions, attendance, permissions
from committee import minutes as told
from committee import minutes_letter as letter
from committee.forms import MinutesForm
from committee.models import Sitting
from committee.views.finding import find, user_of, version
from committee.workflow import Action, Status
from documents.filing import read
from documents.issuing import verify_url
from entrance.again import AgainForm, proved, used


def over(request: HttpRequest, number: str, *, at: datetime) -> Sitting:
    """A sitting has minutes once it is closed."""
    sitting = find(request, number, at=at)
    if sitting.status not in (Status.CLOSED, Status.MINUTED):
        raise Http404
    return sitting


@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, number: str) -> HttpResponseBase:
    """What happened, with the chair's fields until it is signed; afterwards the sealed letter."""
    at = now()
    sitting = over(request, number, at=at)
    account = told.account(sitting)
    titles = {heard.item.pk: heard.title for heard in account}
    form = MinutesForm(sitting, titles, request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _page(request, sitting, account, form, at=at)
    if not form.is_valid():
        return _page(request, sitting, account, form, at=at, status=422)
    try:
        actions.write_minutes(
            sitting.pk, **form.content(), by=user_of(request), at=at, version=version(request)
        )
    except Refused as refusal:
        form.refuse(refusal)
        status = 422 if refusal.shortcomings else 409
        fresh = over(request, number, at=at)
        is_stale = isinstance(refusal, Stale)
        return _page(request, fresh, told.account(fresh), form, at=at, status=status, is_stale=is_stale)
    if "preview" in request.POST:
        return redirect("minutes-sign", number)
    messages.success(request, _("Saved"))
    return redirect("minutes", number)


def _page(
    request: HttpRequest,
    sitting: Sitting,
    account: list[told.Heard],
    form: MinutesForm,
    *,
    at: datetime,
    status: int = 200,
    is_stale: bool = False,
) -> HttpResponse:
    writes = not permissions.why_not(user_of(request), Action.WRITE_MINUTES, sitting, at=at)
    context = _told(sitting, account) | {
        "form": form if writes or form.is_bound else None,
        "writes": writes,
        "notes": [form[f"note_{heard.item.pk}"] for heard in account],
        "is_stale": is_stale,
    }
    return render(request, "committee/minutes.html", context, status=status)


def _told(sitting: Sitting, account: list[told.Heard]) -> dict[str, Any]:
    document = sitting.minutes
    return {
        "sitting": sitting,
        "heading": letter.heading(sitting),
        "summary": " ".join(letter.summary(sitting, account)),
        "attendance": attendance.told(sitting, [heard.item for heard in account]),
        "account": account,
        "remarks": letter.remarks(sitting, account),
        "document": document,
        "verify": verify_url(document) if document else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, number: str) -> HttpResponseBase:
    """The minutes as they will be sealed, and the signature: the password once more."""
    at, user = now(), user_of(request)
    sitting = over(request, number, at=at)
    if permissions.convenes(user, sitting.hospital_id, at=at):
        raise Http404
    if request.method != "POST":
        if sitting.status == Status.MINUTED:
            return redirect("minutes", number)
        return _signature(request, sitting, AgainForm(request))
    form = proved(request)
    if not form.is_valid():
        return _signature(request, sitting, form, status=422)
    try:
        actions.sign_minutes(sitting.pk, by=user, at=at, version=version(request))
    except AlreadyDone:
        return redirect("minutes", number)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return _signature(request, over(request, number, at=at), form, status=409)
    used(request)
    messages.success(request, _("The minutes are signed: nothing changes any more."))
    return redirect("minutes", number)


def _signature(request: HttpRequest, sitting: Sitting, form: AgainForm, *, status: int = 200) -> HttpResponse:
    context = _told(sitting, told.account(sitting)) | {"form": form}
    return render(request, "committee/sign.html", context, status=status)


@require_safe
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The minutes byte for byte as they were sealed and filed."""
    at = now()
    sitting = over(request, number, at=at)
    if sitting.minutes is None:
        raise Http404
    response = HttpResponse(read(sitting.minutes), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{sitting.minutes.filename}"'
    response["Cache-Control"] = "no-store, private"
    document = {"document": sitting.minutes.pk}
    trail.record(sitting.chain, "minutes_downloaded", by=user_of(request), at=at, data=document)
    return response
