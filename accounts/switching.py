"""In which of their roles a person works now, without signing out. It narrows what they see and may do, never
widens it: what a role forbids holds on while they work in another (`people.all_memberships`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import people
from accounts.clock import now
from accounts.models import Role, User

KEY = "acting_as"


class WorkingRole:
    """Puts the role chosen in this session on the user of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and (chosen := request.session.get(KEY)):
            if chosen in people.roles(request.user, at=now()):
                request.user.acting_as = Role(chosen)
            else:  # it has ended since: nobody works on with a role they no longer hold
                del request.session[KEY]
        return self.get_response(request)


@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Choose one of one's roles, or all of them."""
    user, chosen = cast(User, request.user), request.POST.get("role", "")
    held = {m.role for m in people.all_memberships(user, at=now())}
    if not chosen:
        request.session.pop(KEY, None)
        messages.success(request, _("You work in all your roles."))
    elif chosen in held:
        request.session[KEY] = chosen
        messages.success(request, _("You now work as: %(role)s.") % {"role": Role(chosen).label})
    else:
        messages.error(request, _("You do not hold this role now: nothing was changed."))
    return redirect("worklist")  # the page they were on may not be one of that role
