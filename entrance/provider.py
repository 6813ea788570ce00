"""The hospital's OpenID Connect provider, as the settings name it: allauth's, asked for more.

On top of state and PKCE: a nonce, the signature of the identity token checked also where it came over TLS,
and the issuer must be the one that was configured.
"""

from __future__ import annotations

import hashlib
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

ID = "hospital"
# Signed with a private key: one that we know too would let anybody who steals it from us sign.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


def nonce_of(verifier: str) -> str:
    """Bound to the code verifier, which lies in this browser's session: nothing else has to be kept."""
    return hashlib.sha256(b"nonce:" + verifier.encode()).hexdigest()


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    verifier = ""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, ID)

    def get_provider(self) -> Provider:
        return Provider(self.request, app=app())

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if str(config.get("issuer")).rstrip("/") != settings.OIDC_ISSUER:
            raise OAuth2Error("The provider names another issuer than OIDC_ISSUER.")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("hospital-return"))

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str | None = None
    ) -> Any:
        self.verifier = pkce_code_verifier or ""
        return super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> Any:
        claims = self._claims(app, kwargs["response"].get("id_token") or "")
        if "userinfo_endpoint" in self.openid_config:
            told = self._fetch_user_info(token.token)
            if told.get("sub") != claims["sub"]:
                raise OAuth2Error("The provider speaks of two people.")
            claims = told | claims
        login = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        login.claims = claims
        return login

    def _claims(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=self._key(id_token),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                options={"require": ["sub", "exp", "iat", "aud", "iss"]},
                leeway=30,
            )
        except jwt.PyJWTError as trouble:
            raise OAuth2Error("The identity token is not good.") from trouble
        if not self.verifier or claims.get("nonce") != nonce_of(self.verifier):
            raise OAuth2Error("The answer is not to our question: another nonce.")
        return claims

    def _key(self, id_token: str) -> jwt.PyJWK:
        """The key that is named; none need be named where the provider has only one."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = [
            key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if key.public_key_use in (None, "sig")
        ]
        named = jwt.get_unverified_header(id_token).get("kid")
        found = [key for key in keys if named is None or key.key_id == named]
        if len(found) != 1:
            raise OAuth2Error("The identity token names no key of the provider's.")
        return found[0]


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    id = ID
    oauth2_adapter_class = Adapter

    def get_oauth2_adapter(self, request: HttpRequest) -> Adapter:
        return Adapter(request)

    def get_pkce_params(self) -> dict[str, str]:
        params: dict[str, str] = super().get_pkce_params()
        return params | {"nonce": nonce_of(params["code_verifier"])}

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        return {}  # what the provider says of a person is used, and not kept


def app() -> SocialApp:
    return SocialApp(
        provider=ID,
        provider_id=ID,
        name=settings.OIDC_NAME or ID,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={
            "server_url": settings.OIDC_ISSUER,
            "uid_field": settings.OIDC_UID_CLAIM,
            "oauth_pkce_enabled": True,
        },
    )
