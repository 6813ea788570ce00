"""AFTERWARDS: a change of how somebody signs in is told to that person, who may not have made it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from outbox.telling import Text, mail, tell

CHANGES: dict[str, tuple[Lazy, Lazy]] = {
    "added": (
        _("A second factor was added to your account"),
        _("A second factor was added to your account."),
    ),
    "removed": (
        _("A second factor was removed from your account"),
        _("A second factor was removed from your account."),
    ),
    "codes": (
        _("New recovery codes for your account"),
        _("New recovery codes were made for your account: the old ones no longer work."),
    ),
    "password": (
        _("The password of your account was changed"),
        _("The password of your account was changed, and your other sessions were ended."),
    ),
    "linked": (
        _("Your account is linked to single sign-on"),
        _("Your account was linked to the hospital's account: from now on you can sign in with it."),
    ),
}


def tell_change(user: User, what: str, *, at: datetime) -> None:
    """At once, whatever the hour: if it was somebody else, every minute counts. Inside a transaction."""
    if user.email:
        told: dict[str, int | str] = {"what": what, "when": at.isoformat()}
        tell(
            "mail_account",
            f"account:{user.pk}:{what}:{at.timestamp()}",
            told,
            to=[user],
            at=at,
            is_urgent=True,
        )


@mail("mail_account")
def mail_account(*, at: datetime, to: User, what: str, when: str) -> Text:
    subject, sentence = CHANGES[what]
    link = reverse("security")
    context = {
        "sentence": sentence,
        "when": datetime.fromisoformat(when),
        "link": settings.SITE_URL + link,
        "support": settings.SUPPORT_CONTACT,
    }
    return Text(str(subject), render_to_string("entrance/mail/account.txt", context), link)
