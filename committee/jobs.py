"""AFTERWARDS: who is told of a sitting, and its minutes. A number and a link, never a patient."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee import members, minutes_letter
from committee.models import Mode, Sitting
from committee.workflow import Status
from documents.issuing import issue
from documents.models import Kind
from outbox.jobs import Superseded, job
from outbox.mail import send
from outbox.promises import promise

# Subject (after the number) and sentence of each mail, and the statuses in which it is still true.
MAILS: dict[str, tuple[Lazy, Lazy, tuple[Status, ...]]] = {
    "invite": (
        _("the committee meets"),
        _("You are invited to a sitting of the committee. The agenda is on its page."),
        (Status.SCHEDULED, Status.OPEN),
    ),
    "ask_votes": (
        _("your vote"),
        _("A virtual round is open: declare your conflicts of interest and vote."),
        (Status.OPEN,),
    ),
    "tell_cancelled": (
        _("cancelled"),
        _("The sitting does not take place. What stood on its agenda waits for another one."),
        (Status.CANCELLED,),
    ),
    "tell_minuted": (
        _("minutes signed"),
        _("The minutes of the sitting are signed and sealed."),
        (Status.MINUTED,),
    ),
}


def to_members(kind: str) -> Callable[..., None]:
    """The job that promises one such mail to each member, substitutes and those appointed included."""

    def tell(*, key: str, at: datetime, sitting: int) -> None:
        found = Sitting.objects.get(pk=sitting)
        with transaction.atomic():
            for user in invited(found, at=at):
                arguments: dict[str, int | str] = {"sitting": sitting, "user": user.pk, "kind": kind}
                promise("mail_sitting", f"{key}:{user.pk}", arguments, at=at)

    return tell


for one in MAILS:
    job(one)(to_members(one))


def invited(sitting: Sitting, *, at: datetime) -> list[User]:
    """The seats on the day of the sitting, and who is appointed for something on its agenda; without whoever
    convened it."""
    seated = {
        seat.user.pk: seat.user for seat in members.seats(sitting.hospital_id, at=max(at, sitting.begins))
    }
    appointed = User.objects.filter(
        appointments__application__items__sitting=sitting,
        appointments__application__items__removed_at=None,
        is_active=True,
    )
    seated |= {user.pk: user for user in appointed}
    return [user for pk, user in sorted(seated.items()) if pk != sitting.convened_by_id]


@job("mail_sitting")
def mail_sitting(*, key: str, at: datetime, sitting: int, user: int, kind: str) -> None:
    found, recipient = Sitting.objects.get(pk=sitting), User.objects.get(pk=user)
    subject, sentence, still_true = MAILS[kind]
    if found.status not in still_true:
        raise Superseded("The sitting has moved on.")
    with translation.override(recipient.language):
        context = {
            "number": found.number,
            "sentence": sentence,
            "when": when_words(found),
            "place": found.place,
            "link": settings.SITE_URL + reverse("sitting", args=[found.number]),
        }
        body = render_to_string("committee/mail/sitting.txt", context)
        send(key, recipient.email, f"{found.number}: {subject}", body)


def when_words(sitting: Sitting) -> str:
    moment = sitting.voting_until if sitting.mode == Mode.VIRTUAL else sitting.begins
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


@job("issue_minutes")
def issue_minutes(*, key: str, at: datetime, sitting: int) -> None:
    """Draw, seal and file the minutes; then promise the mails."""
    found = Sitting.objects.select_related("hospital", "signed_by", "opened_by").get(pk=sitting)
    if found.signed_at is None:
        raise Superseded("The minutes are not signed.")
    document = issue(
        key,
        kind=Kind.MINUTES,
        number=found.number,
        at=found.signed_at,
        by=found.signed_by,
        compose=lambda reserved: minutes_letter.compose(found, reserved),
    )
    with transaction.atomic():
        Sitting.objects.filter(pk=sitting, minutes=None).update(minutes=document)
        promise("tell_minuted", f"minuted:{sitting}", {"sitting": sitting}, at=at)
