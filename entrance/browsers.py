"""A browser knows who signed in with it before: a long-lived signed cookie that names nobody."""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.conf import settings
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse

COOKIE = "browser"
SALT = "entrance.browsers"
FOR_SECONDS = 365 * 24 * 3600
PEOPLE = 30  # of a shared computer, the latest


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        browser, people = loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=FOR_SECONDS)
        return str(browser), [str(one) for one in people]
    except (BadSignature, ValueError, TypeError):
        return "", []


def known(request: HttpRequest, name: str) -> str:
    """The browser's own number, where whoever signs in under that name has done so with it before."""
    browser, people = _read(request)
    return browser if _mark(name) in people else ""


def remember(request: HttpRequest, response: HttpResponse, name: str) -> None:
    browser, people = _read(request)
    mark = _mark(name)
    people = [*(one for one in people if one != mark), mark][-PEOPLE:]
    response.set_cookie(
        COOKIE,
        dumps([browser or secrets.token_hex(16), people], salt=SALT),
        max_age=FOR_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _mark(name: str) -> str:
    return sha256(name.casefold().encode()).hexdigest()[:16]
