"""Writing the form: start a draft, save a section, throw a draft away.

None of this is an action: no status moves, nothing is sent. The answers are kept as typed, wrong ones too;
`approvals/sections` says what they lack. While the author answers questions the same functions edit what
will be sent with the answers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, Unit, User
from accounts.people import holds
from approvals.models import Application
from approvals.refusals import Refused
from approvals.sections import Sheet
from approvals.workflow import Status

WRITABLE = (Status.DRAFT, Status.INFORMATION_REQUESTED)
# Which page saved each section last; lies beside the sections in `answers`.
PAGES = "pages"
LONGEST = 10_000

Answers = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """What a page knows: its own name, and the print of the section as it was when the page was drawn."""

    page: str
    fingerprint: str


class Conflict(Refused):
    """The section was changed elsewhere since the page was drawn; `theirs` is what is stored now."""

    def __init__(self, sentence: str, *, theirs: Answers, application: Application) -> None:
        super().__init__(sentence)
        self.theirs = theirs
        self.application = application


def start(*, by: User, unit: Unit, at: datetime) -> Application:
    """An empty draft of this unit. Raises `Refused` where the person does not prescribe there."""
    if not holds(by, Role.PRESCRIBER, at=at, unit_id=unit.pk):
        raise Refused(_("Only a prescriber of the unit may write its applications."))
    return Application.objects.create(unit=unit, author=by, saved_at=at, saved_by=by)


def save_section(
    pk: int, slug: str, data: Mapping[str, Any], *, by: User, at: datetime, seen: Seen | None = None
) -> Application:
    """Keep the answers of one section as typed.

    Raises `Conflict` when another page changed the section to something else since `seen`, and `Refused`
    for what cannot be stored or is not this person's to write.
    """
    with transaction.atomic():
        application = _writable(pk, by=by, at=at)
        before = application.answers.get(slug) or {}
        after = _typed(application, slug, data, at=at)
        if seen and _changed_elsewhere(application, slug, seen) and before != after:
            raise Conflict(
                _("This section was changed in another window meanwhile: nothing of this page was saved."),
                theirs=before,
                application=application,
            )
        pages = {**application.answers.get(PAGES, {}), slug: seen.page if seen else ""}
        application.answers = {**application.answers, slug: after, PAGES: pages}
        application.saved_at, application.saved_by = at, by
        application.save(update_fields=["answers", "saved_at", "saved_by"])
    return application


def discard(pk: int, *, by: User, at: datetime) -> None:
    """Delete a draft that was never sent."""
    with transaction.atomic():
        application = _writable(pk, by=by, at=at)
        if application.status != Status.DRAFT:
            raise Refused(_("What was sent cannot be deleted: withdraw it instead."))
        application.delete()


def fingerprint(application: Application, slug: str) -> str:
    """A short print of the stored answers of a section."""
    stored = json.dumps(application.answers.get(slug) or {}, sort_keys=True)
    return sha256(stored.encode()).hexdigest()[:16]


def _writable(pk: int, *, by: User, at: datetime) -> Application:
    application = (
        Application.objects.select_for_update(of=("self",)).select_related("unit", "author").get(pk=pk)
    )
    if why := why_not_write(by, application, at=at):
        raise Refused(why)
    return application


def why_not_write(user: User, application: Application, *, at: datetime) -> str:
    """Why this person may not edit the form now; "" when they may."""
    if user.pk != application.author_id or not holds(
        user, Role.PRESCRIBER, at=at, unit_id=application.unit_id
    ):
        return _("Only the prescriber who wrote the application may change it.")
    if application.status not in WRITABLE:
        return _("The application was sent: its answers can no longer be changed.")
    return ""


def _changed_elsewhere(application: Application, slug: str, seen: Seen) -> bool:
    if application.answers.get(PAGES, {}).get(slug) == seen.page:
        return False  # our own autosave, on its way back while the person went on typing
    return fingerprint(application, slug) != seen.fingerprint


def _typed(application: Application, slug: str, data: Mapping[str, Any], *, at: datetime) -> Answers:
    """The raw answers of the section's fields, and nothing else that was posted."""
    form = Sheet(application, at=at, posted={slug: data})[slug]
    typed: Answers = {}
    for name, field in form.fields.items():
        value = form[name].initial if field.disabled else field.widget.value_from_datadict(data, {}, name)
        if value is True:
            value = "yes"
        if isinstance(value, str):
            value = value.replace("\r\n", "\n")
        if value not in (None, "", [], False):
            typed[name] = value
    for name, value in typed.items():
        if problem := _not_storable(value):
            raise Refused(f"{form.fields[name].label}: {problem}")
    return typed


def _not_storable(value: Any) -> str:
    for text in value if isinstance(value, list) else [value]:
        if len(text) > LONGEST:
            return _("the text is too long, %(longest)d characters at most.") % {"longest": LONGEST}
        if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
            return _("the text holds a character that cannot be stored: delete it and type it again.")
    return ""
