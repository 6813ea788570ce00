"""What a declaration, a vote and a decision of the committee need."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import day
from approvals import voting
from approvals.limits import Limits
from approvals.models import Application, ReasonCode, Vote
from approvals.policies.ceiling import is_above_ceiling, pharmacist_let_pass
from approvals.policies.departing import says_why_it_departs
from approvals.policies.limiting import less_than_asked
from approvals.policies.texts import LEAST_REASON, wants_text
from approvals.refusals import Shortcoming
from approvals.voting import unratified
from approvals.workflow import ON_TREATMENT, Status


def name_rapporteur(application: Application, at: datetime, *, member: User | None) -> Iterable[Shortcoming]:
    found = voting.seat(member, application, at=at) if member else None
    if found is None:
        yield Shortcoming("", "member", _("Choose a member of the committee."))
    elif found.recusal:
        yield Shortcoming(
            "", "member", _("%(who)s is recused from this application.") % {"who": found.user.signature}
        )


def open_hearing(
    application: Application, at: datetime, *, is_virtual: bool, voting_until: datetime | None
) -> Iterable[Shortcoming]:
    if voting.hearing(application):
        yield Shortcoming("", "", _("The committee is hearing this application already."))
    if application.status in ON_TREATMENT and not unratified(application):
        yield Shortcoming("", "", _("It is decided: there is nothing to ratify."))
    if told := voting.too_few(application, at=at):
        yield Shortcoming("", "", told)
    if is_virtual and (voting_until is None or voting_until <= at):
        yield Shortcoming("", "voting_until", _("Say until when the members may vote: a time to come."))


def declare(
    application: Application, at: datetime, *, has_conflict: bool, text: str, round: int
) -> Iterable[Shortcoming]:
    yield from of_this_round(application, round)
    if has_conflict:
        yield from wants_text("text", text)


def of_this_round(application: Application, round: int) -> Iterable[Shortcoming]:
    if round != application.round:
        yield Shortcoming("", "", _("This vote belongs to an earlier round: read the application again."))


def vote(
    application: Application,
    at: datetime,
    *,
    choice: str,
    text: str,
    round: int,
    reason_codes: list[str],
) -> Iterable[Shortcoming]:
    yield from of_this_round(application, round)
    possible = ratifying() if application.status in ON_TREATMENT else Vote.Choice.values
    if choice not in possible:
        yield Shortcoming("", "choice", _("Choose how you vote."))
    elif choice != Vote.Choice.APPROVE or text:
        yield from wants_text("text", text)
    if choice == Vote.Choice.REJECT and application.status == Status.COMMITTEE_REVIEW:
        yield from known_codes(reason_codes)


def ratifying() -> list[str]:
    """The votes on what the chair decided alone: it is ratified or it is not."""
    return [Vote.Choice.APPROVE, Vote.Choice.REJECT, Vote.Choice.ABSTAIN]


def known_codes(reason_codes: list[str]) -> Iterable[Shortcoming]:
    if not reason_codes or not set(reason_codes) <= set(ReasonCode.values):
        yield Shortcoming("", "reason_codes", _("Choose at least one reason."))


def may_be_closed(application: Application, at: datetime) -> Iterable[Shortcoming]:
    """A round is closed on its votes: heard, with a quorum, and not while members may still vote."""
    heard = voting.hearing(application)
    if heard is None:
        yield Shortcoming("", "", _("The committee is not hearing this application now."))
        return
    yield from has_quorum(voting.tally(application, at=at))
    still_open = heard.voting_until is not None and at < heard.voting_until
    if still_open and not voting.is_settled(application, at=at):
        yield Shortcoming(
            "", "", _("Votes that are still missing may change the result: wait for them or for the end.")
        )


def has_quorum(tally: voting.Tally) -> Iterable[Shortcoming]:
    if tally.has_quorum:
        return
    if tally.absent and tally.voted >= tally.quorum:
        told = _("No quorum: nobody who has voted is: %(professions)s.") % {
            "professions": voting.professions(tally.absent)
        }
    else:
        told = (
            _("No quorum: %(voted)d of %(entitled)d entitled members have voted, %(quorum)d are needed.")
            % tally.as_dict()
        )
    yield Shortcoming("", "", told)


def decides_for(result: str, application: Application, at: datetime) -> Iterable[Shortcoming]:
    """The votes, once there is a quorum, lead to this result and no other."""
    tally = voting.tally(application, at=at)
    if not tally.has_quorum or tally.result == result:
        return
    told = {
        voting.Outcome.APPROVED: _("The votes approve: %(in_favour)d in favour, %(against)d against."),
        voting.Outcome.REJECTED: _("The votes do not approve: %(in_favour)d in favour, %(against)d against."),
        voting.Outcome.INFORMATION: _("The votes ask for further information: ask the prescriber."),
        "": _("Everybody abstains: the votes decide nothing. Defer the application."),
    }
    yield Shortcoming("", "", told[tally.result] % tally.as_dict())


def approve(
    application: Application,
    at: datetime,
    *,
    conditions: str,
    limits: Limits,
    ceiling_reason: str,
    because: str,
) -> Iterable[Shortcoming]:
    yield from may_be_closed(application, at)
    yield from decides_for(voting.Outcome.APPROVED, application, at)
    tally = voting.tally(application, at=at)
    if (tally.with_conditions and not limits) or conditions:
        yield from wants_text("conditions", conditions)
    yield from says_why_it_departs(application, at, is_approval=True, because=because)
    yield from terms_of_approval(application, at, limits=limits, ceiling_reason=ceiling_reason)


def terms_of_approval(
    application: Application, at: datetime, *, limits: Limits, ceiling_reason: str
) -> Iterable[Shortcoming]:
    """What holds for every authorisation, by the votes or by the chair alone."""
    yield from less_than_asked(limits, application, on=day(at))
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
    because: str,
) -> Iterable[Shortcoming]:
    yield from may_be_closed(application, at)
    yield from decides_for(voting.Outcome.REJECTED, application, at)
    yield from why_refused(
        application, at, reason_codes=reason_codes, reasons=reasons, would_change=would_change
    )
    yield from says_why_it_departs(application, at, is_approval=False, because=because)


def why_refused(
    application: Application, at: datetime, *, reason_codes: list[str], reasons: str, would_change: str
) -> Iterable[Shortcoming]:
    yield from known_codes(reason_codes)
    yield from wants_text("reasons", reasons, LEAST_REASON)
    yield from wants_text("would_change", would_change, LEAST_REASON)


def defer(
    application: Application, at: datetime, *, reason: str, until: date | None
) -> Iterable[Shortcoming]:
    yield from not_decided_by_votes(application, at)
    yield from wants_text("reason", reason)
    if until is None or until <= day(at):
        yield Shortcoming("", "until", _("Write the day on which it is heard again: a day to come."))


def not_decided_by_votes(application: Application, at: datetime) -> Iterable[Shortcoming]:
    """Who presides cannot put off or send back what the votes have decided."""
    if voting.hearing(application) is None or not voting.is_settled(application, at=at):
        return
    if voting.tally(application, at=at).result != voting.Outcome.INFORMATION:
        yield Shortcoming("", "", _("The votes have decided: close the application with their result."))


def decide_urgently(
    application: Application,
    at: datetime,
    *,
    alone_because: str,
    conditions: str,
    limits: Limits,
    ceiling_reason: str,
) -> Iterable[Shortcoming]:
    if not settings.CHAIR_DECIDES_ALONE:
        yield Shortcoming("", "", _("In this hospital the chair does not decide between sittings."))
    elif voting.hearing(application):
        yield Shortcoming("", "", _("The committee is hearing this application: its votes decide."))
    elif application.awaits_ratification:
        yield Shortcoming("", "", _("It was authorised as an emergency: the committee ratifies it, or not."))
    elif unratified(application):
        yield Shortcoming(
            "",
            "",
            _("The committee has not judged yet what was decided alone before: it decides on this too."),
        )
    elif voting.needs_two_thirds(application) or application.appealed_at:
        yield Shortcoming(
            "", "", _("An appeal, or a use that takes two thirds of the votes, is not decided by one person.")
        )
    yield from wants_text("alone_because", alone_because, LEAST_REASON)
    if conditions:
        yield from wants_text("conditions", conditions)
    yield from terms_of_approval(application, at, limits=limits, ceiling_reason=ceiling_reason)


def ratify(application: Application, at: datetime) -> Iterable[Shortcoming]:
    yield from may_be_closed(application, at)
    yield from decides_for(voting.Outcome.APPROVED, application, at)


def deny_ratification(
    application: Application,
    at: datetime,
    *,
    reason_codes: list[str],
    reasons: str,
    would_change: str,
) -> Iterable[Shortcoming]:
    yield from may_be_closed(application, at)
    yield from decides_for(voting.Outcome.REJECTED, application, at)
    yield from why_refused(
        application, at, reason_codes=reason_codes, reasons=reasons, would_change=would_change
    )
