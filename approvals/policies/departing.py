"""A decision that departs from those before it says why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from approvals import precedents
from approvals.models import Application
from approvals.policies.texts import LEAST_REASON, wants_text
from approvals.refusals import Shortcoming


def says_why_it_departs(
    application: Application, at: datetime, *, is_approval: bool, because: str
) -> Iterable[Shortcoming]:
    told = precedents.of(application, at=at).departure(is_approval=is_approval)
    if told and len(because.strip()) < LEAST_REASON:
        wanted = _("Write why, in at least %(n)d characters.") % {"n": LEAST_REASON}
        yield Shortcoming("", "because", f"{told} {wanted}")
    elif because:
        yield from wants_text("because", because)
