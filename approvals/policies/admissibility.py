"""What a proposal of inadmissibility and the answer to it must say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from approvals.models import Application, ReasonCode
from approvals.policies.texts import LEAST_REASON, wants_text
from approvals.refusals import Shortcoming

# What the pharmacy may hold against an application by itself; everything clinical is the committee's.
TRIAGE = (
    ReasonCode.R08,
    ReasonCode.R09,
    ReasonCode.R10,
    ReasonCode.R12,
    ReasonCode.R13,
    ReasonCode.R15,
)


def propose(
    application: Application, at: datetime, *, reason_codes: list[str], text: str
) -> Iterable[Shortcoming]:
    if not reason_codes:
        yield Shortcoming("", "reason_codes", _("Choose at least one reason."))
    elif not set(reason_codes) <= set(TRIAGE):
        yield Shortcoming(
            "", "reason_codes", _("Only the committee refuses for this reason: refer the application to it.")
        )
    yield from wants_text("text", text, LEAST_REASON)


def object_to_it(application: Application, at: datetime, *, text: str) -> Iterable[Shortcoming]:
    yield from wants_text("text", text, LEAST_REASON)
