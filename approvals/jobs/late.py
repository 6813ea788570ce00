"""What was not done in time: warnings, what the program ends by itself, and who is told next."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from approvals import (
    actions,
    escalating,
    expiring,  # noqa: F401  its sweep promises `expire`
    following_up,
    lapsing,
    overdue,
)
from approvals.jobs.texts import written
from approvals.models import Application
from outbox.jobs import Superseded, job
from outbox.telling import Text, mail, tell

ANSWERED, NO_LONGER_LATE = "It was answered, or ended, meanwhile.", "It is no longer late."


@job("lapse")
def lapse(*, key: str, at: datetime, application: int, due: int) -> None:
    if not actions.lapse(application, at=at):
        raise Superseded(ANSWERED)


@job("warn_of_lapse")
def warn_of_lapse(*, key: str, at: datetime, application: int, due: int) -> None:
    """Promise one mail to each person who can still see to the answers."""
    unanswered = still_unanswered(application, due, at=at)
    with transaction.atomic():
        told: dict[str, int | str] = {"application": application, "due": due}
        people = lapsing.warned(unanswered, at=at)
        tell("mail_warning_of_lapse", key, told, to=people, at=at, is_urgent=True)


@mail("mail_warning_of_lapse")
def mail_warning_of_lapse(*, at: datetime, to: User, application: int, due: int) -> Text:
    return written(still_unanswered(application, due, at=at), *lapsing.WARNING)


def still_unanswered(pk: int, due: int, *, at: datetime) -> Application:
    application = Application.objects.select_related("unit", "author").get(pk=pk)
    if not lapsing.is_to_be_warned(application, due, at=at):
        raise Superseded(ANSWERED)
    return application


@job("expire")
def expire(*, key: str, at: datetime, application: int) -> None:
    if not actions.expire(application, at=at):
        raise Superseded("It was reassessed, or ended, meanwhile.")


@job("escalate")
def escalate(*, key: str, at: datetime, application: int, kind: str) -> None:
    """Promise one mail to each person who has to see that an emergency is late."""
    late = still_late(application, kind, at=at)
    with transaction.atomic():
        told: dict[str, int | str] = {"application": application, "kind": kind}
        people = escalating.recipients(late, at=at)
        tell("mail_escalation", key, told, to=people, at=at, is_urgent=True)


@mail("mail_escalation")
def mail_escalation(*, at: datetime, to: User, application: int, kind: str) -> Text:
    late, said = still_late(application, kind, at=at), escalating.Late(kind)
    return written(late, said.label, escalating.SENTENCES[said])


def still_late(pk: int, kind: str, *, at: datetime) -> Application:
    application = Application.objects.select_related("unit").get(pk=pk)
    if not escalating.is_late(application, kind, at=at):
        raise Superseded(NO_LONGER_LATE)
    return application


@job("tell_overdue")
def tell_overdue(*, key: str, at: datetime, application: int, rung: int, due: int) -> None:
    """Promise one mail to each person on that rung who has to see to a decision that is overdue."""
    late = still_undecided(application, due, at=at)
    with transaction.atomic():
        told: dict[str, int | str] = {"application": application, "rung": rung, "due": due}
        people = overdue.recipients(late, rung, at=at)
        tell("mail_overdue", key, told, to=people, at=at, is_urgent=True)


@mail("mail_overdue")
def mail_overdue(*, at: datetime, to: User, application: int, rung: int, due: int) -> Text:
    return written(still_undecided(application, due, at=at), overdue.SUBJECT, overdue.SENTENCES[rung])


def still_undecided(pk: int, due: int, *, at: datetime) -> Application:
    application = Application.objects.select_related("unit", "author", "taken_by").get(pk=pk)
    if not overdue.is_overdue(application, due, at=at):
        raise Superseded(NO_LONGER_LATE)
    return application


@job("tell_follow_up")
def tell_follow_up(*, key: str, at: datetime, application: int, step: int) -> None:
    """The author of a refused application is asked, once, what became of the patient."""
    refused = still_wanted(application, step)
    with transaction.atomic():
        told: dict[str, int | str] = {"application": application, "step": step}
        tell("mail_follow_up", key, told, to=[refused.author], at=at)


@mail("mail_follow_up")
def mail_follow_up(*, at: datetime, to: User, application: int, step: int) -> Text:
    return written(still_wanted(application, step), *following_up.NOTICE)


def still_wanted(pk: int, step: int) -> Application:
    application = Application.objects.select_related("author").get(pk=pk)
    if not application.author.is_active or not following_up.is_wanted(application, step):
        raise Superseded("The note is there, or the refusal no longer stands.")
    return application
