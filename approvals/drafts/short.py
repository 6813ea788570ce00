"""Saving the short form of an emergency: parts of several sections at once, the rest of each stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import day
from approvals.drafts.notes import HANDS, written
from approvals.drafts.saving import Answers, typed, without_the_authors_word, writable
from approvals.emergency import starts_as_emergency
from approvals.models import Application
from approvals.models.application import Type
from approvals.refusals import Refused
from approvals.sections import SECTIONS, SHORT, Sheet
from approvals.workflow import Status
from catalogue.models import Indication


def save_short(pk: int, data: Mapping[str, Any], *, by: User, at: datetime) -> Application:
    """Keep what was typed in the short form. No note says which page saved a section: for the whole form
    these are first answers, beside which it proposes its own.

    Raises `Refused` for what cannot be stored or is not this person's to write.
    """
    with transaction.atomic():
        application = writable(pk, by=by, at=at)
        if application.status != Status.DRAFT:
            raise Refused(_("The application was sent meanwhile."))
        posted = answers_of(application, data)
        sheet = Sheet(application, at=at, posted=posted, is_short=True)
        for slug in SHORT:
            after = typed(sheet, slug, posted[slug])
            if by.pk != application.author_id:
                after = without_the_authors_word(slug, sheet.stored(slug), after)
            application.answers[slug] = after
        hands = dict.fromkeys(SHORT, written(by, at))
        application.answers[HANDS] = {**application.answers.get(HANDS, {}), **hands}
        application.saved_at, application.saved_by = at, by
        if by.pk != application.author_id:
            application.prepared_by = by
        application.save(update_fields=["answers", "saved_at", "saved_by", "prepared_by"])
    return application


# Beside the sections: for which row the short form was proposed, once.
OFFERED = "short_offered"


def proposes_short(pk: int, *, by: User, at: datetime) -> bool:
    """Whether the row of this draft mostly cannot wait, and its author was not told so yet."""
    with transaction.atomic():
        application = writable(pk, by=by, at=at)
        code = (application.answers.get("indication") or {}).get("indication") or ""
        is_told = application.status != Status.DRAFT or application.answers.get(OFFERED) == code
        if is_told or not starts_as_emergency(Sheet(application, at=at).row(code)):
            return False
        application.answers[OFFERED] = code
        application.save(update_fields=["answers"])
    return True


def shown(application: Application, *, at: datetime) -> dict[str, Answers]:
    """What the short form shows: what is stored and, where nothing is, what an emergency mostly is: weighed
    today, begun today, one cycle."""
    today = f"{day(at):%d/%m/%Y}"
    proposed = {"dose": {"weighed_on": today, "planned_start": today, "cycles": "1"}}
    return {slug: proposed.get(slug, {}) | (application.answers.get(slug) or {}) for slug in SHORT}


def answers_of(application: Application, data: Mapping[str, Any]) -> dict[str, Answers]:
    """The sections as they are with what was posted: only the short form's own questions are replaced."""
    found: dict[str, Answers] = {}
    for slug in SHORT:
        asked = SECTIONS[slug].form.short
        stored = application.answers.get(slug) or {}
        kept = {name: value for name, value in stored.items() if name not in asked}
        found[slug] = kept | {name: data[name] for name in asked if name in data}
    kind, patient = found["kind"], found["patient"]
    found["kind"] = {"type": Type.FIRST.value, **kind, "is_urgent": "yes"}
    found["patient"] = patient | code_of_newborn(found)
    return found


def code_of_newborn(found: dict[str, Answers]) -> Answers:
    """A newborn's row without a tax code is about a child that has none yet: nobody has to tick it."""
    if found["patient"].get("tax_code"):
        return {"no_tax_code": ""}
    row = Indication.objects.current().filter(code=found["indication"].get("indication") or "").first()
    return {"no_tax_code": "yes"} if starts_as_emergency(row) else {}
