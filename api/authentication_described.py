"""How calls of other systems are described in the OpenAPI document. Imported when the app starts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from api.scopes import SCOPES

TOLD = (
    "Other systems of the hospital: a token by client credentials, good for ten minutes, and, for whatever "
    "concerns people, the header `Nullaosta-Acting-For` with the user name of whom they act for."
)


class ClientActingScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "api.authentication.ClientActing"
    name = "client"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        flow = {
            "tokenUrl": reverse("api-token"),
            "scopes": {name: str(words) for name, words in SCOPES.items()},
        }
        return {"type": "oauth2", "description": TOLD, "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        wanted = getattr(auto_schema.view, "required_scopes", {}).get(auto_schema.method)
        return {self.name: [wanted] if wanted else []}
