"""Where somebody is signed in: listed, and ended by themselves. What is ended is dead at the next click."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings

from accounts.models import User
from audit.whence import device_of
from entrance.adapters import NOWHERE


@dataclass(frozen=True)
class Place:
    pk: int
    device: str
    address: str
    since: datetime
    last_seen: datetime
    is_here: bool


def places(user: User, key: str | None, *, at: datetime) -> list[Place]:
    """This one first, then the latest. What ran out by itself is cleared away."""
    found = []
    for one in UserSession.objects.filter(user=user).order_by("-last_seen_at"):
        is_here = one.session_key == key
        if not is_here and (_is_over(one, at) or one.purge()):
            one.end()
            continue
        address = "" if one.ip == NOWHERE else one.ip
        found.append(
            Place(one.pk, device_of(one.user_agent), address, one.created_at, one.last_seen_at, is_here)
        )
    return sorted(found, key=lambda place: not place.is_here)


def _is_over(one: UserSession, at: datetime) -> bool:
    idle = timedelta(seconds=settings.SESSION_IDLE_SECONDS + 60)  # last use is noted once a minute
    return bool(
        one.last_seen_at + idle < at or one.created_at + timedelta(seconds=settings.SESSION_COOKIE_AGE) < at
    )


def forget_old(user: User, *, at: datetime) -> None:
    """What lasted as long as a session may is over, whether or not anybody looked."""
    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    UserSession.objects.filter(user=user, created_at__lt=at - longest).delete()


def end(found: Iterable[UserSession]) -> int:
    ended = 0
    for one in found:
        one.end()
        ended += 1
    return ended


def others(user: User, key: str | None) -> Iterable[UserSession]:
    found: Iterable[UserSession] = UserSession.objects.filter(user=user).exclude(session_key=key or "")
    return found
