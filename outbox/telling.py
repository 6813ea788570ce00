"""Telling people something by mail: at once, in working hours, or once a day together.

A mail is written by a function of its app, registered under the name of the job that sends it:

    @mail("mail_reminder")
    def reminder(*, at: datetime, to: User, authorisation: int) -> Text:

and promised with `tell`. What is urgent or overdue is sent at once to everybody. Other mails wait for working
hours (setting MAIL_HOURS), or, for whoever wants it so, for the daily digest (DIGEST_AT).

A digest is a promise like any other, one per person and day; its lines are rows that name the mails they
would have been. What each says is written when the digest is sent, and what is settled by then is left out.
A line joins a digest that nobody has begun to send, under a lock on its promise: it is in that one or in the
next, and a digest that is sent again says the same under the same Message-ID.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from accounts.models import User
from accounts.working_days import day_after, digest_day, digest_time, next_working_time
from outbox.jobs import Job, Superseded, job
from outbox.mail import send
from outbox.models import Line, Promise
from outbox.promises import promise


@dataclass(frozen=True)
class Text:
    """What a mail says; in a digest its subject stands for it. `link` is where to go: a path of our own."""

    subject: str
    body: str
    link: str


Writer = Callable[..., Text]
_writers: dict[str, Writer] = {}

# Held until the commit: whoever chooses between single mails and the digest meanwhile waits, and no mail
# promised twice (its job ran again) goes both ways.
CHOSEN = "SELECT id, wants_digest FROM accounts_user WHERE id = ANY(%s) ORDER BY id FOR SHARE"
# A digest that somebody has begun to send is closed, also if it failed: it may have arrived.
JOIN = """
SELECT 1 FROM outbox_promise WHERE key = %s AND status = 'waiting' AND attempts = 0 FOR SHARE
"""


def mail(name: str) -> Callable[[Writer], Job]:
    """Make what writes mails of that name, in the language of whom they are for, the job that sends them."""

    def register(writer: Writer) -> Job:
        def send_one(*, key: str, at: datetime, user: int, **arguments: int | str) -> None:
            to = User.objects.get(pk=user)
            with translation.override(to.language):
                text = writer(at=at, to=to, **arguments)
                send(key, to.email, text.subject, text.body)

        _writers[name] = writer
        return job(name)(send_one)

    return register


def tell(
    name: str,
    key: str,
    arguments: Mapping[str, int | str],
    *,
    to: Iterable[User],
    at: datetime,
    is_urgent: bool = False,
    by: User | None = None,
) -> None:
    """Promise that mail to each of them, once, whatever becomes of the transaction's job afterwards.

    Called inside a transaction. `is_urgent` is said of what is urgent or overdue.
    """
    keys = {f"{key}:{user.pk}": user.pk for user in to}
    wants = _wants_digest(keys.values())
    known = set(Line.objects.filter(key__in=keys).values_list("key", flat=True))
    known |= set(Promise.objects.filter(key__in=keys).values_list("key", flat=True))
    # In the order of the people, always: two that tell the same people wait for each other, not half-way.
    for own_key, pk in sorted(keys.items(), key=lambda pair: pair[1]):
        if own_key in known:
            continue
        own = {**arguments, "user": pk}
        if wants[pk] and not is_urgent:
            _wait_for_digest(name, own_key, own, user=pk, at=at)
        else:
            not_before = at if is_urgent else next_working_time(at)
            promise(name, own_key, own, at=at, by=by, not_before=not_before)


def _wants_digest(pks: Iterable[int]) -> dict[int, bool]:
    with connection.cursor() as cursor:
        cursor.execute(CHOSEN, [list(pks)])
        return dict(cursor.fetchall())


def _wait_for_digest(
    name: str, key: str, arguments: dict[str, int | str], *, user: int, at: datetime
) -> None:
    day = digest_day(at)
    while not _join(user, day, at=at):
        day = day_after(day)
    Line.objects.create(key=key, user_id=user, digest_on=day, job=name, arguments=arguments, promised_at=at)


def _join(user: int, day: date, *, at: datetime) -> bool:
    """Whether the digest of that day still takes lines; promised, if it was not."""
    key = f"digest:{user}:{day.isoformat()}"
    promise("digest", key, {"user": user, "day": day.isoformat()}, at=at, not_before=digest_time(day))
    with connection.cursor() as cursor:
        cursor.execute(JOIN, [key])
        return cursor.fetchone() is not None


@job("digest")
def digest(*, key: str, at: datetime, user: int, day: str) -> None:
    """Send one person one mail for everything that waited for it."""
    to = User.objects.get(pk=user)
    with translation.override(to.language):
        texts = list(_texts(to, date.fromisoformat(day), at=at)) if to.is_active else []
        if not texts:
            raise Superseded("There is nothing left to say.")
        context = {
            "lines": [(text.subject, settings.SITE_URL + text.link) for text in texts],
            "profile": settings.SITE_URL + reverse("profile"),
        }
        body = render_to_string("outbox/mail/digest.txt", context)
        subject = ngettext("Your day: %(count)d notice", "Your day: %(count)d notices", len(texts))
        send(key, to.email, subject % {"count": len(texts)}, body)


def _texts(to: User, day: date, *, at: datetime) -> Iterator[Text]:
    lines = list(Line.objects.filter(user=to, digest_on=day).order_by("promised_at", "pk"))
    alone = set(Promise.objects.filter(key__in=[line.key for line in lines]).values_list("key", flat=True))
    for line in lines:
        if line.key in alone:
            continue
        try:
            arguments = {name: value for name, value in line.arguments.items() if name != "user"}
            yield _writers[line.job](at=at, to=to, **arguments)
        except Superseded:
            continue
        except Exception:  # whatever it is: the others are not kept waiting for it
            promise(line.job, line.key, line.arguments, at=at)  # its own failure is seen there
