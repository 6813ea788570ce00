"""The list of a draft's sections; throwing it away."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.clock import now
from approvals import drafts, opening
from approvals.refusals import Refused
from approvals.sections import Sheet
from approvals.views import passing, writing


def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of sections: how far each got and what is missing. The head of the unit, who does not write
    it, may hand it over."""
    try:
        application = writing.find(request, pk)
    except Http404:
        if passing.may_hand_over(request, pk):
            return redirect("hand-over", pk)
        raise
    except writing.Elsewhere as elsewhere:
        return elsewhere.response()
    at = now()
    opening.record_opening(request, application, what="draft")
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
        opening.record_opening(request, application, what="draft")
        return render(request, "approvals/draft/discard.html", {"application": application})
    try:
        drafts.discard(pk, by=writing.user_of(request), at=now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("draft", pk)
    messages.success(request, _("The draft was deleted."))
    return redirect("worklist")
