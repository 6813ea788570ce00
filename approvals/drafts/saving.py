"""Saving a section as typed, for whoever may write; two pages at once; throwing a draft away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from approvals.drafts.notes import HANDS, PAGES, TO_CHECK, Hand, hand_of, to_check, written
from approvals.drafts.writers import STATED, why_not_write
from approvals.models import Application
from approvals.prints import fingerprint
from approvals.refusals import Refused
from approvals.sections import Sheet
from approvals.workflow import Status

LONGEST = 10_000

Answers = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """What a page knows: its own name, and the print of the section as it was when the page was drawn."""

    page: str
    fingerprint: str


class Conflict(Refused):
    """The section was changed elsewhere since the page was drawn; `theirs` is what is stored now, `hand`
    who stored it."""

    def __init__(self, *, by: User, theirs: Answers, application: Application, hand: Hand | None) -> None:
        super().__init__(_conflict_words(by, hand))
        self.theirs = theirs
        self.application = application
        self.hand = hand


def _conflict_words(by: User, hand: Hand | None) -> str:
    if hand is None or hand.name == by.signature:
        return _("This section was changed in another window meanwhile: nothing of this page was saved.")
    return _("%(who)s changed this section on %(day)s at %(time)s: nothing of this page was saved.") % {
        "who": hand.name,
        "day": date_format(timezone.localtime(hand.at), "j F"),
        "time": date_format(timezone.localtime(hand.at), "TIME_FORMAT"),
    }


def save_section(
    pk: int, slug: str, data: Mapping[str, Any], *, by: User, at: datetime, seen: Seen | None = None
) -> Application:
    """Keep the answers of one section as typed.

    Raises `Conflict` when another page changed the section to something else since `seen`, and `Refused`
    for what cannot be stored or is not this person's to write.
    """
    with transaction.atomic():
        application = writable(pk, by=by, at=at)
        before = application.answers.get(slug) or {}
        after = _typed(application, slug, data, at=at)
        if by.pk != application.author_id:
            after = without_the_authors_word(slug, before, after)
        if seen and _changed_elsewhere(application, slug, seen) and before != after:
            raise Conflict(by=by, theirs=before, application=application, hand=hand_of(application, slug))
        application.answers = _with_notes(application, slug, by=by, at=at, page=seen.page if seen else "")
        application.answers[slug] = after
        application.saved_at, application.saved_by = at, by
        if by.pk != application.author_id:
            application.prepared_by = by
        application.save(update_fields=["answers", "saved_at", "saved_by", "prepared_by"])
    return application


def _with_notes(application: Application, slug: str, *, by: User, at: datetime, page: str) -> Answers:
    answers: Answers = {**application.answers}
    answers[PAGES] = {**answers.get(PAGES, {}), slug: page}
    answers[HANDS] = {**answers.get(HANDS, {}), slug: written(by, at)}
    if slug in to_check(application):
        answers[TO_CHECK] = [one for one in answers[TO_CHECK] if one != slug]
    return answers


def without_the_authors_word(slug: str, before: Answers, after: Answers) -> Answers:
    """A delegate states nothing in the author's name: those answers stay as they were."""
    stated = STATED.get(slug, ())
    return {
        **{name: value for name, value in after.items() if name not in stated},
        **{name: before[name] for name in stated if name in before},
    }


def discard(pk: int, *, by: User, at: datetime) -> None:
    """Delete a draft that was never sent."""
    with transaction.atomic():
        application = writable(pk, by=by, at=at)
        if by.pk != application.author_id:
            raise Refused(_("Only the author may delete the draft."))
        if application.status != Status.DRAFT:
            raise Refused(_("What was sent cannot be deleted: withdraw it instead."))
        application.delete()


def writable(pk: int, *, by: User, at: datetime) -> Application:
    application = (
        Application.objects.select_for_update(of=("self",)).select_related("unit", "author").get(pk=pk)
    )
    if why := why_not_write(by, application, at=at):
        raise Refused(why)
    return application


def _changed_elsewhere(application: Application, slug: str, seen: Seen) -> bool:
    if application.answers.get(PAGES, {}).get(slug) == seen.page:
        return False  # our own autosave, on its way back while the person went on typing
    return fingerprint(application, slug) != seen.fingerprint


def _typed(application: Application, slug: str, data: Mapping[str, Any], *, at: datetime) -> Answers:
    return typed(Sheet(application, at=at, posted={slug: data}), slug, data)


def typed(sheet: Sheet, slug: str, data: Mapping[str, Any]) -> Answers:
    """The raw answers of the section's fields, and nothing else that was posted."""
    form = sheet[slug]
    told: Answers = {}
    for name, field in form.fields.items():
        value = form[name].initial if field.disabled else field.widget.value_from_datadict(data, {}, name)
        if value is True:
            value = "yes"
        if isinstance(value, str):
            value = value.replace("\r\n", "\n")
        if value not in (None, "", [], False):
            told[name] = value
    for name, value in told.items():
        if problem := _not_storable(value):
            raise Refused(f"{form.fields[name].label}: {problem}")
    return told


def _not_storable(value: Any) -> str:
    for text in value if isinstance(value, list) else [value]:
        if len(text) > LONGEST:
            return _("the text is too long, %(longest)d characters at most.") % {"longest": LONGEST}
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            return _("the text holds a character that cannot be stored: delete it and type it again.")
    return ""
