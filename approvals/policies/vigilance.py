"""What an adverse event must say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _

from approvals.policies.texts import wants_text
from approvals.reassessing import Event
from approvals.refusals import Shortcoming
from treatments.models import AdverseEvent


def event_lacks(event: Event, today: date, *, at: datetime, suffix: str = "") -> Iterable[Shortcoming]:
    yield from wants_text(f"what{suffix}", event.what)
    if event.severity not in AdverseEvent.Severity.values:
        yield Shortcoming("", f"severity{suffix}", _("Say how severe it was."))
    if event.happened_on is None or event.happened_on > today:
        yield Shortcoming(
            "", f"happened_on{suffix}", _("Enter the day on which it happened, not one to come.")
        )
    if event.known_since is not None and event.known_since > at:
        yield Shortcoming("", f"known_since{suffix}", _("You cannot come to know of it later than now."))
