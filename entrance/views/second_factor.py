"""The second factor: on the way in, and of somebody inside whose role asks for one that was not shown yet."""

from __future__ import annotations

import json
from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.clock import now
from accounts.keeping import keep
from accounts.models import User
from audit import trail
from audit.whence import client_address
from entrance import browsers, entering, factors, proofs, throttle
from entrance.factors import Kind
from entrance.forms import CodeForm
from entrance.views.signing_in import note_failure, wait_words


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    found = _who(request)
    if found is None:
        return redirect("sign-in")
    user, wanted = found
    if not factors.of(user):
        return redirect("second-factor-new" if request.user.is_authenticated else "sign-in")
    if request.method != "POST":
        return page(request, user)
    attempt = _attempt(request, user)
    if seconds := throttle.seconds_to_wait(attempt):
        response = page(request, user, told=wait_words(seconds), status=429)
        response.headers["Retry-After"] = str(seconds)
        return response
    form = CodeForm(request.POST)
    kind = _shown(request, user, form)
    if not kind:
        throttle.failed(attempt)
        note_failure(request, user.username, proof="second_factor")
        return page(request, user, form=form, status=422)
    throttle.succeeded(attempt)
    return _let_in(request, user, kind, wanted)


def _who(request: HttpRequest) -> tuple[User, str] | None:
    """Whose factor is asked for, and where they want to go."""
    if request.user.is_authenticated:
        return request.user, request.POST.get("next") or request.GET.get("next") or ""
    found = entering.entering(request)
    return (found[0], found[1].next_url) if found else None


def _attempt(request: HttpRequest, user: User) -> throttle.Attempt:
    name = user.username.casefold()
    known = browsers.known(request, user.username)
    return throttle.Attempt(name, client_address(request), known, of_codes=True)


def _shown(request: HttpRequest, user: User, form: CodeForm) -> str:
    """The kind of factor that was shown, if it is right; what is wrong stands beside the field."""
    if credential := request.POST.get("credential"):
        if proofs.passkey_is_right(user, credential):
            return str(Kind.WEBAUTHN)
        form.is_valid()
        form.errors.clear()
        form.add_error(None, _("The passkey was not accepted. Try again, or use a code."))
        return ""
    if not form.is_valid():
        return ""
    kind = proofs.code_is_right(user, form.cleaned_data["otp"])
    if not kind:
        form.add_error("otp", _("The code is not right, or was used already. Wait for the next one."))
    return kind


def _let_in(request: HttpRequest, user: User, kind: str, wanted: str) -> HttpResponse:
    words = request.POST.get("kept", "")
    if request.user.is_authenticated:
        request.session["second_factor"] = kind
        told = {"kind": kind, "from": client_address(request)}
        trail.record(factors.chain(user), "second_factor_shown", by=user, at=now(), data=told)
        return entering.go_on(request, wanted, words)
    found = entering.entering(request)
    how = found[1].how if found else "password"
    return entering.start(request, user, how=how, next_url=wanted, words=words, second=kind)


def ask_first(request: HttpRequest) -> HttpResponse:
    """Somebody inside sent a form, and their role asks for a second factor since: its words wait here."""
    return page(
        request, cast(User, request.user), words=keep(request), wanted=request.get_full_path(), status=401
    )


def page(
    request: HttpRequest,
    user: User,
    *,
    form: CodeForm | None = None,
    words: str = "",
    wanted: str = "",
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    kinds = {one.type for one in factors.of(user)}
    context = {
        "form": form or CodeForm(),
        "who": user,
        "kept": words or request.POST.get("kept", ""),
        "next": wanted or request.POST.get("next") or request.GET.get("next") or "",
        "told": told,
        "action": reverse("second-factor"),
        "has_app": Kind.TOTP in kinds,
        "options": json.dumps(proofs.passkey_options(user)) if Kind.WEBAUTHN in kinds else "",
    }
    response = render(request, "entrance/second_factor.html", context, status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response
