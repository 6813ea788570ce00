"""Check and sign, and what happens next."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.clock import now
from accounts.models import Role
from accounts.people import holders, names
from approvals import actions, on_call, opening, policies, snapshots
from approvals.acting import lock
from approvals.drafts import SIGNED_NEXT
from approvals.models import Application
from approvals.permissions import is_the_heads_own
from approvals.prints import all_answers
from approvals.refusals import AlreadyDone, Refused
from approvals.sections import SECTIONS, Sheet
from approvals.summaries import parts
from approvals.views import writing
from approvals.workflow import Action
from entrance.again import AgainForm, proved, used


def check(request: HttpRequest, pk: int) -> HttpResponse:
    """All answers on one page, what is missing, and the signature: the password once more."""
    try:
        application = writing.find(request, pk)
    except writing.Elsewhere as elsewhere:
        return elsewhere.response()
    if request.method == "POST" and application.status in SIGNED_NEXT:
        return _sign(request, application)
    return _page(request, application, AgainForm(request))


def _sign(request: HttpRequest, application: Application) -> HttpResponse:
    form = proved(request)
    if not form.is_valid():
        return _page(request, application, form, status=422)
    try:
        sent = _submit(application.pk, request)
    except AlreadyDone:
        application.refresh_from_db()
        return redirect("sent", application.number)
    except Refused as refused:
        return _page(
            request, writing.find(request, application.pk), form, refusal=refused.sentence, status=422
        )
    used(request)
    return redirect("sent", sent.number)


def _submit(pk: int, request: HttpRequest) -> Application:
    """Send what the page showed, and only that: answers saved since by another window are not signed."""
    with transaction.atomic():
        application = lock(pk)
        if application.status in SIGNED_NEXT and all_answers(application) != request.POST.get("answers"):
            raise Refused(_("The answers were changed in another window: read them again before you sign."))
        # A draft has no step behind it: whoever finds another version finds it sent.
        version = request.POST.get("version", "")
        seen = int(version) if version.isascii() and version.isdigit() else 0
        return actions.submit(pk, by=writing.user_of(request), at=now(), version=seen)


def _page(
    request: HttpRequest,
    application: Application,
    form: AgainForm,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    at = now()
    opening.record_opening(request, application, what="check")
    context = writing.frame(application, Sheet(application, at=at), at=at)
    is_ready = application.status in SIGNED_NEXT and context["done"] == len(SECTIONS)
    context |= {
        "form": form,
        "parts": [
            (part, _address(application, part.slug)) for part in parts(snapshots.content(application, at=at))
        ],
        "answers": all_answers(application),
        "blocked": [
            (one.sentence, reverse("section", args=[application.pk, one.section or "patient"]))
            for one in (policies.shortcomings(Action.SUBMIT, application, at=at) if is_ready else [])
        ],
        "refusal": refusal,
        "has_errors": bool(refusal),
    }
    return render(request, "approvals/draft/check.html", context, status=status)


def _address(application: Application, slug: str) -> str:
    """Where a part of the summary is changed."""
    if slug == "attachments":
        return reverse("attachments", args=[application.pk])
    return reverse("section", args=[application.pk, slug])


def sent(request: HttpRequest, number: str) -> HttpResponse:
    """The number, what happens next and by when."""
    application = opening.open_file(request, number, what="sent", to_act=True)
    unit, at = application.unit, now()
    if application.emergency_requested_at and not application.submitted_at:
        context = {"application": application, "calls": on_call.calls(application, at=at)}
        return render(request, "approvals/draft/emergency_sent.html", context)
    heads = holders(Role.HEAD_OF_UNIT, at=at, hospital_id=unit.hospital_id, unit_id=unit.pk)
    if is_the_heads_own(application, at):
        heads = holders(Role.MEDICAL_DIRECTOR, at=at, hospital_id=unit.hospital_id)
    return render(
        request, "approvals/draft/sent.html", {"application": application, "endorsers": names(heads)}
    )
