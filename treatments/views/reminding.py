"""The button "send a reminder": one POST, then back to the list it stands on."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.clock import now
from accounts.models import User
from treatments import due
from treatments.models import Authorisation
from treatments.nudging import NotReminded, remind_by_hand


@require_POST
def remind(request: HttpRequest, number: str) -> HttpResponse:
    user, at = cast(User, request.user), now()
    seen = due.scope(user, at=at)
    # The latest period, settled or not: what was settled a minute ago is said in words.
    found = Authorisation.objects.shown(own_units=seen.open_units).filter(
        hospital__in=seen.hospitals, application__number=number
    )
    period = found.filter(is_provisional=False).order_by("-period").first() if number.isprintable() else None
    if period is None:
        raise Http404
    try:
        remind_by_hand(period.pk, by=user, at=at)
    except NotReminded as refusal:
        messages.warning(request, f"{number}: {refusal}")
    else:
        messages.success(request, _("%(number)s: the reminder is on its way.") % {"number": number})
    return redirect(back(request))


def back(request: HttpRequest) -> str:
    """The list one came from, with its filters."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if is_ours else reverse("deadlines")
