"""Passing a draft on: to a colleague, to the author for the signature, into a new draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.clock import now
from approvals import drafts, opening, permissions
from approvals.forms.passing import DraftHandOverForm
from approvals.models import Application
from approvals.refusals import Refused
from approvals.views import writing
from approvals.workflow import Status


def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """The author, or the head of the unit, gives the draft to another prescriber of the unit."""
    application = _to_hand_over(request, pk)
    user, at = writing.user_of(request), now()
    form = DraftHandOverForm(application, at=at, data=request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            given = drafts.hand_over(pk, **form.cleaned_data, by=user, at=at)
        except Refused as refused:
            refusal = _beside(form, refused)
        else:
            told = _("The draft now belongs to %(who)s, who gets an e-mail.")
            messages.success(request, told % {"who": given.author.signature})
            return redirect("worklist")
    opening.record_opening(request, application, what="hand_over")
    context = {"application": application, "form": form, "refusal": refusal, "has_errors": bool(refusal)}
    status = 422 if form.errors or refusal else 200
    return render(request, "approvals/draft/hand_over.html", context, status=status)


def may_hand_over(request: HttpRequest, pk: int) -> bool:
    try:
        _to_hand_over(request, pk)
    except Http404:
        return False
    return True


def _to_hand_over(request: HttpRequest, pk: int) -> Application:
    user, at = writing.user_of(request), now()
    files = Application.objects.concerning(user, at=at).select_related("unit__hospital", "author")
    application = get_object_or_404(files, pk=pk, status=Status.DRAFT)
    if permissions.hands_over(user, application, at):
        raise Http404
    return application


def _beside(form: DraftHandOverForm, refused: Refused) -> str:
    """Put what is wrong beside its field; what belongs to none is returned."""
    for one in refused.shortcomings:
        form.add_error(one.field if one.field in form.fields else None, one.sentence)
    return "" if refused.shortcomings else refused.sentence


@require_POST
def ready(request: HttpRequest, pk: int) -> HttpResponse:
    """A delegate sends the draft to its author for the signature."""
    try:
        application = writing.find(request, pk)
        drafts.make_ready(pk, by=writing.user_of(request), at=now())
    except writing.Elsewhere as elsewhere:
        return elsewhere.response()
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("check", pk)
    told = _("Sent to %(who)s for the signature: an e-mail is on its way.")
    messages.success(request, told % {"who": application.author.signature})
    return redirect("draft", pk)


@require_POST
def copy(request: HttpRequest, number: str) -> HttpResponse:
    """A new draft that begins with the answers of an earlier application of the patient."""
    source = opening.open_file(request, number, what="copy", to_act=True)
    try:
        application = drafts.copy(source, by=writing.user_of(request), at=now())
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("application", number)
    told = _("Copied from %(number)s. Check each copied section and save it; the rest is written anew.")
    messages.success(request, told % {"number": number})
    return redirect("draft", application.pk)
