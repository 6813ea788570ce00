"""At every click: is the session good, is somebody signed in, did they show what their role asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.clock import now
from accounts.errors import problem
from accounts.models import User
from entrance import factors, limits

# What somebody who still has to show a second factor may reach all the same; and who has none to show.
ON_THE_WAY = {"second-factor", "keep-session", "sign-out"}
SETTING_UP = {"second-factor-new", "app-new", "passkey-new", "prove", "prove-passkey"}


class Limits:
    """Ends a session that has lasted, or lain, too long; says with each answer how long it still lasts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        if not limits.left(request.session):
            limits.forget(None, request)
            request.session.flush()
            request.user = AnonymousUser()
            return self.get_response(request)
        if request.path != reverse("keep-session"):  # asking how long it lasts is no use of it
            limits.use(request.session)
        response = self.get_response(request)
        if request.user.is_authenticated and "X-Session-Left" not in response.headers:
            response.headers["X-Session-Left"] = str(limits.left(request.session))
        return response


class SignedIn(LoginRequiredMiddleware):
    """A page is open to the world only where it says so. A form sent after the session's end is not lost:
    the page that asks to sign in again keeps its words.

    Files are left out, and so are fragments: there the script keeps the page as it is.
    """

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        if not is_plain_form(request):
            return super().handle_no_permission(request, view_func)
        from entrance.views.signing_in import sign_in_again

        return sign_in_again(request)


class SecondFactor:
    """Whoever holds a role that asks for a second factor shows it, or sets one up, before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        user = request.user
        if not settings.SECOND_FACTOR or not isinstance(user, User) or request.session.get("second_factor"):
            return None
        is_api = request.path.startswith("/api/")
        name = request.resolver_match.url_name if request.resolver_match else ""
        is_open = name in ON_THE_WAY or not getattr(view_func, "login_required", True)
        if (is_open and not is_api) or not factors.wanted(user, at=now()):
            return None
        if is_api:
            told = _("Show your second factor on the pages first.")
            return problem("second-factor", "A second factor is wanted", 403, told)
        if not factors.of(user):
            return None if name in SETTING_UP else redirect("second-factor-new")
        if is_plain_form(request):
            from entrance.views.second_factor import ask_first

            return ask_first(request)
        response = redirect(reverse("second-factor") + "?" + factors.next_query(request.get_full_path()))
        if request.headers.get("HX-Request"):  # a whole page must not land inside this one
            response.headers["HX-Redirect"] = response.url
            response.status_code = 204
        return response


def is_plain_form(request: HttpRequest) -> bool:
    is_form = request.content_type == "application/x-www-form-urlencoded"
    return request.method == "POST" and is_form and not request.headers.get("HX-Request")
