"""The sign-in page: the hospital's account first where there is one, then an account of this house."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import people
from accounts.clock import now
from accounts.keeping import keep
from accounts.models import User
from audit import trail
from audit.whence import client_address
from entrance import browsers, entering, factors, limits, throttle
from entrance.forms import SignInForm


@never_cache
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """The session ended before the form was sent: its words wait on this page, and in no browser's cache."""
    context = {"form": SignInForm(request), "next": request.get_full_path(), "kept": keep(request)}
    return render(request, "entrance/sign_in.html", context | beside(), status=401)


def beside() -> dict[str, Any]:
    """The other ways in."""
    return {
        "accounts": _demo_accounts() if settings.DEMO else [],
        "provider": {"name": settings.OIDC_NAME} if settings.OIDC_ISSUER else None,
    }


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    template_name = "entrance/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and request.POST.get("kept"):
            # Signed in meanwhile, in another window.
            return entering.go_on(request, self._next(), request.POST["kept"])
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if seconds := throttle.seconds_to_wait(self._attempt()):
            return self._wait(seconds)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        throttle.succeeded(self._attempt())
        words = self.request.POST.get("kept", "")
        user = form.get_user()
        return entering.first_proof_given(
            self.request, user, how="password", next_url=self._next(), words=words
        )

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        name = self.request.POST.get("username", "")
        if name and self.request.POST.get("password"):
            throttle.failed(self._attempt())
            note_failure(self.request, name)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"kept": self.request.POST.get("kept", "")} | beside()

    def _next(self) -> str:
        return self.request.POST.get("next") or self.request.GET.get("next") or ""

    def _attempt(self) -> throttle.Attempt:
        return attempt(self.request, self.request.POST.get("username", ""))

    def _wait(self, seconds: int) -> HttpResponse:
        """The password is not even looked at."""
        form = SignInForm(self.request, initial={"username": self.request.POST.get("username", "")})
        response = self.render_to_response(
            self.get_context_data(form=form) | {"wait": wait_words(seconds)}, status=429
        )
        response.headers["Retry-After"] = str(seconds)
        return response


def attempt(request: HttpRequest, name: str) -> throttle.Attempt:
    """The name as Django looks it up, but for capital letters: no second name for the same person's count."""
    known = browsers.known(request, name)
    return throttle.Attempt(name.strip().casefold()[:150], client_address(request), known)


def wait_words(seconds: int) -> str:
    until = timezone.localtime(timezone.now() + timedelta(seconds=seconds + 59))
    return _("Too many failed attempts from this computer. Try again after %(time)s.") % {
        "time": date_format(until, "TIME_FORMAT")
    }


def note_failure(request: HttpRequest, name: str, *, proof: str = "password") -> None:
    """In the trail of whom the name belongs to. A name that is nobody's may be a password: it is not kept."""
    if user := User.objects.filter(username=name).first():
        told = {"proof": proof, "from": client_address(request)}
        trail.record(factors.chain(user), "sign_in_failed", by=None, at=now(), data=told)


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
    user = get_object_or_404(User, username=username, is_active=True)
    wanted, words = request.POST.get("next", ""), request.POST.get("kept", "")
    return entering.start(request, user, how="demo", next_url=wanted, words=words, second="demo")


@require_http_methods(["GET", "HEAD", "POST"])
def keep_session(request: HttpRequest) -> HttpResponse:
    """How long the session still lasts; POST begins the time without use again."""
    if request.method == "POST":
        limits.use(request.session, always=True)
    left = {
        "X-Session-Left": str(limits.left(request.session)),
        "X-Session-Left-In-All": str(limits.left_in_all(request.session)),
    }
    return HttpResponse(status=204, headers=left)
