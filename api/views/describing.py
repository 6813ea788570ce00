"""The description of the API, and its pages; and what is not there."""

from __future__ import annotations

from functools import cache
from typing import Any

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from api.doors import Door


@cache
def described() -> bytes:
    """OpenAPI 3.1, in English whoever asks: the same as docs/openapi.yaml. Made once in a process."""
    with translation.override("en"):
        generator: Any = SchemaGenerator  # has no types
        schema = generator().get_schema(request=None, public=True)
    return bytes(OpenApiJsonRenderer().render(schema, renderer_context={}))


def description(request: HttpRequest) -> HttpResponse:
    return HttpResponse(described(), content_type="application/json")


class Pages(SpectacularSwaggerSplitView):
    """The description to read and to try, for whoever is signed in in the same browser."""

    authentication_classes = []
    permission_classes = [AllowAny]
    url_name = "api:description"
    url_name_self = "api:docs"


# Swagger UI writes style attributes; its scripts and styles come from this server like all others.
@csp_update({"style-src": [UNSAFE_INLINE]})
def pages(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = PAGES(request)
    return answer


PAGES: Any = Pages.as_view()


class Nowhere(Door):
    """An address that does not exist."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def get(self, request: Request, rest: str) -> Response:
        raise Http404

    post = put = patch = delete = get
