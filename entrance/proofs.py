"""Whether what somebody shows is right: an app's code, a code on paper, a passkey."""

from __future__ import annotations

import hmac
import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from entrance.factors import Kind


def code_is_right(user: User, code: str, *, on_paper: bool = True) -> str:
    """Which kind of factor the code is of; "" when it is none. No code counts twice."""
    code = "".join(code.split())
    if not code.isascii() or not code.isdigit():
        return ""
    with transaction.atomic():
        kinds = [Kind.TOTP, Kind.RECOVERY_CODES] if on_paper else [Kind.TOTP]
        found = Authenticator.objects.select_for_update().filter(user=user, type__in=kinds)
        for one in found.order_by("pk"):
            is_right = _app_code(one, code) if one.type == Kind.TOTP else one.wrap().validate_code(code)
            if is_right:
                one.refresh_from_db()
                one.record_usage()
                return str(one.type)
    return ""


def _app_code(app: Authenticator, code: str) -> bool:
    """The step of the clock it counted for is kept in the database: who looks over a shoulder comes too late,
    also with Redis away."""
    secret = decrypt(app.data["secret"])
    for step in totp.yield_hotp_counters_from_time():
        is_fresh = step > app.data.get("last_step", 0)
        if is_fresh and hmac.compare_digest(totp.format_hotp_value(totp.hotp_value(secret, step)), code):
            app.data["last_step"] = step
            app.save(update_fields=["data"])
            return True
    return False


def passkey_options(user: User) -> dict[str, Any]:
    """What the browser is asked; the question lies in the session until it is answered."""
    options: dict[str, Any] = webauthn.begin_authentication(user)
    return options


def passkey_is_right(user: User, text: str) -> bool:
    try:
        credential = json.loads(text)
        webauthn.parse_authentication_response(credential)
        found: Authenticator = webauthn.complete_authentication(user, credential)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        return False
    found.record_usage()
    return True


def new_passkey(text: str) -> dict[str, Any] | None:
    """The new key, if it answers what this session asked."""
    try:
        credential: dict[str, Any] = json.loads(text)
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return credential
