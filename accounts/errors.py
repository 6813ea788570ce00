"""The pages of what went wrong: what happened, what is safe, whom to call."""

import logging
import secrets
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from structlog.contextvars import get_contextvars

from accounts.middleware import is_api

log = logging.getLogger(__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure of ours with a code that also stands in the log: that of the request, by which all its
    lines are found.

    Drawn without context processors: they ask the database, which may be what failed.
    """
    code = incident()
    log.error("Incident %s", code, exc_info=sys.exc_info())
    is_database_away = isinstance(sys.exc_info()[1], OperationalError)
    if is_api(request):
        told = _("It did not happen. Give this code to the support: %(code)s") % {"code": code}
        if is_database_away:
            return problem("unavailable", "Not available just now", 503, told)
        return problem("incident", "A failure of ours", 500, told)
    page = render_to_string(
        "503.html" if is_database_away else "500.html", {"code": code, "support": settings.SUPPORT_CONTACT}
    )
    return HttpResponse(page, status=503 if is_database_away else 500)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what cannot be read, or is more than one form may hold (413), in words."""
    is_too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    if is_api(request):
        if is_too_much:
            return problem("too-large", "The body is too large", 413, _("The body is too large."))
        return problem("unreadable", "The body cannot be read", 400, _("The call cannot be read."))
    told = {
        "code": incident(),
        "support": settings.SUPPORT_CONTACT,
        "is_too_much": is_too_much,
        "megabytes": f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 2**20:.1f}".replace(".", ","),
    }
    return HttpResponse(render_to_string("400.html", told), status=413 if is_too_much else 400)


def problem(word: str, title: str, status: int, detail: str) -> JsonResponse:
    """The same for a machine, where no view of the API answers: the shape of `api.problems`."""
    told = {"type": f"urn:nullaosta:problem:{word}", "title": title, "status": status, "detail": detail}
    return JsonResponse(told, status=status, content_type="application/problem+json")


def incident() -> str:
    """The code a person says on the telephone: the request's, by which all its lines in the log are found."""
    return str(get_contextvars().get("request") or secrets.token_hex(4))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose hidden token is stale: signed out in another window, or a very old page."""
    return render(request, "403_csrf.html", status=403)
