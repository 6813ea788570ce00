"""What every call of the API leaves behind: an entry in the client's trail, and the headers of its limit."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.clock import now
from api.throttling import Limit
from audit import trail
from audit.whence import client_address

NUMBER = re.compile(r"[A-Z]{1,4}-[0-9]{4}-[0-9]{1,9}")


class Calls:
    """One entry for each call of a client, however it ended, written when the answer is ready and in a
    statement of its own: two calls of a client wait for each other no longer than that takes. A call that
    cannot be written down is not answered.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        limit: Limit | None = getattr(request, "rate_limit", None)
        if limit is not None:
            for name, value in limit.headers().items():
                response.headers[name] = value
        if getattr(request, "client", None) is not None:
            self._record(request, response.status_code)
        return response

    def _record(self, request: HttpRequest, status: int) -> None:
        mandate = getattr(request, "acting_for", None)
        trail.record(
            request.client.chain,  # type: ignore[attr-defined]  # set by api/authentication.py
            "called",
            by=mandate.user if mandate else None,
            at=now(),
            data=_about(request, status),
        )


def _about(request: HttpRequest, status: int) -> dict[str, str | int]:
    """Which address by its name, not as it was typed: what others typed may be anything."""
    match = request.resolver_match
    about: dict[str, str | int] = {
        "method": request.method or "",
        "route": (match.view_name or "") if match else "",
        "status": status,
        "from": client_address(request)[:45],
    }
    number = str(match.kwargs.get("number", "")) if match else ""
    if NUMBER.fullmatch(number):
        about["number"] = number
    request_id = getattr(request, "request_id", "") or getattr(request, "id", "")
    if request_id:
        about["request"] = str(request_id)[:64]
    return about
