"""Who it is whom the hospital's provider names.

A person is found by the link made at their first sign-in. Before that: by the user name, where the hospital
says which claim holds it, and only an account that was made here for single sign-on. An account with a
password of its own is linked by its owner, from inside, never by a claim; an e-mail address links nobody.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.claims import on_sign_in
from accounts.models import User
from audit import trail
from entrance import factors
from entrance.jobs import tell_change
from entrance.provider import ID

JUST_NOW_SECONDS = 120


class NotLetIn(Exception):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@transaction.atomic
def person(login: Any, *, at: datetime) -> User:
    """Find them, or make them known without any role; `NotLetIn` says why not."""
    user = login.user if login.is_existing else _first_time(login, at=at)
    if not user.is_active:
        raise NotLetIn(_("This account is closed."))
    _take_over(user, login.claims, at=at)
    return user


def _take_over(user: User, claims: dict[str, Any], *, at: datetime) -> None:
    """What the provider says of a person's roles: the house decides what follows from it."""
    on_sign_in(user, claims, at=at)


def _first_time(login: Any, *, at: datetime) -> User:
    name = str(login.claims.get(settings.OIDC_USERNAME_CLAIM) or "") if settings.OIDC_USERNAME_CLAIM else ""
    user = User.objects.filter(username=name).first() if name else None
    if user is None:
        return _newcomer(login, name, at=at)
    if user.has_usable_password() or SocialAccount.objects.filter(user=user).exists():
        raise NotLetIn(
            _(
                "There is an account of that name here already. Sign in with its password, then link the two"
                " under Sign-in and security."
            )
        )
    link(user, login, by=None, at=at)
    return user


def _newcomer(login: Any, name: str, *, at: datetime) -> User:
    """Known from now on, and nothing else: the administrators give roles."""
    if not settings.OIDC_CREATES_PEOPLE:
        raise NotLetIn(_("You have no account here yet: ask the administrators for one."))
    name = name or f"{ID}-{login.account.uid}"
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError:
        raise NotLetIn(_("You have no account here yet: ask the administrators for one.")) from None
    claims = login.claims
    user = User(
        username=name[:150],
        first_name=str(claims.get("given_name") or "")[:150],
        last_name=str(claims.get("family_name") or "")[:150],
        email=str(claims.get("email") or "")[:254] if claims.get("email_verified") is True else "",
    )
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise NotLetIn(_("You have no account here yet: ask the administrators for one.")) from None
    trail.record(factors.chain(user), "person_came", by=None, at=at, data={"how": "hospital"})
    _link(user, login, by=None, at=at)
    return user


@transaction.atomic
def link(user: User, login: Any, *, by: User | None, at: datetime) -> None:
    """From now on that account of the hospital is this person."""
    if login.is_existing and login.user != user:
        raise NotLetIn(_("That account of the hospital belongs to somebody else here."))
    if login.is_existing:
        return
    if SocialAccount.objects.filter(user=user).exists():
        raise NotLetIn(_("Another account of the hospital is linked to yours: ask the administrators."))
    _link(user, login, by=by, at=at)
    tell_change(user, "linked", at=at)


def _link(user: User, login: Any, *, by: User | None, at: datetime) -> None:
    try:
        with transaction.atomic():
            SocialAccount.objects.create(user=user, provider=ID, uid=login.account.uid, extra_data={})
    except IntegrityError:
        raise NotLetIn(_("That account of the hospital belongs to somebody else here.")) from None
    trail.record(factors.chain(user), "account_linked", by=by, at=at, data={"provider": ID})


def showed_second_factor(claims: dict[str, Any]) -> bool:
    """Whether the provider says so in words the hospital trusts (OIDC_SECOND_FACTOR)."""
    methods = claims.get("amr") or []
    said = {*(methods if isinstance(methods, list) else [methods]), claims.get("acr")}
    return not said.isdisjoint(settings.OIDC_SECOND_FACTOR)


def was_just_now(claims: dict[str, Any]) -> bool:
    """Whether the person proved who they are to the provider now, and not this morning."""
    told = claims.get("auth_time")
    return isinstance(told, int) and time.time() - told < JUST_NOW_SECONDS
