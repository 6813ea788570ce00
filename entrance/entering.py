"""From the first proof to a session: who must show a second factor shows it, then the session begins."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from allauth.usersessions.models import UserSession
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from accounts.clock import now
from accounts.going import destination, remember_language
from accounts.keeping import kept
from accounts.models import User
from audit import trail
from audit.whence import client_address
from entrance import browsers, factors, sessions

BACKEND = "django.contrib.auth.backends.ModelBackend"
# How long somebody who gave the right password may look for the telephone.
WAITS_SECONDS = 10 * 60


@dataclass(frozen=True)
class Entering:
    """Somebody between the first proof (`how`) and the second; `next_url` is where they want to go."""

    user: int
    how: str
    next_url: str
    at: float


def first_proof_given(
    request: HttpRequest, user: User, *, how: str, next_url: str, words: str = "", second: str = ""
) -> HttpResponse:
    """`words`: what was typed before the session ended; `second`: a second factor already shown."""
    if request.user.is_authenticated:
        logout(request)  # somebody else, who forgot to: their session ends before this one begins
    if second or not factors.of(user):
        return start(request, user, how=how, next_url=next_url, words=words, second=second)
    request.session.cycle_key()
    request.session["entering"] = asdict(Entering(user.pk, how, next_url, time.time()))
    if not words:
        return redirect("second-factor")
    from entrance.views.second_factor import page

    return page(request, user, words=words)


def entering(request: HttpRequest) -> tuple[User, Entering] | None:
    """Whoever gave the first proof in this browser a moment ago."""
    held = request.session.get("entering")
    if not held or time.time() - held["at"] > WAITS_SECONDS:
        return None
    user = User.objects.filter(pk=held["user"], is_active=True).first()
    return (user, Entering(**held)) if user else None


def start(
    request: HttpRequest, user: User, *, how: str, next_url: str, words: str = "", second: str = ""
) -> HttpResponse:
    """The session begins: written down, and this browser knows the person from now on."""
    at = now()
    with transaction.atomic():
        login(request, user, backend=BACKEND)
        request.session.pop("entering", None)
        if second:
            request.session["second_factor"] = second
        request.session.save()
        sessions.forget_old(user, at=timezone.now())
        UserSession.objects.create_from_request(request)
        told = {"how": how, "second": second, "from": client_address(request)}
        trail.record(factors.chain(user), "signed_in", by=user, at=at, data=told)
    with translation.override(user.language):
        response = go_on(request, next_url, words)
    remember_language(response, user.language)
    browsers.remember(request, response, user.username)
    return response


def go_on(request: HttpRequest, next_url: str, words: str) -> HttpResponse:
    """To the page that was asked for; with what was kept, by way of a page that sends it again."""
    fields, action = kept(words), destination(request, next_url)
    if fields is None:
        return redirect(action)
    return render(request, "accounts/carry_on.html", {"action": action, "fields": fields})
