"""What the tests of the entrance do with their hands: an app that counts, a person with a second factor."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from entrance import factors
from tests.people import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def app_code(secret: str = SECRET, steps: int = 0) -> str:
    """What an authenticator app shows now, or that many half minutes later."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def with_app(user: User) -> list[str]:
    """They have an app; the codes on paper."""
    return factors.add_app(user, SECRET, at=timezone.now())


def forget_steps(user: User) -> None:
    """As if the code had not been used yet: half a minute has passed."""
    app = Authenticator.objects.get(user=user, type=factors.Kind.TOTP)
    app.data.pop("last_step", None)
    app.save()


def sign_in(client, name, **more):
    return client.post(reverse("sign-in"), {"username": name, "password": PASSWORD} | more)


def in_session(client, **values) -> None:
    session = client.session
    session.update(values)
    session.save()


def is_inside(client) -> bool:
    return "_auth_user_id" in client.session
