"""How long a session lasts: so long after it was last used, and so long in all. Nothing that was typed is
lost by it: drafts save themselves, and a form sent too late waits on the page that asks to sign in again.

Real time, also where a demonstration lives ahead: a session is a matter of this browser, not of the house.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

# What was used less than this ago counts as used now: not every click writes to the session.
NOTED_EVERY_SECONDS = 60


@receiver(user_logged_in)
def begin(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    now = int(time.time())
    request.session["signed_in_at"] = request.session["seen_at"] = now
    request.session["ends_at"] = now + settings.SESSION_COOKIE_AGE


@receiver(user_logged_out)
def forget(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    UserSession.objects.filter(session_key=request.session.session_key or "").delete()


def left(session: SessionBase) -> int:
    """The seconds that remain if nobody touches anything; 0 when it is over."""
    idle = session.get("seen_at", 0) + settings.SESSION_IDLE_SECONDS - time.time()
    return max(0, int(min(idle, left_in_all(session))))


def left_in_all(session: SessionBase) -> int:
    """The seconds that remain however busy one is."""
    return max(0, int(session.get("ends_at", 0) - time.time()))


def use(session: SessionBase, *, always: bool = False) -> None:
    """Somebody did something: the time without use begins again."""
    now = int(time.time())
    if not always and now - session.get("seen_at", 0) < NOTED_EVERY_SECONDS:
        return
    session["seen_at"] = now
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())
