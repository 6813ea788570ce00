"""Signing in and out, the profile, and the pages about the service."""

import time
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import delegating, people
from accounts.clock import now
from accounts.context import WITH_DEADLINES
from accounts.forms import ProfileForm, SignInForm
from accounts.keeping import keep, kept
from accounts.models import Role, User


def _destination(request: HttpRequest) -> str:
    """Return where to go next: the page that was asked for, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse(settings.LOGIN_REDIRECT_URL)


def _remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _start_session(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session["ends_at"] = int(time.time()) + settings.SESSION_COOKIE_AGE
    with translation.override(user.language):
        response = _go_on(request)
    _remember_language(response, user.language)
    return response


def _go_on(request: HttpRequest) -> HttpResponse:
    """To the page that was asked for; with what was kept, by way of a page that sends it again."""
    fields = kept(request.POST.get("kept", ""))
    if fields is None:
        return redirect(_destination(request))
    return render(request, "accounts/carry_on.html", {"action": _destination(request), "fields": fields})


@never_cache
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """The session ended before the form was sent: its words wait on this page, and in no browser's cache."""
    context = {"form": SignInForm(request), "next": request.get_full_path(), "kept": keep(request)}
    accounts = _demo_accounts() if settings.DEMO else []
    return render(request, "accounts/sign_in.html", context | {"accounts": accounts}, status=401)


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and request.POST.get("kept"):
            return _go_on(request)  # signed in meanwhile, in another window
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        return _start_session(self.request, form.get_user())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        accounts = _demo_accounts() if settings.DEMO else []
        told = {"accounts": accounts, "kept": self.request.POST.get("kept", "")}
        return super().get_context_data(**kwargs) | told


def _demo_accounts() -> list[dict[str, Any]]:
    at = now()
    return [
        {"user": user, "memberships": people.memberships(user, at=at)}
        for user in User.objects.filter(is_active=True).order_by("pk")[:40]
    ]


@login_not_required
@never_cache
@require_POST
def become(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as a demo account without a password; does not exist outside demo mode."""
    if not settings.DEMO:
        raise Http404
    return _start_session(request, get_object_or_404(User, username=username, is_active=True))


@require_POST
def keep_session(request: HttpRequest) -> HttpResponse:
    """Start the session's time again."""
    request.session["ends_at"] = int(time.time()) + settings.SESSION_COOKIE_AGE
    return HttpResponse(status=204, headers={"X-Session-Left": str(settings.SESSION_COOKIE_AGE)})


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language of this browser and, signed in, of one's own account."""
    chosen = request.POST.get("language", "")
    response = redirect(_destination(request))
    if translation.check_for_language(chosen) and chosen in dict(settings.LANGUAGES):
        _remember_language(response, chosen)
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=chosen)
    return response


def profile(request: HttpRequest) -> HttpResponse:
    """One's own name, roles and language; whether mails come one by one or once a day."""
    user = cast(User, request.user)
    now_chosen = {"language": user.language, "mails": "digest" if user.wants_digest else "single"}
    form = ProfileForm(request.POST or None, initial=now_chosen)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["language"]
        wants_digest = form.cleaned_data["mails"] == "digest"
        User.objects.filter(pk=user.pk).update(language=chosen, wants_digest=wants_digest)
        response = redirect("profile")
        _remember_language(response, chosen)
        with translation.override(chosen):
            messages.success(request, _("Saved"))
        return response
    at = now()
    held = people.all_memberships(user, at=at)
    has_deadlines = any(one.role in WITH_DEADLINES for one in held)
    told = {"form": form, "memberships": held, "has_deadlines": has_deadlines, **_about_roles(user, at=at)}
    return render(request, "accounts/profile.html", told, status=422 if form.errors else 200)


def _about_roles(user: User, *, at: datetime) -> dict[str, Any]:
    """Who stands in for them, for whom they stand in; what else they may do about roles."""
    held = people.all_memberships(user, at=at)
    return {
        "reviews_roles": people.holds(user, Role.ADMINISTRATOR, Role.MEDICAL_DIRECTOR, at=at),
        "stand_ins": delegating.standing_in(held, at=at),
        "in_whose_stead": delegating.in_whose_stead(user, at=at),
        "passes_on": bool(delegating.may_pass_on(user, at=at)),
    }


@login_not_required
@require_GET
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A page of plain text about the service."""
    return render(request, f"accounts/{name}.html")
