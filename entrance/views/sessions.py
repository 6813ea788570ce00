"""Your sessions: where one is signed in, and ending what one does not know."""

from __future__ import annotations

from typing import cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.models import User
from audit import trail
from entrance import factors, sessions


@require_http_methods(["GET", "HEAD", "POST"])
def your_sessions(request: HttpRequest) -> HttpResponse:
    user, key = cast(User, request.user), request.session.session_key
    if request.method == "POST":
        return _end(request, user)
    context = {"places": sessions.places(user, key, at=timezone.now())}
    return render(request, "entrance/sessions.html", context)


def _end(request: HttpRequest, user: User) -> HttpResponse:
    """One, or all but this: only one's own. Ended twice is told as ended."""
    which = request.POST.get("end", "")
    found = sessions.others(user, request.session.session_key)
    if which != "others":
        pk = int(which) if which.isascii() and which.isdigit() and len(which) < 19 else 0
        found = UserSession.objects.filter(user=user, pk=pk).exclude(session_key=request.session.session_key)
    with transaction.atomic():
        ended = sessions.end(found)
        if ended:
            told = {"how_many": ended}
            trail.record(factors.chain(user), "sessions_ended", by=user, at=now(), data=told)
    if ended:
        said = ngettext("%(count)d session ended.", "%(count)d sessions ended.", ended) % {"count": ended}
        messages.success(request, said)
    else:
        messages.info(request, _("There was nothing left to end."))
    return redirect("your-sessions")
