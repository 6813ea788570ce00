"""The page on which a patient's request for masking is recorded, or taken back."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.models import User
from approvals import masking
from approvals.forms.access import MaskingForm
from approvals.models import Application
from approvals.opening import find, record_opening
from approvals.reading import Reading
from approvals.refusals import AlreadyDone, Refused


@require_http_methods(["GET", "HEAD", "POST"])
def mask(request: HttpRequest, number: str) -> HttpResponse:
    """For those who may record it; for anybody else there is no such page, masked or not."""
    user, at = cast(User, request.user), now()
    application = find(request, number, to_act=True)
    if masking.why_not(user, application, at=at):
        raise Http404
    form = MaskingForm(request.POST if request.method == "POST" else None, at=at)
    if form.is_bound and form.is_valid():
        wanted = "mask" in request.POST
        try:
            masking.record(application.pk, is_masked=wanted, **form.cleaned_data, by=user, at=at)
        except AlreadyDone as told:
            messages.info(request, told.sentence)
        except Refused as refusal:
            form.refuse(refusal)
            return page(request, application, form, status=422)
        else:
            done = (
                _("%(number)s: the file is masked.") if wanted else _("%(number)s: the file is shown again.")
            )
            messages.success(request, done % {"number": number})
        is_seen = Application.objects.concerning(user, at=at).filter(pk=application.pk).exists()
        return redirect("application", number) if is_seen else redirect("worklist")
    return page(request, application, form, status=422 if form.is_bound else 200)


def page(request: HttpRequest, application: Application, form: MaskingForm, *, status: int) -> HttpResponse:
    user, at = cast(User, request.user), now()
    record_opening(request, application, what="masking")
    context = {
        "reading": Reading(application, user, at),
        "application": application,
        "form": form,
        "is_masked": application.masked_at is not None,
        "history": masking.history(application),
    }
    return render(request, "approvals/masking.html", context, status=status)
