"""Proving again who one is before what binds: signing, voting, deciding, sealing.

One field stands on the same form as what is confirmed, so nothing that was typed is lost by it:

    proof = AgainForm(request)                   on the page: {% ask_again proof %}
    if not (proof := proved(request)).is_valid(): …draw the page again, 422
    …do it…; used(request)

Once proved it holds for REAUTH_MINUTES. Signing in does not count: who left the computer open signed in, too.
"""

from __future__ import annotations

import time
from typing import Any, cast

from allauth.socialaccount.models import SocialAccount
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from entrance import factors, proofs, throttle
from entrance.factors import Kind

# With REAUTH_MINUTES=0 a proof is for one act; this long it waits for it (a page that asks "are you sure?").
ONE_ACT_SECONDS = 120
# How people sign in is changed soon after signing in, or after proving it again.
FRESH_SECONDS = 15 * 60


def is_proved(request: HttpRequest) -> bool:
    lasts = settings.REAUTH_MINUTES * 60 or ONE_ACT_SECONDS
    return bool(time.time() - request.session.get("proved_at", 0) < lasts)


def is_fresh(request: HttpRequest) -> bool:
    return time.time() - request.session.get("signed_in_at", 0) < FRESH_SECONDS or is_proved(request)


def prove(request: HttpRequest) -> None:
    request.session["proved_at"] = int(time.time())


def used(request: HttpRequest) -> None:
    """The act is done: where each one wants its own proof, this one is over."""
    if not settings.REAUTH_MINUTES:
        request.session.pop("proved_at", None)


def proved(request: HttpRequest) -> AgainForm:
    """The proof as it was sent; also in `request.again`, for the page drawn where it does not hold."""
    form = AgainForm(request, request.POST)
    request.again = form  # type: ignore[attr-defined]
    return form


def attempt_of(request: HttpRequest) -> throttle.Attempt:
    """Guesses in a session that was left open are counted for that session: its owner signs in elsewhere."""
    return throttle.Attempt(request.user.get_username(), request.session.session_key or "")


def wait_words(seconds: int) -> str:
    return _("Too many attempts. Try again in %(minutes)d minutes.") % {"minutes": -(-seconds // 60)}


def has_failed(request: HttpRequest) -> bool:
    """Whether a proof was sent that does not hold."""
    sent: AgainForm | None = getattr(request, "again", None)
    return bool(sent and sent.errors)


class AgainForm(forms.Form):
    """The password, or an app's code; nothing where it was proved a moment ago. A passkey has its button."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        help_text=gettext_lazy("It confirms that it is you who signs."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "data-size": "20"}),
        error_messages={"required": gettext_lazy("Enter your password")},
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        self.user = cast(User, request.user)
        super().__init__(*args, **kwargs)
        self.is_proved = is_proved(request)
        if self.is_proved:
            del self.fields["password"]
            return
        kinds = {one.type for one in factors.of(self.user)}
        self.has_password, self.has_app = self.user.has_usable_password(), Kind.TOTP in kinds
        self.has_passkey = Kind.WEBAUTHN in kinds
        self.asks_provider = not self.has_password and not self.has_app and _has_link(self.user)
        self._name_field()

    def _name_field(self) -> None:
        field = self.fields["password"]
        if not self.has_password and not self.has_app:
            del self.fields["password"]
        elif not self.has_password:
            field.label, field.error_messages["required"] = _("Code of your app"), _("Enter the code")
            field.widget.attrs |= {"autocomplete": "one-time-code", "inputmode": "numeric"}
        elif self.has_app:
            field.label = _("Your password, or the code of your app")
            field.error_messages["required"] = _("Enter your password, or the code of your app")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_proved or self.errors:
            return cleaned
        if "password" not in self.fields:
            raise forms.ValidationError(_("Confirm who you are with the button, then send the page again."))
        self._check(cleaned["password"])
        return cleaned

    def _check(self, typed: str) -> None:
        attempt = attempt_of(self.request)
        if seconds := throttle.seconds_to_wait(attempt):
            self.add_error("password", forms.ValidationError(wait_words(seconds), code="wait"))
        elif self._is_right(typed):
            throttle.succeeded(attempt)
            prove(self.request)
            self.is_proved = True  # a page drawn after this shows no field
        else:
            throttle.failed(attempt)
            told = _("The password is not right") if self.has_password else _("The code is not right")
            self.add_error("password", forms.ValidationError(told, code="wrong"))

    def _is_right(self, typed: str) -> bool:
        if self.has_app and proofs.code_is_right(self.user, typed, on_paper=False):
            return True
        return self.has_password and self.user.check_password(typed)


def _has_link(user: User) -> bool:
    return bool(settings.OIDC_ISSUER) and SocialAccount.objects.filter(user=user).exists()
