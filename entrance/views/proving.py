"""Proving again who one is, on a page of its own; and the pages that want it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.going import destination
from accounts.models import User
from entrance import again, factors, limits, proofs
from entrance.factors import Kind

View = Callable[..., HttpResponse]


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def fresh(view: View) -> View:
    """How one signs in is changed by whoever signed in, or proved it, in the last quarter of an hour, and
    showed the second factor, where there is one."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        has_shown = request.session.get("second_factor") or not factors.of(user_of(request))
        if has_shown and again.is_fresh(request):
            return view(request, *args, **kwargs)
        back = request.get_full_path() if request.method == "GET" else reverse("security")
        missing = reverse("prove" if has_shown else "second-factor")
        return redirect(missing + "?" + factors.next_query(back))

    return never_cache(guarded)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def prove(request: HttpRequest) -> HttpResponse:
    """Who one is, once more, on a page of its own."""
    wanted = request.POST.get("next") or request.GET.get("next") or reverse("security")
    form = again.AgainForm(request, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return redirect(destination(request, wanted))
    if "password" in form.fields:
        form.fields["password"].help_text = ""  # nothing is signed here
    context = {"form": form, "next": wanted, "is_linked": _may_ask_provider(user_of(request))}
    return render(request, "entrance/prove.html", context, status=422 if form.errors else 200)


def _may_ask_provider(user: User) -> bool:
    return bool(settings.OIDC_ISSUER) and SocialAccount.objects.filter(user=user).exists()


@require_POST
@never_cache
def prove_passkey(request: HttpRequest) -> HttpResponse:
    """For the script of the field: the question first, then whether the answer is right."""
    user = user_of(request)
    credential = request.POST.get("credential", "")
    if not credential:
        return JsonResponse(proofs.passkey_options(user)) if factors.has(user, Kind.WEBAUTHN) else _nothing()
    if not proofs.passkey_is_right(user, credential):
        return JsonResponse({}, status=422)
    again.prove(request)
    return HttpResponse(status=204, headers={"X-Session-Left": str(limits.left(request.session))})


def _nothing() -> HttpResponse:
    raise Http404
