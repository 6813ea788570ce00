"""The time machine of a demonstration: the house's date moves forward, for every process at once."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import DemoClock, User
from accounts.people import day
from approvals.refusals import Refused
from audit import trail

logger = logging.getLogger(__name__)
FURTHEST = timedelta(days=5 * 366)


def move(*, to: date, seen: date, by: User, at: datetime, real: datetime) -> datetime:
    """Let the house live on that day, at the same time of day; answers when it is then.

    `seen` is the date on the page that was sent, `real` the time outside. Never back: what happened later
    would lie in the future, and a deadline that was kept would wait again.
    """
    with transaction.atomic():
        moved_by = {"moved_at": real, "moved_by": by}
        DemoClock.objects.get_or_create(defaults={"ahead": timedelta(0), **moved_by}, is_the_only_one=True)
        clock = DemoClock.objects.select_for_update().get()
        today = day(real + clock.ahead)
        if seen != today:
            raise Refused(
                _("Meanwhile the demonstration lives on %(day)s already.") % {"day": date_format(today)}
            )
        if to <= today:
            raise Refused(
                _("Time moves forward only: choose a day after %(day)s.") % {"day": date_format(today)}
            )
        if to - day(real) > FURTHEST:
            raise Refused(_("Five years ahead is the furthest."))
        here = timezone.localtime(real + clock.ahead)
        then = timezone.make_aware(datetime.combine(to, here.time()))
        DemoClock.objects.update(ahead=then - real, **moved_by)
        data = {"from": today.isoformat(), "to": to.isoformat()}
        trail.record("demo:1", "demo_moved", by=by, at=at, data=data)
    return then


def sweep_now() -> bool:
    """Post at once what beat posts every minute; whether the broker took it. Otherwise beat does, in a
    minute."""
    try:
        for one in settings.CELERY_BEAT_SCHEDULE.values():
            current_app.send_task(one["task"], retry=False, expires=55)
    except Exception as error:  # whatever the broker's client raises
        logger.warning("Nothing swept now (%s): beat does it within a minute.", type(error).__name__)
        return False
    return True
