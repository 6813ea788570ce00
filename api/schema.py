"""How the API is described: the headers and problems that many calls share, and small things of answers."""

from __future__ import annotations

from typing import Any, Literal

from django.conf import settings
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request

from api.problems import MEDIA_TYPE, TITLES


class ErrorSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(
        required=False, allow_blank=True, help_text="A JSON pointer into the body; empty: all of it."
    )
    parameter = serializers.CharField(required=False, help_text="The parameter of the address.")
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details (RFC 9457)."""

    type = serializers.CharField(help_text="`urn:nullaosta:problem:` and a word: " + ", ".join(TITLES) + ".")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for people, in the language asked for.")
    errors = ErrorSerializer(many=True, required=False)  # type: ignore[assignment]
    current_status = serializers.CharField(required=False)
    current_etag = serializers.CharField(required=False)
    allowed_actions = serializers.ListField(child=serializers.CharField(), required=False)


DESCRIPTIONS = {
    400: "A parameter or a header that cannot be read.",
    401: "Nobody signed in, or no valid token.",
    403: "Not for this person, or not for this client.",
    404: "Not there, or not the caller's to see.",
    405: "The address does not take this method.",
    406: "The answer is JSON.",
    409: "Not possible as things stand.",
    412: "It was changed since it was read.",
    413: "Too large.",
    415: "The body is not JSON.",
    422: "Something in the body is missing or wrong.",
    428: "`If-Match` is missing.",
    429: "Too many calls.",
}
# Any call may be answered so.
ALWAYS = (400, 401, 403, 404, 405, 406, 429)


def problems(*statuses: int) -> dict[Any, Any]:
    return {
        (status, MEDIA_TYPE): OpenApiResponse(ProblemSerializer, DESCRIPTIONS[status]) for status in statuses
    }


def header(name: str, told: str, *, required: bool = True) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, required, told)


KEY = header("Idempotency-Key", "New for each thing to be done; sent again, the call happens once.")
IF_MATCH = header("If-Match", "The ETag of what was read.")


class Described(AutoSchema):
    """What every operation says without being told: the problems of any call, those of a body."""

    def get_tags(self) -> list[str]:
        """By the first word of the address."""
        parts = [part for part in self.path.split("/") if part and not part.startswith("{")]
        return [parts[2] if len(parts) > 2 else "api"]

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        always = [*ALWAYS, *((413, 415) if self.method in ("POST", "PATCH", "PUT") else ())]
        for (status, _media), told in problems(*always).items():
            if str(status) not in bodies:
                described: Any = self._get_response_for_code  # has no types
                bodies[str(status)] = described(told, str(status), [MEDIA_TYPE])
        return dict(sorted(bodies.items()))


def base_of(request: Request) -> str:
    """The beginning of every address in an answer: as the hospital calls this installation."""
    return str(settings.SITE_URL).rstrip("/")


def shared(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Each problem described once, and named by the calls that may be answered so."""
    found: dict[str, Any] = result["components"].setdefault("responses", {})
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, told in operation["responses"].items():
                if MEDIA_TYPE in told.get("content", {}):
                    found[f"Problem{status}"] = told
                    operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    result["components"]["responses"] = dict(sorted(found.items()))
    return result
