"""What a call that did not happen answers: problem details (RFC 9457), with pointers into what was sent.

Every answer from 400 up has this shape, whoever noticed: the router, the framework, a rule of the house.
`type` is a word of the list below; machines read it, people read `detail`, in the language they asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

PREFIX = "urn:nullaosta:problem:"
MEDIA_TYPE = "application/problem+json"

Error = dict[str, str]


class Problem(exceptions.APIException):
    """An answer with status, word, sentence, and whatever a machine needs to go on (`more`)."""

    def __init__(
        self, status: int, word: str, detail: str, *, errors: Iterable[Error] = (), **more: Any
    ) -> None:
        super().__init__(detail, word)
        self.status_code, self.word, self.errors, self.more = status, word, list(errors), more
        self.headers: dict[str, str] = {}


def pointer(*path: object) -> str:
    """A JSON pointer (RFC 6901) to a field of the body: `pointer("questions", 0)` is "/questions/0"."""
    # A key that somebody sends may hold half a character, which no answer can.
    plain = (str(part).encode("utf-8", "replace").decode() for part in path)
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in plain)


def error(where: str, sentence: object) -> Error:
    """One thing wrong: where in the body ("" for all of it), and what."""
    return {"pointer": where, "detail": str(sentence)}


def invalid(errors: Iterable[Error]) -> Problem:
    """What was sent cannot be taken as it is: each thing wrong with its place."""
    found = list(errors)
    detail = found[0]["detail"] if len(found) == 1 else _("Some of what was sent cannot be taken.")
    return Problem(422, "invalid", detail, errors=found)


def bad_query(errors: Iterable[Error]) -> Problem:
    """A filter in the address that cannot be read; `parameter` names it."""
    told = [{"parameter": one["pointer"].strip("/"), "detail": one["detail"]} for one in errors]
    return Problem(400, "query", _("The address holds a filter that cannot be read."), errors=told)


def flattened(detail: Any, *path: object) -> list[Error]:
    """The errors of a serializer, however deep they lie."""
    if isinstance(detail, dict):
        plain = [(() if key == "non_field_errors" else (key,), value) for key, value in detail.items()]
        return [one for key, value in plain for one in flattened(value, *path, *key)]
    if isinstance(detail, list) and any(isinstance(one, dict | list) for one in detail):
        return [one for index, value in enumerate(detail) for one in flattened(value, *path, index)]
    return [error(pointer(*path), one) for one in (detail if isinstance(detail, list) else [detail])]


def problem_of(raised: Exception) -> Problem | None:
    """The same thing said our way; None for a failure of ours."""
    match raised:
        case Problem():
            return raised
        case exceptions.ValidationError():
            return invalid(flattened(raised.detail))
        case exceptions.ParseError():
            return Problem(400, "unreadable", _("The body cannot be read as JSON."))
        case RequestDataTooBig():
            return Problem(413, "too-large", _("The body is too large."))
        case Http404() | exceptions.NotFound():
            return Problem(404, "not-found", _("There is no such thing, or it is not yours to see."))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return Problem(401, "unauthenticated", _said(raised, _("Sign in, or send a token.")))
        case PermissionDenied() | exceptions.PermissionDenied():
            return Problem(403, "forbidden", _said(raised, _("You may not do this.")))
        case exceptions.MethodNotAllowed():
            return Problem(405, "method", _("This address does not take that method."))
        case exceptions.NotAcceptable():
            return Problem(406, "not-acceptable", _("The answer is JSON: accept application/json."))
        case exceptions.UnsupportedMediaType():
            return Problem(415, "media-type", _("Send the body in the media type that is documented here."))
        case exceptions.Throttled():
            return Problem(429, "too-many", _("Too many calls: try again later."))
    return None


def _said(raised: Exception, otherwise: str) -> str:
    """What our own code raised with a sentence of its own; the framework's are replaced."""
    detail = getattr(raised, "detail", None)
    default = getattr(raised, "default_detail", None)
    return str(detail) if detail and default is not None and str(detail) != str(default) else otherwise


def answer(raised: Exception, context: dict[str, Any]) -> Response | None:
    """The framework's exception handler: its headers (Allow, WWW-Authenticate, Retry-After), our body."""
    usual, problem = exception_handler(raised, context), problem_of(raised)
    if problem is None:
        return None
    response = Response(body(problem), status=problem.status_code, content_type=MEDIA_TYPE)
    kept = ("Allow", "WWW-Authenticate", "Retry-After")
    for name in kept:
        if usual is not None and name in usual.headers:
            response[name] = usual.headers[name]
    for name, value in problem.headers.items():
        response[name] = value
    return response


def body(problem: Problem) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": PREFIX + problem.word,
        "title": TITLES[problem.word],
        "status": problem.status_code,
        "detail": str(problem.detail),
    }
    if problem.errors:
        told["errors"] = problem.errors
    return told | problem.more


# In English: a title does not change from one occurrence, or one reader, to the next (RFC 9457, 3.1.3).
TITLES = {
    "invalid": "Something in the body is missing or wrong",
    "query": "A filter cannot be read",
    "unreadable": "The body cannot be read",
    "too-large": "The body is too large",
    "not-found": "Not found",
    "unauthenticated": "Not signed in",
    "forbidden": "Not allowed",
    "method": "Method not allowed",
    "not-acceptable": "Not acceptable",
    "media-type": "Unsupported media type",
    "too-many": "Too many calls",
    "prove-again": "Prove again who you are",
    "second-factor": "A second factor is wanted",
    "conflict": "Not possible in this status",
    "stale": "It was changed meanwhile",
    "no-if-match": "If-Match is missing",
    "no-idempotency-key": "Idempotency-Key is missing",
    "idempotency-key-reused": "Idempotency-Key was used for something else",
    "in-flight": "The same call is under way",
    "unavailable": "Not available just now",
    "incident": "A failure of ours",
}
