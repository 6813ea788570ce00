"""The last day of one role."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import roles
from accounts.clock import now
from accounts.models import Membership
from accounts.refusals import AlreadyDone, Refused
from staff.finding import administrator
from staff.forms import EndForm
from staff.views.people import answer


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    at = now()
    by, hospitals = administrator(request, at=at)
    held = Membership.objects.select_related("user", "unit", "stands_in_for")
    membership = get_object_or_404(held, pk=pk, unit__hospital__in=hospitals)
    form = EndForm(membership, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            roles.end(membership, **form.cleaned_data, by=by, at=at)
        except AlreadyDone as done:
            messages.info(request, done.sentence)
            return redirect("person", membership.user_id)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The last day of the role is recorded."))
            return redirect("person", membership.user_id)
    told = roles.why_not_end(membership, by=by, at=at)
    return answer(request, "staff/end.html", form, one=membership, why_not=told)
