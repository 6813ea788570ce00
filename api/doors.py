"""What all doors have: who calls, when, in which language; problems as answers; a POST that happens once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, ClassVar, cast

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.clock import now
from accounts.models import User
from api import idempotency
from api.models import Answer


class Door(APIView):
    """A view of the API. Methods take the request and answer data; whatever they raise becomes a problem."""

    # Which scope a client's token needs, by method; people who signed in need none.
    required_scopes: ClassVar[dict[str, str]] = {}

    @cached_property
    def at(self) -> datetime:
        return now()

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def caller(self, request: Request) -> str:
        """Whose keys these are: one person's, or one client's for a person."""
        client = getattr(request.auth, "application_id", None)
        return f"client {client} for {self.user.pk}" if client else f"user {self.user.pk}"

    def once(self, request: Request, do: Callable[[], Response], *, content: bytes) -> HttpResponseBase:
        """What `do` answers, once for each key."""
        told = idempotency.once(
            do,
            caller=self.caller(request),
            key=idempotency.key_of(request),
            asked=idempotency.print_of(request, content),
            user=self.user,
            at=self.at,
        )
        return replayed(told) if isinstance(told, Answer) else told


def happens_once(method: Callable[..., Response]) -> Callable[..., HttpResponseBase]:
    """A POST with an `Idempotency-Key`. The bytes are read here, before a parser takes them."""

    @wraps(method)
    def post(door: Door, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        content = request._request.body
        return door.once(request, lambda: method(door, request, *args, **kwargs), content=content)

    return post


def replayed(known: Answer) -> HttpResponse:
    """The first answer again, byte by byte; a header says so."""
    response = HttpResponse(bytes(known.body), status=known.status)
    for name, value in known.headers.items():
        response[name] = value
    response[idempotency.REPLAYED] = "true"
    return response
