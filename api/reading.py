"""An application as one caller reads it, in the words of the API's answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import User
from accounts.people import day
from api.acting_for import why_not_through_client
from api.problems import Error, error, pointer
from approvals import drafts
from approvals.clock import Next, next_step
from approvals.models import Application, Letter
from approvals.offers import LABELS
from approvals.permissions import why_not
from approvals.policies import shortcomings
from approvals.pseudonyms import short_name
from approvals.reading import Reading
from approvals.refusals import Shortcoming
from approvals.sections import SECTIONS
from approvals.timeline import is_shown
from approvals.workflow import Action, Status
from patients.models import initials

DRAFT = "draft-"


def id_of(application: Application) -> str:
    return application.number or f"{DRAFT}{application.pk}"


class Line:
    """One line of a list."""

    def __init__(self, application: Application, *, at: datetime, base: str) -> None:
        self.application, self.at, self.base = application, at, base

    def __getattr__(self, name: str) -> Any:
        """What the serializer asks and is said nowhere here is the application's own."""
        return getattr(self.application, name)

    @property
    def id(self) -> str:
        return id_of(self.application)

    @property
    def url(self) -> str:
        return self.base + reverse("api:application", args=[self.id])

    @property
    def status_label(self) -> str:
        return self.application.get_status_display()

    @property
    def patient_initials(self) -> str:
        patient = self.application.patient
        if patient is not None:
            return patient.initials
        typed = self.application.answers.get("patient") or {}
        return initials(typed.get("surname", ""), typed.get("name", ""))

    @property
    def indication(self) -> dict[str, str] | None:
        row = self.application.indication
        if row is None:
            return None
        return {"code": row.code, "name": row.name_en if get_language() == "en" else row.name_it}

    @property
    def due(self) -> str | None:
        application = self.application
        due = {
            Status.INFORMATION_REQUESTED: application.answer_due,
            Status.EMERGENCY_AUTHORISED: application.full_form_due,
        }.get(Status(application.status), application.decision_due)
        return as_text(due)


def as_text(when: datetime | date | None) -> str | None:
    return when.isoformat() if when else None


class File(Line):
    """The whole application, through the caller's eyes (`approvals.reading.Reading`)."""

    def __init__(
        self, application: Application, user: User, *, at: datetime, base: str, auth: object = None
    ) -> None:
        super().__init__(application, at=at, base=base)
        self.user, self.auth = user, auth
        self.is_draft = application.submitted_at is None and application.emergency_requested_at is None
        self.may_write = not drafts.why_not_write(user, application, at=at)

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.application, self.user, self.at)

    @property
    def patient_initials(self) -> str:
        if self.is_draft:
            return super().patient_initials
        return short_name(self.reading.snapshots[-1].content)

    @property
    def patient(self) -> dict[str, Any] | None:
        if self.is_draft:
            typed = self.application.answers.get("patient") or {}
            told = {name: typed.get(name, "") for name in ("surname", "name", "tax_code", "sex")}
            return told | {"born_on": None}
        if not self.reading.sees_identity:
            return None
        sent = self.reading.content["patient"]
        return {name: sent[name] or "" for name in ("surname", "name", "tax_code", "sex")} | {
            "born_on": sent["born_on"]
        }

    @property
    def next(self) -> dict[str, Any] | None:
        told: Next | None = None if self.is_draft else next_step(self.reading.record, at=self.at)
        if told is None:
            return None
        return {
            "title": told.title,
            "sentence": told.sentence,
            "due": told.due_iso or None,
            "is_late": told.is_late,
        }

    @property
    def due(self) -> str | None:
        told = self.next
        return told["due"] if told else None

    @property
    def sections(self) -> dict[str, Any]:
        if self.may_write:
            return {slug: self.application.answers.get(slug) or {} for slug in SECTIONS}
        return {} if self.is_draft else self.reading.content

    @property
    def lacks(self) -> list[Error]:
        if self.application.status not in drafts.SIGNED_NEXT or not self.may_write:
            return []
        return [lack(one) for one in shortcomings(Action.SUBMIT, self.application, at=self.at)]

    @property
    def questions(self) -> list[Any]:
        return (
            [] if self.is_draft else [one for group in self.reading.questions for one in group["questions"]]
        )

    @property
    def steps(self) -> Iterable[Any]:
        with_votes = self.reading.seat is not None
        return [step for step in self.reading.record.steps if is_shown(step, with_votes)]

    @property
    def letters(self) -> list[Any]:
        return [] if self.is_draft else [self.letter(one) for one in self.reading.record.letters]

    def letter(self, letter: Letter) -> Letter:
        told: Any = letter
        told.standing = letter.document.standing(day(self.at)).value
        address = reverse("api:letter", args=[self.id, letter.pk])
        told.pdf = self.base + address if self.reading.sees_identity else None
        return letter

    @property
    def authorisations(self) -> list[str]:
        return [] if self.is_draft else [period.address for period in self.reading.record.periods]

    @property
    def actions(self) -> list[dict[str, Any]]:
        return possible(self.application, self.user, at=self.at, auth=self.auth)


def possible(application: Application, user: User, *, at: datetime, auth: object) -> list[dict[str, Any]]:
    """Every action that somebody takes by hand, each possible in this call or with the reason why not."""
    return [
        {
            "action": action.value,
            "label": str(LABELS.get(action, action.label)),
            "is_allowed": not reason,
            "why_not": reason,
        }
        for action in Action
        if action in BY_HAND
        for reason in [why_not_through_client(auth, action) or why_not(user, action, application, at=at)]
    ]


# Those with an address; the others follow from time, from an approval, or are taken at a sitting.
BY_HAND = frozenset({Action.SUBMIT, Action.REQUEST_EMERGENCY, *LABELS})


def lack(one: Shortcoming) -> Error:
    """A sentence about the form, with its place in `sections`."""
    path = [part for part in (one.section, one.field) if part and part != "__all__"]
    return error(pointer("sections", *path), one.sentence)
