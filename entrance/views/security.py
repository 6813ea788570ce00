"""Sign-in and security: one's password, second factors, the link to the hospital's account."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clock import now
from audit import trail
from entrance import again, factors, proofs, sessions, throttle
from entrance.factors import Kind
from entrance.forms import AppForm, NewPasswordForm, PasskeyForm
from entrance.jobs import tell_change
from entrance.views.proving import fresh, user_of


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    user, at = user_of(request), now()
    context = {
        "factors": factors.of(user),
        "has_app": factors.has(user, Kind.TOTP),
        "codes_left": factors.codes_left(user),
        "is_wanted": settings.SECOND_FACTOR and factors.wanted(user, at=at),
        "has_password": user.has_usable_password(),
        "provider": settings.OIDC_ISSUER,
        "is_linked": SocialAccount.objects.filter(user=user).exists(),
    }
    return render(request, "entrance/security.html", context)


@require_safe
def second_factor_new(request: HttpRequest) -> HttpResponse:
    """Somebody whose role asks for a second factor has none yet: why, and which."""
    user = user_of(request)
    if factors.of(user):
        return redirect("security")
    return render(request, "entrance/second_factor_new.html", {})


@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def app_new(request: HttpRequest) -> HttpResponse:
    """The picture the app reads, and its first code."""
    user = user_of(request)
    if factors.has(user, Kind.TOTP):
        return redirect("security")
    form = AppForm(request.POST or None)
    secret = totp.get_totp_secret(regenerate=request.method != "POST")
    if form.is_valid():
        code = "".join(form.cleaned_data["otp"].split())
        if totp.validate_totp_code(secret, code):
            made = factors.add_app(user, secret, at=now())
            totp.clear_totp_secret(request)
            return _added(request, Kind.TOTP, made)
        form.add_error(
            "otp", _("The code is not right: wait for the next one, and mind the telephone's clock.")
        )
    return _app_page(request, form, secret)


def _app_page(request: HttpRequest, form: AppForm, secret: str) -> HttpResponse:
    adapter = get_adapter()
    url = adapter.build_totp_url(user_of(request), secret)
    picture = base64.b64encode(adapter.build_totp_svg(url).encode()).decode()
    groups = " ".join(secret[begin : begin + 4] for begin in range(0, len(secret), 4))
    context = {"form": form, "picture": f"data:image/svg+xml;base64,{picture}", "secret": groups}
    return render(request, "entrance/app_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def passkey_new(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = PasskeyForm(request.POST or None, initial={"name": _("My passkey")})
    if form.is_valid():
        credential = proofs.new_passkey(request.POST.get("credential", ""))
        if credential is not None:
            made = factors.add_passkey(user, form.cleaned_data["name"], credential, at=now())
            return _added(request, Kind.WEBAUTHN, made)
        form.add_error(None, _("The passkey was not made. Try again."))
    options = json.dumps(dict(webauthn.begin_registration(user, False)))
    status = 422 if form.errors else 200
    return render(request, "entrance/passkey_new.html", {"form": form, "options": options}, status=status)


def _added(request: HttpRequest, kind: str, codes: list[str]) -> HttpResponse:
    """Just shown to be at hand, so this session has shown it. With the first one come the codes, once."""
    request.session["second_factor"] = str(kind)
    messages.success(request, _("The second factor is added."))
    if codes:
        return _codes_page(request, codes)
    return redirect("security")


@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New ones; those that exist are shown to nobody any more."""
    user = user_of(request)
    if not factors.of(user):
        return redirect("security")
    if request.method == "POST":
        return _codes_page(request, factors.new_codes(user, at=now()))
    return render(request, "entrance/codes_new.html", {"codes_left": factors.codes_left(user)})


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    head = _("nullaosta: recovery codes of %(user)s. Each works once.") % {"user": user_of(request).username}
    text = "\r\n".join([head, "", *codes, ""])
    context = {"codes": codes, "file": "data:text/plain;charset=utf-8," + quote(text)}
    response = render(request, "entrance/codes.html", context)
    response.headers["Cache-Control"] = "no-store, private"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@fresh
def factor_remove(request: HttpRequest, pk: int) -> HttpResponse:
    user, at = user_of(request), now()
    found = get_object_or_404(Authenticator, pk=pk, user=user, type__in=factors.REAL)
    is_last = factors.why_not_removed(user, at=at)
    if request.method == "POST" and not is_last:
        factors.remove(user, [found], by=user, at=at)
        messages.success(request, _("The second factor is removed."))
        return redirect("security")
    status = 409 if request.method == "POST" else 200
    return render(
        request, "entrance/factor_remove.html", {"factor": found, "is_last": is_last}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def password(request: HttpRequest) -> HttpResponse:
    """A new one ends all other sessions."""
    user = user_of(request)
    if not user.has_usable_password():
        raise Http404
    attempt = again.attempt_of(request)
    if request.method == "POST" and (seconds := throttle.seconds_to_wait(attempt)):
        messages.error(request, again.wait_words(seconds))
        return redirect("password")
    form = NewPasswordForm(user, request.POST or None)
    if not form.is_valid():
        if form.has_error("old_password", "password_incorrect"):
            throttle.failed(attempt)
        return render(request, "entrance/password.html", {"form": form}, status=422 if form.errors else 200)
    at, before = now(), request.session.session_key
    with transaction.atomic():
        form.save()
        update_session_auth_hash(request, user)
        request.session.save()
        UserSession.objects.filter(session_key=before or "").update(session_key=request.session.session_key)
        ended = sessions.end(sessions.others(user, request.session.session_key))
        trail.record(factors.chain(user), "password_changed", by=user, at=at, data={"sessions_ended": ended})
        tell_change(user, "password", at=at)
    messages.success(request, _("The password is changed; your other sessions are ended."))
    return redirect("security")
