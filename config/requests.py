"""Each request has an id and leaves one line in the log: who, which pattern of address, how it ended, how
long.

Never the address itself, what was asked behind its question mark, or what was sent.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars

from config.logs import route_of

log = logging.getLogger("requests")
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
# They would be nine lines of ten: what is fetched with a page, what the monitoring asks each minute.
QUIET = ("/static/", "/healthz")


class Noted:
    """The outermost: static files and refusals of the others pass here too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began, known_by = perf_counter(), identify(request)
        with bound_contextvars(request=known_by):
            response = self.get_response(request)
            response.headers["X-Request-ID"] = known_by
            if response.status_code >= 400 or not request.path.startswith(QUIET):
                note(request, response, seconds=perf_counter() - began)
        return response


def identify(request: HttpRequest) -> str:
    """The id that our proxy gave it; anybody else's could imitate a line of somebody else."""
    given = request.headers.get("X-Request-ID", "")
    if settings.SECURE_PROXY_SSL_HEADER and WELL_FORMED.fullmatch(given):
        return given
    return "-".join(secrets.token_hex(2) for _ in range(3)).upper()


def note(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    # Only who was asked for anyway: a line costs no query.
    user = getattr(request, "_cached_user", None)
    about = {
        "method": request.method,
        "route": route_of(request),
        "status": response.status_code,
        "ms": round(seconds * 1000),
        "user": getattr(user, "pk", None),
    }
    log.info("answered", extra=about)
