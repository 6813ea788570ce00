"""What a vote and a decision of the committee need."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from approvals import voting
from approvals.models import Application, ReasonCode, Vote
from approvals.policies.ceiling import is_above_ceiling, pharmacist_let_pass
from approvals.policies.texts import LEAST_REASON, wants_text
from approvals.refusals import Shortcoming


def vote(
    application: Application, at: datetime, *, choice: str, text: str, round: int
) -> Iterable[Shortcoming]:
    if round != application.round:
        yield Shortcoming("", "", _("This vote belongs to an earlier round: read the application again."))
    if choice not in Vote.Choice.values:
        yield Shortcoming("", "choice", _("Choose how you vote."))
    elif choice != Vote.Choice.APPROVE or text:
        yield from wants_text("text", text)


def has_quorum(tally: voting.Tally) -> Iterable[Shortcoming]:
    if not tally.has_quorum:
        yield Shortcoming(
            "",
            "",
            _("No quorum: %(cast)d of %(entitled)d entitled members have voted, %(quorum)d are needed.")
            % tally.as_dict(),
        )


def approve(
    application: Application, at: datetime, *, conditions: str, ceiling_reason: str
) -> Iterable[Shortcoming]:
    tally = voting.tally(application, at=at)
    yield from has_quorum(tally)
    if tally.has_quorum and not tally.is_carried:
        yield Shortcoming(
            "",
            "",
            _("The votes do not approve: %(in_favour)d in favour, %(against)d against.") % tally.as_dict(),
        )
    if tally.with_conditions or conditions:
        yield from wants_text("conditions", conditions)
    if is_above_ceiling(application):
        if not pharmacist_let_pass(application):
            yield Shortcoming(
                "", "", _("The pharmacist did not let this dose pass the ceiling: it cannot be authorised.")
            )
        yield from wants_text("ceiling_reason", ceiling_reason, LEAST_REASON)


def reject(
    application: Application,
    at: datetime,
    *,
    reason_codes: list[str],
    reasons: str,
    would_change: str,
) -> Iterable[Shortcoming]:
    tally = voting.tally(application, at=at)
    yield from has_quorum(tally)
    if tally.has_quorum and tally.is_carried:
        yield Shortcoming(
            "", "", _("The votes approve: %(in_favour)d in favour, %(against)d against.") % tally.as_dict()
        )
    if not reason_codes or not set(reason_codes) <= set(ReasonCode.values):
        yield Shortcoming("", "reason_codes", _("Choose at least one reason."))
    yield from wants_text("reasons", reasons, LEAST_REASON)
    yield from wants_text("would_change", would_change, LEAST_REASON)
