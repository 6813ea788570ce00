"""The calendar feed: fetched by calendars without signing in; its key made and revoked by its owner."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clock import now
from accounts.models import User
from treatments import due, feeds


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The key in the address is all that is asked for; unknown, revoked or its owner gone: not here."""
    at = now()
    user = feeds.owner(token, at=at)
    told = feeds.feed(user, at=at) if user else None
    if told is None:
        raise Http404
    response = HttpResponse(told, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="scadenze.ics"'
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Make the key, which is shown on this answer only, or revoke it."""
    user, at = cast(User, request.user), now()
    if due.scope(user, at=at).is_empty:
        raise Http404
    if request.method == "POST" and "revoke" in request.POST:
        if feeds.revoke(by=user, at=at):
            messages.success(request, _("The calendar's address opens nothing any more."))
        else:
            messages.info(request, _("There was no address to revoke."))
        return redirect("calendar")
    address = ""
    if request.method == "POST":
        token = feeds.make(by=user, at=at)
        address = settings.SITE_URL.rstrip("/") + reverse("calendar-feed", args=[token])
    context = {"held": feeds.current(user), "calendar_address": address}
    return render(request, "treatments/calendar.html", context)
