"""A person's second factors: an app that counts with the clock, passkeys, and codes on paper for the day on
which neither is at hand. allauth keeps them; who adds or takes one away is in the trail and told by mail.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.db import transaction

from accounts import people
from accounts.models import User
from audit import trail
from entrance.jobs import tell_change

Kind = Authenticator.Type
REAL = (Kind.TOTP, Kind.WEBAUTHN)


def chain(user: User) -> str:
    return f"user:{user.pk}"


def wanted(user: User, *, at: datetime) -> bool:
    """Whether a role of theirs asks for a second factor."""
    return any(one.role in settings.SECOND_FACTOR_ROLES for one in people.all_memberships(user, at=at))


def of(user: User) -> list[Authenticator]:
    """The app and the passkeys, as they were added; codes on paper are none by themselves."""
    return list(Authenticator.objects.filter(user=user, type__in=REAL).order_by("pk"))


def has(user: User, kind: str) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=kind).exists())


def next_query(path: str) -> str:
    return urlencode({"next": path})


@transaction.atomic
def add_app(user: User, secret: str, *, at: datetime) -> list[str]:
    """The codes on paper, where these are the first."""
    TOTP.activate(user, secret)
    return _added(user, Kind.TOTP, at=at)


@transaction.atomic
def add_passkey(user: User, name: str, credential: dict[str, object], *, at: datetime) -> list[str]:
    WebAuthn.add(user, name, credential)
    return _added(user, Kind.WEBAUTHN, at=at)


def _added(user: User, kind: str, *, at: datetime) -> list[str]:
    trail.record(chain(user), "second_factor_added", by=user, at=at, data={"kind": kind})
    tell_change(user, "added", at=at)
    if has(user, Kind.RECOVERY_CODES):
        return []
    return list(RecoveryCodes.activate(user).generate_codes())


@transaction.atomic
def new_codes(user: User, *, at: datetime) -> list[str]:
    """Codes on paper anew; the old ones end."""
    Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).delete()
    trail.record(chain(user), "recovery_codes_made", by=user, at=at, data={})
    tell_change(user, "codes", at=at)
    return list(RecoveryCodes.activate(user).generate_codes())


def codes_left(user: User) -> int:
    found = Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).first()
    return len(found.wrap().get_unused_codes()) if found else 0


def why_not_removed(user: User, *, at: datetime) -> bool:
    """Whether it is the last one of somebody whose role asks for one."""
    return settings.SECOND_FACTOR and wanted(user, at=at) and len(of(user)) < 2


@transaction.atomic
def remove(user: User, found: Iterable[Authenticator], *, by: User | None, at: datetime) -> None:
    """Take these away; with the last one its codes on paper go too."""
    for one in found:
        one.delete()
        trail.record(chain(user), "second_factor_removed", by=by, at=at, data={"kind": one.type})
    if not of(user):
        Authenticator.objects.filter(user=user).delete()
    tell_change(user, "removed", at=at)
