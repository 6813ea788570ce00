"""Mails about drafts. A draft has no number, and its patient is no subject of a mail."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import User
from approvals import idle
from approvals.drafts import SIGNED_NEXT
from approvals.models import Application
from outbox.jobs import Superseded, job
from outbox.telling import Text, mail, tell

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


@mail("mail_draft")
def mail_draft(*, at: datetime, to: User, application: int, what: str) -> Text:
    """Tell the author of a form; not if meanwhile it was sent, deleted, or given to somebody else."""
    draft = Application.objects.filter(pk=application, author=to, status__in=SIGNED_NEXT).first()
    if draft is None or not to.is_active:
        raise Superseded("It was sent, deleted or given to somebody else.")
    return of_draft(draft, *DRAFT_MAILS[what])


@job("tell_idle")
def tell_idle(*, key: str, at: datetime, application: int, saved: int) -> None:
    """The author of a draft that nobody touches is told once; it is never deleted."""
    draft = still_idle(application, saved)
    with transaction.atomic():
        told: dict[str, int | str] = {"application": application, "saved": saved}
        tell("mail_idle", key, told, to=[draft.author], at=at)


@mail("mail_idle")
def mail_idle(*, at: datetime, to: User, application: int, saved: int) -> Text:
    draft = still_idle(application, saved)
    if draft.author_id != to.pk:
        raise Superseded("Somebody else is its author now.")
    return of_draft(draft, *idle.NOTICE)


def still_idle(pk: int, saved: int) -> Application:
    draft = Application.objects.select_related("author").filter(pk=pk).first()
    if draft is None or not idle.is_idle_since(draft, saved) or not draft.author.is_active:
        raise Superseded("Somebody went on with it, or deleted it.")
    return draft


def of_draft(draft: Application, subject: Promise | str, sentence: Promise | str) -> Text:
    link = reverse("draft", args=[draft.pk])
    context = {"sentence": sentence, "link": settings.SITE_URL + link}
    return Text(str(subject), render_to_string("approvals/mail/draft.txt", context), link)
