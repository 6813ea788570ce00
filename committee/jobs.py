"""AFTERWARDS: who is told of a sitting, and its minutes. A number and a link, never a patient."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee import closing, members, minutes_letter
from committee.models import Mode, Sitting
from committee.workflow import Status
from documents.issuing import issue
from documents.models import Kind
from outbox.jobs import Superseded, job
from outbox.promises import promise
from outbox.telling import Text, mail, tell

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


# Nobody travels to a sitting that does not take place.
AT_ONCE = ("tell_cancelled",)


def to_members(kind: str) -> Callable[..., None]:
    """The job that promises one such mail to each member, substitutes and those appointed included."""

    def tell_members(*, key: str, at: datetime, sitting: int) -> None:
        found = Sitting.objects.get(pk=sitting)
        with transaction.atomic():
            told: dict[str, int | str] = {"sitting": sitting, "kind": kind}
            people = invited(found, at=at)
            tell("mail_sitting", key, told, to=people, at=at, is_urgent=kind in AT_ONCE)

    return tell_members


for one in MAILS:
    job(one)(to_members(one))


@job("remind_votes")
def remind_votes(*, key: str, at: datetime, sitting: int, until: int) -> None:
    """A virtual round ends soon: those who may vote and have not are told."""
    found = still_closing(sitting, until)
    with transaction.atomic():
        told: dict[str, int | str] = {"sitting": sitting, "until": until}
        tell("mail_votes_wanted", key, told, to=closing.voters(found, at=at), at=at, is_urgent=True)


@mail("mail_votes_wanted")
def mail_votes_wanted(*, at: datetime, to: User, sitting: int, until: int) -> Text:
    found = still_closing(sitting, until)
    if to.pk not in {user.pk for user in closing.voters(found, at=at)}:
        raise Superseded("The vote is there.")
    return written(found, *closing.NOTICE)


def still_closing(sitting: int, until: int) -> Sitting:
    found = Sitting.objects.get(pk=sitting)
    if not closing.ends_at(found, until):
        raise Superseded("The round is over, or ends at another time.")
    return found


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


@mail("mail_sitting")
def mail_sitting(*, at: datetime, to: User, sitting: int, kind: str) -> Text:
    found = Sitting.objects.get(pk=sitting)
    subject, sentence, still_true = MAILS[kind]
    if found.status not in still_true:
        raise Superseded("The sitting has moved on.")
    return written(found, subject, sentence)


def written(sitting: Sitting, subject: Lazy, sentence: Lazy) -> Text:
    link = reverse("sitting", args=[sitting.number])
    context = {
        "number": sitting.number,
        "sentence": sentence,
        "when": when_words(sitting),
        "place": sitting.place,
        "link": settings.SITE_URL + link,
    }
    return Text(f"{sitting.number}: {subject}", render_to_string("committee/mail/sitting.txt", context), link)


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
