"""Where allauth asks us: how secrets are stored, what passkeys are called, who comes from single sign-on."""

from __future__ import annotations

import base64
import hashlib
from ipaddress import ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from audit.whence import client_address

NAME = "nullaosta"
NOWHERE = "0.0.0.0"  # noqa: S104 (said of an unknown address, not listened on)


def _cipher() -> MultiFernet:
    """From SECRET_KEY; what an earlier one encrypted is read as long as it stands in SECRET_KEY_FALLBACKS."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [hashlib.sha256(b"second factor:" + secret.encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """A copy of the database alone holds no second factor."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: User) -> str:
        return user.username

    def get_totp_issuer(self) -> str:
        return NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": NAME}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        return {"id": str(user.pk).encode(), "display_name": user.signature, "name": user.username}


class Hospital(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """`entrance/views/hospital.py` receives whoever the provider sends; allauth creates and links nobody."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        from entrance.views.hospital import arrive

        raise ImmediateHttpResponse(arrive(request, sociallogin))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **more: Any
    ) -> None:
        from entrance.views.hospital import failed

        raise ImmediateHttpResponse(failed(request, error=error, exception=exception))


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    def get_client_ip(self, request: HttpRequest) -> str:
        """For the list of one's sessions; a server that listens on a socket knows none."""
        address = client_address(request)
        try:
            return str(ip_address(address))
        except ValueError:
            return NOWHERE
