"""What django-oauth-toolkit asks us: whether a secret is right, and what a client may ask for."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.utils.crypto import constant_time_compare
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes

from accounts.clock import now
from api.models import Client
from api.scopes import SCOPES


class Validator(OAuth2Validator):  # type: ignore[misc]  # the library has no types
    """The library keeps one secret for each client; ours may have two for a while. Their hashes are read when
    the library loads the client, and compared where it compares."""

    def _load_application(self, client_id: str, request: Any) -> Client | None:
        if not client_id.isprintable():
            return None  # PostgreSQL takes no NUL, and no client has such a name
        client: Client | None = super()._load_application(client_id, request)
        if client is not None:
            held = client.secrets.valid(at=now()).values_list("sha256", flat=True)
            client.client_secret = " ".join(held)
        return client

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        given = sha256(provided_secret.encode()).hexdigest()
        return any(constant_time_compare(given, held) for held in stored_secret.split())


class Scopes(BaseScopes):  # type: ignore[misc]
    """A client that asks for nothing gets all it is allowed."""

    def get_all_scopes(self) -> dict[str, str]:
        return {name: str(words) for name, words in SCOPES.items()}

    def get_available_scopes(
        self, application: Client | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return list(application.scopes) if application else []

    get_default_scopes = get_available_scopes
