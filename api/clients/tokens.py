"""The token endpoint and its counterpart, for other systems only: no page, no cookie, no other grant."""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import RevokeTokenView, TokenView

from accounts.clock import now
from api.models import Client
from api.throttling import Limit, count
from audit import trail
from audit.whence import client_address


class _Throttled:
    """Counted for each client at each address, so that nobody elsewhere can use up what is a client's; and
    for the address."""

    http_method_names = ("post",)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        address = client_address(request)
        # Whatever was sent as the name: hashed, it is neither long nor to be read in Redis.
        pair = sha256(f"{address} {named(request)}".encode()).hexdigest()
        limits = [
            count("token", pair, settings.API_TOKENS),
            count("token-address", address, settings.API_TOKENS_ADDRESS),
        ]
        counted: list[Limit] = [limit for limit in limits if limit is not None]
        tightest = min(counted, key=lambda limit: limit.left, default=None)
        request.rate_limit = tightest  # type: ignore[attr-defined]
        if tightest is not None and tightest.is_over:
            told = {"error": "slow_down", "error_description": "Too many requests: see Retry-After."}
            return JsonResponse(told, status=429)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer


@method_decorator([csrf_exempt, login_not_required], name="dispatch")
class Token(_Throttled, TokenView):  # type: ignore[misc]
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("grant_type") != "client_credentials":
            return JsonResponse({"error": "unsupported_grant_type"}, status=400)
        answer: HttpResponse = self.authorization_flow_token_response(request)
        _record(request, "token_issued" if answer.status_code == 200 else "token_refused")
        return answer


@method_decorator([csrf_exempt, login_not_required], name="dispatch")
class Revoke(_Throttled, RevokeTokenView):  # type: ignore[misc]
    pass


def named(request: HttpRequest) -> str:
    """The client's id as it was sent, in either of the two ways (RFC 6749 §2.3.1)."""
    kind, _space, sent = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return request.POST.get("client_id", "")[:255]
    try:
        return unquote_plus(base64.b64decode(sent).decode().partition(":")[0])[:255]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _record(request: HttpRequest, what: str) -> None:
    """In the trail of the client, where there is one of that name."""
    sent = named(request)
    client = Client.objects.filter(client_id=sent).first() if sent.isprintable() else None
    if client is not None:
        told = {"from": client_address(request)[:45]}
        trail.record(client.chain, what, by=None, at=now(), data=told)
