"""AFTERWARDS: what follows a step. Each job looks first whether its work is already done.

Letters and notices here; in `late.py` what was not done in time, in `drafts.py` what concerns drafts.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from approvals import letters
from approvals.jobs.access import mail_glass
from approvals.jobs.drafts import mail_draft
from approvals.jobs.late import escalate, expire, lapse, warn_of_lapse
from approvals.jobs.texts import written
from approvals.models import Application, Letter, Step
from approvals.notices import SUBSTITUTES_WANTED, appointers, notice_of, recipients
from approvals.workflow import Action
from approvals.worth import letters_follow
from documents.filing import move_end, supersede
from documents.issuing import issue
from outbox.jobs import job
from outbox.promises import promise
from outbox.telling import Text, mail, tell

__all__ = [
    "escalate",
    "expire",
    "issue_letter",
    "lapse",
    "mail_draft",
    "mail_glass",
    "mail_notice",
    "notify",
    "notify_appointers",
    "warn_of_lapse",
]

# What stops a treatment, or must not wait for the morning: told at once.
URGENT = (
    *(Action.REQUEST_EMERGENCY, Action.AGREE_EMERGENCY, Action.AUTHORISE_EMERGENCY, Action.DECLINE_EMERGENCY),
    *(Action.SUSPEND, Action.REVOKE, Action.EXPIRE, Action.DENY_RATIFICATION, Action.LAPSE),
)


def get_step(pk: int) -> Step:
    return Step.objects.select_related("application__unit__hospital", "application__author", "by").get(pk=pk)


@job("issue_letter")
def issue_letter(*, key: str, at: datetime, step: int) -> None:
    """Draw, seal and file the letter of a decision; then promise the mails. The mail follows the letter."""
    made = get_step(step)
    draft = letters.of(made)
    document = issue(
        key,
        kind=draft.kind,
        number=draft.number,
        at=made.at,
        by=made.by,
        compose=draft.compose,
        valid_until=draft.valid_until,
    )
    with transaction.atomic():
        # Locked: an infusion recorded meanwhile has moved the end, and sees the letter or is seen here.
        Application.objects.select_for_update().get(pk=made.application_id)
        Letter.objects.get_or_create(application=made.application, step=made, document=document)
        if draft.valid_until and (until := letters.of(made).valid_until):
            move_end(document, valid_until=until)
        for earlier in made.application.letters.filter(step__sequence__lt=made.sequence).select_related(
            "document"
        ):
            supersede(earlier.document, successor=document)
        # A retry may come after a later letter: then this one is issued as superseded.
        if (
            later := made.application.letters.filter(step__sequence__gt=made.sequence)
            .order_by("step")
            .first()
        ):
            supersede(document, successor=later.document)
        if period := letters.numbered(made)[0]:
            letters_follow(period)
        promise("notify", f"notify:{step}", {"step": step}, at=at)


@job("notify")
def notify(*, key: str, at: datetime, step: int) -> None:
    """Promise one mail to each person the step concerns."""
    with transaction.atomic():
        made = get_step(step)
        tell(
            "mail_notice",
            f"mail:{step}",
            {"step": step},
            to=recipients(made),
            at=at,
            is_urgent=is_urgent(made),
        )
        ask_for_substitutes(made, at=at)


def is_urgent(made: Step) -> bool:
    application = made.application
    return application.is_urgent or made.action in URGENT or application.awaits_ratification


@job("notify_appointers")
def notify_appointers(*, key: str, at: datetime, step: int) -> None:
    """After a step of which nobody else is told."""
    with transaction.atomic():
        ask_for_substitutes(get_step(step), at=at)


def ask_for_substitutes(made: Step, *, at: datetime) -> None:
    told: dict[str, int | str] = {"step": made.pk, "about": "substitutes"}
    key = f"mail:{made.pk}:substitutes"
    tell("mail_notice", key, told, to=appointers(made), at=at, is_urgent=is_urgent(made))


@mail("mail_notice")
def mail_notice(*, at: datetime, to: User, step: int, about: str = "") -> Text:
    made = get_step(step)
    notice = SUBSTITUTES_WANTED if about == "substitutes" else notice_of(made)
    return written(made.application, notice.subject, notice.sentence)
