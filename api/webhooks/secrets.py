"""The secrets of webhooks: made here, shown once, kept so that they can sign.

A secret that signs cannot be kept as a hash. It is encrypted (Fernet) with a key derived from SECRET_KEY:
a copy of the database alone signs nothing. With a new SECRET_KEY the old one stays in SECRET_KEY_FALLBACKS
until every secret was made anew.
"""

from __future__ import annotations

import base64
import secrets

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PREFIX = "whsec_"


def new() -> str:
    """A secret as Standard Webhooks writes it: 256 random bits in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sealed(secret: str) -> bytes:
    return _cipher().encrypt(secret.encode())


def opened(kept: bytes | memoryview) -> str:
    """Raises `cryptography.fernet.InvalidToken` where SECRET_KEY is another one."""
    return _cipher().decrypt(bytes(kept)).decode()


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(_key(one)) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret_key: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"nullaosta webhooks")
    return base64.urlsafe_b64encode(derived.derive(secret_key.encode()))
