"""Passing a form on: to another author of the unit, or from the delegate to the author for the signature."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import permissions, policies
from approvals.drafts.notes import HANDED_OVER, written
from approvals.drafts.writers import PERSONAL, why_not_write
from approvals.models import Application
from approvals.refusals import Refused
from approvals.workflow import Status
from audit import trail
from outbox.telling import tell

Answers = dict[str, Any]


def hand_over(pk: int, *, colleague: User | None, reason: str, by: User, at: datetime) -> Application:
    """Give a draft to another prescriber of the unit, who is its author from now on.

    Raises `Refused` where the person may not, or the colleague cannot. What was sent is handed over by the
    action of the same name.
    """
    with transaction.atomic():
        application = _locked(pk)
        if application.status != Status.DRAFT:
            raise Refused(_("The application was sent meanwhile."))
        if why := permissions.hands_over(by, application, at):
            raise Refused(why)
        if missing := list(policies.hand_over(application, at, colleague=colleague, reason=reason)):
            raise Refused(missing[0].sentence, missing)
        author, before = cast(User, colleague), application.author_id  # the policy wants one
        application.answers = {
            **in_the_name_of(author, application.answers),
            HANDED_OVER: written(by, at, reason=reason.strip()),
        }
        # Whoever wrote it so far neither endorses nor reviews it later.
        application.prepared_by, application.author = application.author, author
        application.ready_at, application.ready_by = None, None
        application.saved_at, application.saved_by = at, by
        application.save(
            update_fields=[
                *("answers", "author", "prepared_by"),
                *("ready_at", "ready_by", "saved_at", "saved_by"),
            ]
        )
        trail.record(application.chain, "hand_over", by=by, at=at, data={"from": before, "to": author.pk})
        _tell("handed", application, by=by, at=at)
    return application


def make_ready(pk: int, *, by: User, at: datetime) -> Application:
    """A delegate says that the author can sign. What is still missing, the author sees on the page."""
    with transaction.atomic():
        application = _locked(pk)
        if why := why_not_write(by, application, at=at):
            raise Refused(why)
        if by.pk == application.author_id:
            raise Refused(_("You are the author: you sign."))
        application.ready_at, application.ready_by = at, by
        application.save(update_fields=["ready_at", "ready_by"])
        trail.record(application.chain, "ready", by=by, at=at, data={"author": application.author_id})
        _tell("ready", application, by=by, at=at)
    return application


def in_the_name_of(author: User, answers: Answers) -> Answers:
    """The answers without what the former author stated personally; facts of a register are the new one's."""
    changed = {**answers}
    for slug, names in PERSONAL.items():
        if slug in changed:
            changed[slug] = {name: value for name, value in changed[slug].items() if name not in names}
    if "kind" in changed:
        facts = {"qualification": author.title, "registration_number": author.registration_number}
        changed["kind"] |= {name: value for name, value in facts.items() if value}
    return changed


def _locked(pk: int) -> Application:
    return Application.objects.select_for_update(of=("self",)).select_related("unit", "author").get(pk=pk)


def _tell(what: str, application: Application, *, by: User, at: datetime) -> None:
    """One mail to the author for each such moment, without a word about the patient."""
    key = f"draft:{what}:{application.pk}:{int(at.timestamp())}"
    told: dict[str, int | str] = {"application": application.pk, "what": what}
    tell("mail_draft", key, told, to=[application.author], at=at, by=by)
