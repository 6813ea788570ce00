"""Who calls: a client with its token, acting for the prescriber named in a header.

401 where the token is not good (with the challenge of RFC 6750), 403 where the client may not act for that
person. A caller without a bearer token is left to the next class: a browser's session, with its CSRF check.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Any, NoReturn

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from oauth2_provider.models import AccessToken
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.clock import now
from accounts.models import User
from accounts.people import memberships
from api.acting_for import Acting, mandate_for, narrowed
from api.models import Client, Mandate
from audit.whence import client_address

ACTING_FOR = "Nullaosta-Acting-For"


class Nobody(AnonymousUser):
    """A client acts for nobody: enough for what is nobody's, as the catalogue."""

    is_authenticated = True  # type: ignore[assignment]


class BadToken(AuthenticationFailed):
    default_code = "bad_token"


class NoMandate(PermissionDenied):
    default_code = "no_mandate"


class OtherNetwork(PermissionDenied):
    default_code = "other_network"


class ClientActing(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User | Nobody, Acting] | None:
        kind = request.headers.get("Authorization", "").partition(" ")[0]
        if kind.lower() != "bearer":
            return None
        client, scopes = self._by_token(request)
        # From here on the call is known: whatever becomes of it, it goes into the client's trail.
        called: Any = request._request
        called.client = client
        if not is_from(client, client_address(called)):
            raise OtherNetwork(_("This client does not call from this address."))
        username = request.headers.get(ACTING_FOR, "")
        if not username:
            return Nobody(), Acting(client, scopes)
        mandate = mandate_to_act(client, username, at=now())
        called.acting_for = mandate
        return mandate.user, Acting(client, scopes, mandate)

    def authenticate_header(self, request: Request) -> str:
        error: dict[str, str] = getattr(request._request, "oauth2_error", {})
        told = "".join(f', {name}="{value}"' for name, value in error.items())
        return f'Bearer realm="api"{told}'

    def _by_token(self, request: Request) -> tuple[Client, frozenset[str]]:
        """By the token's hash. Not through the library's own check: that one reads the whole body first, and
        fails on addresses that are fine for everybody else."""
        sent = request.headers["Authorization"].partition(" ")[2].strip()
        kept = AccessToken.objects.select_related("application__hospital")
        token = kept.filter(token_checksum=sha256(sent.encode()).hexdigest()).first()
        if token is None or token.is_expired() or token.application is None:
            self._refuse(request)
        client: Client = token.application
        if not client.is_active:
            self._refuse(request)
        # What was taken from the client since counts at once.
        return client, frozenset(token.scope.split()) & frozenset(client.scopes)

    def _refuse(self, request: Request) -> NoReturn:
        called: Any = request._request
        called.oauth2_error = {"error": "invalid_token"}
        raise BadToken(_("The token is not valid, or its time is over: ask for another one."))


def is_from(client: Client, address: str) -> bool:
    if not client.networks:
        return True
    try:
        called_from = ip_address(address)
    except ValueError:
        return False
    return any(called_from in ip_network(network) for network in client.networks)


def mandate_to_act(client: Client, username: str, *, at: datetime) -> Mandate:
    """With the person narrowed to it. Raises `NoMandate`; whether there is such a person is not told to
    whoever may not act for them."""
    mandate = mandate_for(client, username, at=at) if username.isprintable() else None
    if mandate is None:
        raise NoMandate(_("This client has no mandate in force for that person."))
    user = narrowed(mandate, client)
    if not user.is_active:
        raise NoMandate(_("The account of that person is closed."))
    if not memberships(user, at=at):
        raise NoMandate(_("That person no longer holds the role for which the mandate was given."))
    return mandate
