"""The calendar feed of a person: its key, and what it says. Numbers and units only, never a patient."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import FeedToken, User
from accounts.people import day
from audit import trail
from treatments import due
from treatments.ics import Event, calendar
from treatments.models import Authorisation

# From a year ago to a year ahead, and no more events than a calendar bears.
PAST, AHEAD, MOST = timedelta(days=365), timedelta(days=366), 2_000


def make(*, by: User, at: datetime) -> str:
    """A new key, shown once: only its hash is kept. The one before it opens nothing any more."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        # Two clicks at once: the second waits here and revokes what the first one made.
        User.objects.select_for_update().get(pk=by.pk)
        _revoke(by=by, at=at)
        FeedToken.objects.create(sha256=_hash(token), made_at=at, made_by=by)
        trail.record(f"feed:{by.pk}", "feed_made", by=by, at=at, data={})
    return token


def revoke(*, by: User, at: datetime) -> bool:
    """Whether there was a key to revoke."""
    with transaction.atomic():
        revoked = _revoke(by=by, at=at)
        if revoked:
            trail.record(f"feed:{by.pk}", "feed_revoked", by=by, at=at, data={})
    return revoked


def _revoke(*, by: User, at: datetime) -> bool:
    held = FeedToken.objects.filter(made_by=by, revoked_at=None)
    return bool(held.update(revoked_at=at, revoked_by=by))


def current(user: User) -> FeedToken | None:
    return FeedToken.objects.filter(made_by=user, revoked_at=None).first()


def owner(token: str, *, at: datetime) -> User | None:
    """Whose key it is, if it holds and its owner is still here; the day of its use is kept."""
    held = FeedToken.objects.select_related("made_by").filter(sha256=_hash(token), revoked_at=None).first()
    if held is None or not held.made_by.is_active:
        return None
    if held.last_used_on != day(at):
        FeedToken.objects.filter(pk=held.pk).update(last_used_on=day(at))
    return held.made_by


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def feed(user: User, *, at: datetime) -> str | None:
    """The deadlines that the person may see now; None for somebody who may see none."""
    seen, on = due.scope(user, at=at), day(at)
    if seen.is_empty:
        return None
    found = seen.periods().filter(due_on__gte=on - PAST, due_on__lte=on + AHEAD)
    rows = found.select_related("unit").defer("dose").order_by("due_on", "id")[:MOST]
    with translation.override(user.language):
        return calendar(_("Reassessment deadlines"), [event(period, seen) for period in rows])


def event(period: Authorisation, seen: due.Scope) -> Event:
    number = period.number.rsplit("/", 1)[0]
    path = reverse("application", args=[number]) if seen.opens(period) else reverse("deadlines")
    host = settings.SITE_URL.partition("://")[2].rstrip("/")
    return Event(
        uid=f"authorisation-{period.pk}@{host}",
        on=period.due_on,
        summary=_("%(number)s: reassessment due") % {"number": number},
        description=period.unit.name,
        url=settings.SITE_URL.rstrip("/") + path,
        changed_at=period.infusion_recorded_at or period.opened_at,
    )
