"""Single sign-on: to the hospital's provider, and whoever comes back from there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from redis.exceptions import RedisError
from requests import RequestException

from accounts import people
from accounts.clock import now
from entrance import again, entering, hospital
from entrance.hospital import NotLetIn
from entrance.provider import Adapter
from entrance.views.signing_in import beside

logger = logging.getLogger(__name__)
AWAY = (OAuth2Error, RequestException, RedisError, KeyError, ValueError, TypeError)
PURPOSES = ("login", "again", "connect")

View = Callable[[HttpRequest], HttpResponse]


def with_provider(view: View) -> View:
    """Only where one is configured; a provider that does not answer is told, and no fault of ours."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not settings.OIDC_ISSUER:
            raise Http404
        try:
            return view(request)
        except AWAY as trouble:
            return failed(request, error=AuthError.UNKNOWN, exception=trouble)

    return guarded


@login_not_required
@never_cache
@require_POST
@with_provider
def go(request: HttpRequest) -> HttpResponse:
    """A page that leads there by itself: our forms only go to ourselves, a redirect is stopped."""
    purpose = request.POST.get("purpose", "login")
    if purpose not in PURPOSES or (purpose != "login" and not request.user.is_authenticated):
        raise Http404
    if purpose == "connect" and not again.is_fresh(request):
        return redirect("prove")
    words = request.POST.get("kept", "") if purpose == "login" else ""
    if words and not request.user.is_authenticated:
        # Here they lie on the server: no other site may carry them. Gone when used, or ten minutes later.
        request.session.set_expiry(entering.WAITS_SECONDS)
    asked = {"prompt": "login", "max_age": "0"} if purpose != "login" else {}
    response = (
        Adapter(request)
        .get_provider()
        .redirect(request, purpose, request.POST.get("next", ""), {"kept": words}, auth_params=asked)
    )
    if "Location" not in response.headers:
        return cast(HttpResponse, response)
    return render(request, "entrance/to_provider.html", {"address": response.headers["Location"]} | beside())


@login_not_required
@never_cache
@require_GET
@with_provider
def come_back(request: HttpRequest) -> HttpResponse:
    """allauth checks what came back, and hands whoever it is to `arrive`."""
    return cast(HttpResponse, OAuth2CallbackView.adapter_view(Adapter(request))(request))


def arrive(request: HttpRequest, login: Any) -> HttpResponse:
    """The provider says who it is: let in, confirmed, or linked, as was asked for."""
    state = login.state or {}
    try:
        if state.get("process") == "again":
            return _confirmed(request, login)
        if state.get("process") == "connect":
            return _linked(request, login)
        user = hospital.person(login, at=now())
    except NotLetIn as refusal:
        return _refused(request, refusal.sentence, status=403)
    request.session.set_expiry(None)
    if not people.memberships(user, at=now()):
        messages.info(request, _("You have no role here yet: ask the administrators for it."))
    second = "hospital" if hospital.showed_second_factor(login.claims) else ""
    return entering.first_proof_given(
        request,
        user,
        how="hospital",
        next_url=state.get("next") or "",
        words=(state.get("data") or {}).get("kept", ""),
        second=second,
    )


def _confirmed(request: HttpRequest, login: Any) -> HttpResponse:
    if not request.user.is_authenticated or not login.is_existing or login.user != request.user:
        raise NotLetIn(_("That is another person's account: confirm with your own."))
    if not hospital.was_just_now(login.claims):
        raise NotLetIn(_("The hospital's sign-in did not ask for your password again: nothing is confirmed."))
    again.prove(request)
    return render(request, "entrance/proved.html")


def _linked(request: HttpRequest, login: Any) -> HttpResponse:
    if not request.user.is_authenticated:
        raise NotLetIn(_("Your session ended meanwhile: sign in, then link the account again."))
    hospital.link(request.user, login, by=request.user, at=now())
    messages.success(request, _("Linked: from now on you can sign in with the hospital's account."))
    return redirect("security")


def failed(request: HttpRequest, *, error: Any = None, exception: Exception | None = None) -> HttpResponse:
    """What came back was no answer to our question, or nothing did."""
    if error == AuthError.CANCELLED:
        return _refused(
            request, _("You left the hospital's sign-in before its end. Nothing happened."), status=403
        )
    logger.warning("single sign-on failed: %s", type(exception).__name__)
    if isinstance(exception, RequestException):
        told = _("The hospital's sign-in does not answer. Try again in a few minutes.")
        return _refused(request, told, status=503)
    told = _("The hospital's sign-in could not be completed. Begin again from this page.")
    return _refused(request, told, status=403)


def _refused(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    context = {"sentence": sentence, "inside": request.user.is_authenticated}
    return render(request, "entrance/not_let_in.html", context | beside(), status=status)
