"""AFTERWARDS: what follows a step. Each job looks first whether its work is already done."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import User
from approvals import actions, escalating, lapsing, letters
from approvals.drafts import SIGNED_NEXT
from approvals.models import Application, Letter, Step
from approvals.notices import SUBSTITUTES_WANTED, appointers, notice_of, recipients
from approvals.worth import letters_follow
from documents.filing import move_end, supersede
from documents.issuing import issue
from outbox.jobs import Superseded, job
from outbox.mail import send
from outbox.promises import promise


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
        for user in recipients(made):
            promise("mail_notice", f"mail:{step}:{user.pk}", {"step": step, "user": user.pk}, at=at)
        ask_for_substitutes(made, at=at)


@job("notify_appointers")
def notify_appointers(*, key: str, at: datetime, step: int) -> None:
    """After a step of which nobody else is told."""
    with transaction.atomic():
        ask_for_substitutes(get_step(step), at=at)


def ask_for_substitutes(made: Step, *, at: datetime) -> None:
    for user in appointers(made):
        told: dict[str, int | str] = {"step": made.pk, "user": user.pk, "about": "substitutes"}
        promise("mail_notice", f"mail:{made.pk}:{user.pk}:substitutes", told, at=at)


@job("mail_notice")
def mail_notice(*, key: str, at: datetime, step: int, user: int, about: str = "") -> None:
    made = get_step(step)
    notice = SUBSTITUTES_WANTED if about == "substitutes" else notice_of(made)
    mail(key, made.application, User.objects.get(pk=user), notice.subject, notice.sentence)


def mail(key: str, application: Application, to: User, subject: Promise, sentence: Promise) -> None:
    """A number, a sentence and a link, in the recipient's language."""
    with translation.override(to.language):
        body = render_to_string(
            "approvals/mail/notice.txt",
            {
                "number": application.number,
                "sentence": sentence,
                "link": settings.SITE_URL + reverse("application", args=[application.number]),
            },
        )
        send(key, to.email, f"{application.number}: {subject}", body)


@job("lapse")
def lapse(*, key: str, at: datetime, application: int, due: int) -> None:
    if not actions.lapse(application, at=at):
        raise Superseded("It was answered, or ended, meanwhile.")


@job("warn_of_lapse")
def warn_of_lapse(*, key: str, at: datetime, application: int, due: int) -> None:
    """Promise one mail to each person who can still see to the answers."""
    unanswered = still_unanswered(application, due, at=at)
    with transaction.atomic():
        for user in lapsing.warned(unanswered, at=at):
            told: dict[str, int | str] = {"application": application, "due": due, "user": user.pk}
            promise("mail_warning_of_lapse", f"{key}:{user.pk}", told, at=at)


@job("mail_warning_of_lapse")
def mail_warning_of_lapse(*, key: str, at: datetime, application: int, due: int, user: int) -> None:
    unanswered = still_unanswered(application, due, at=at)
    mail(key, unanswered, User.objects.get(pk=user), *lapsing.WARNING)


def still_unanswered(pk: int, due: int, *, at: datetime) -> Application:
    application = Application.objects.select_related("unit", "author").get(pk=pk)
    if not lapsing.is_to_be_warned(application, due, at=at):
        raise Superseded("It was answered, or ended, meanwhile.")
    return application


@job("escalate")
def escalate(*, key: str, at: datetime, application: int, kind: str) -> None:
    """Promise one mail to each person who has to see that an emergency is late."""
    late = still_late(application, kind, at=at)
    with transaction.atomic():
        for user in escalating.recipients(late, at=at):
            promise(
                "mail_escalation",
                f"{key}:{user.pk}",
                {"application": application, "kind": kind, "user": user.pk},
                at=at,
            )


@job("mail_escalation")
def mail_escalation(*, key: str, at: datetime, application: int, kind: str, user: int) -> None:
    late, recipient = still_late(application, kind, at=at), User.objects.get(pk=user)
    with translation.override(recipient.language):
        body = render_to_string(
            "approvals/mail/notice.txt",
            {
                "number": late.number,
                "sentence": escalating.SENTENCES[escalating.Late(kind)],
                "link": settings.SITE_URL + reverse("application", args=[late.number]),
            },
        )
        send(key, recipient.email, f"{late.number}: {escalating.Late(kind).label}", body)


def still_late(pk: int, kind: str, *, at: datetime) -> Application:
    application = Application.objects.select_related("unit").get(pk=pk)
    if not escalating.is_late(application, kind, at=at):
        raise Superseded("It is no longer late.")
    return application


# What a mail about a draft says. A draft has no number, and its patient is no subject of a mail.
DRAFT_MAILS = {
    "ready": (
        gettext_lazy("A draft is ready for your signature"),
        gettext_lazy("A delegate of your unit has prepared an application: read it and sign it."),
    ),
    "handed": (
        gettext_lazy("A draft was handed over to you"),
        gettext_lazy("A colleague of your unit has handed a draft over to you: you are its author now."),
    ),
}


@job("mail_draft")
def mail_draft(*, key: str, at: datetime, application: int, user: int, what: str) -> None:
    """Tell the author of a form; not if meanwhile it was sent, deleted, or given to somebody else."""
    draft = Application.objects.filter(pk=application, author=user, status__in=SIGNED_NEXT).first()
    recipient = User.objects.get(pk=user)
    if draft is None or not recipient.is_active:
        return
    subject, sentence = DRAFT_MAILS[what]
    with translation.override(recipient.language):
        body = render_to_string(
            "approvals/mail/draft.txt",
            {"sentence": sentence, "link": settings.SITE_URL + reverse("draft", args=[draft.pk])},
        )
        send(key, recipient.email, str(subject), body)
