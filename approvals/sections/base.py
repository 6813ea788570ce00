"""What all sections share: one form class for the draft and for the submission, and the sheet they lie on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.people import day
from approvals.models import Application, Attachment
from approvals.workflow import Status
from catalogue.models import Indication, SubCriterion
from patients.models import age


class SectionForm(forms.Form):
    """One section. Fields are declared as the submission wants them; a draft accepts every one of them empty.

    What a draft refuses is the impossible: a number that is none, a date in the future. `clean` drops the
    answers to questions that no longer apply, at both levels.
    """

    slug: ClassVar[str]
    title: ClassVar[Promise]
    # Fields that stay as they were sent while the author answers questions.
    fixed_once_sent: ClassVar[tuple[str, ...]] = ()
    # Fields a person may be made to fill in by another answer: never called optional.
    conditional: tuple[str, ...] = ()
    # What the short form of an emergency asks of this section (design/domain.md §3, level E).
    short: ClassVar[tuple[str, ...]] = ()
    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any], sheet: Sheet) -> None:
        self.sheet = sheet
        self.complete = sheet.complete
        super().__init__(data, initial=sheet.stored(self.slug))
        self.build()
        self.optional = [
            name for name, field in self.fields.items() if not field.required and name not in self.conditional
        ]
        for name, field in self.fields.items():
            field.disabled = self.stays_as_sent(name, field)
            field.required = field.required and self.complete and self.is_asked(name)

    def is_asked(self, name: str) -> bool:
        """Whether the form that is filled in asks this: the short one leaves most questions for later."""
        return not self.sheet.is_short or name in self.short

    def stays_as_sent(self, name: str, field: forms.Field) -> bool:
        """Whether the answer can no longer be changed. A question asked since the form was sent is open, and
        so is what the short form of an emergency left empty."""
        is_new = bool(field.required or self.sheet.is_half_sent) and not self.initial.get(name)
        return self.sheet.is_sent and name in self.fixed_once_sent and not is_new

    @classmethod
    def prefill(cls, application: Application) -> dict[str, str]:
        """What is proposed in a section nobody has saved yet."""
        return {}

    def build(self) -> None:
        """Add or remove the fields that depend on the other sections."""

    def computed(self) -> dict[str, Any]:
        """What the section works out beside its answers."""
        return {}

    def need(self, name: str, sentence: str) -> None:
        """Complain about an empty answer, where the submission wants it."""
        is_wanted = self.complete and self.is_asked(name)
        if is_wanted and name not in self.errors and self.cleaned_data.get(name) in (None, "", []):
            self.add_error(name, sentence)

    def need_indication(self) -> None:
        """Complain where this section cannot be judged before another one is filled in."""
        row = self.sheet.indication
        if self.complete and (row is None or (row.sub_criteria.all() and self.sheet.sub_criterion is None)):
            self.add_error(
                None, _("Choose the indication first: the questions of this section depend on it.")
            )

    def drop(self, *names: str) -> None:
        """Forget the answers to questions that do not apply."""
        for name in names:
            self.cleaned_data[name] = None
            self.errors.pop(name, None)

    def value(self, name: str) -> Any:
        """The answer, or None where it is missing or wrong."""
        return self.cleaned_data.get(name)


class Sheet:
    """The whole justification of one application: its sections, bound once, each able to ask the others."""

    def __init__(
        self,
        application: Application,
        *,
        at: datetime,
        complete: bool = False,
        posted: Mapping[str, Mapping[str, Any]] | None = None,
        is_short: bool = False,
    ) -> None:
        self.application = application
        self.today = day(at)
        self.complete = complete
        self.posted = posted or {}
        self.is_short = is_short
        self.bound: dict[str, SectionForm] = {}

    def stored(self, slug: str) -> dict[str, Any]:
        """What was typed and saved."""
        answers: dict[str, Any] = self.application.answers.get(slug) or {}
        return answers

    def shown(self, slug: str) -> Mapping[str, Any]:
        """What stands on the page: posted just now, or stored, or, until it was ever saved, proposed."""
        from approvals.sections import SECTIONS

        if slug in self.posted:
            return self.posted[slug]
        stored = self.stored(slug)
        if slug in self.application.answers.get("pages", {}):  # noted by `drafts` at every saving
            return stored
        return SECTIONS[slug].form.prefill(self.application) | stored

    def __getitem__(self, slug: str) -> SectionForm:
        from approvals.sections import (
            SECTIONS,
        )  # the list of sections is made of modules that import this one

        if slug not in self.bound:
            data = self.shown(slug)
            self.bound[slug] = form = SECTIONS[slug].form(data, self)
            form.full_clean()
        return self.bound[slug]

    @cached_property
    def attachments(self) -> list[Attachment]:
        """What is known about the files; no bytes."""
        return list(self.application.attachments.all())

    def files(self, kind: str) -> list[Attachment]:
        return [file for file in self.attachments if file.kind == kind]

    @property
    def is_sent(self) -> bool:
        """Whether it was sent before: the author is answering questions, or completing an emergency."""
        return bool(self.application.status != Status.DRAFT)

    @property
    def is_emergency(self) -> bool:
        """Whether it is, or began as, an emergency."""
        return self.is_short or self.application.emergency_requested_at is not None

    @property
    def is_half_sent(self) -> bool:
        """Whether only the short form of an emergency was sent so far."""
        return self.is_sent and self.application.submitted_at is None

    @cached_property
    def as_of(self) -> date:
        """The day the application is judged on: ages of people and weights are those of the sending."""
        sent_at = self.application.sent_at
        return day(sent_at) if sent_at else self.today

    @property
    def born_on(self) -> date | None:
        born_on: date | None = self["patient"].value("born_on")
        return born_on

    @property
    def sex(self) -> str:
        return self["patient"].value("sex") or ""

    @property
    def age(self) -> int | None:
        """Completed years."""
        return None if self.born_on is None else age(self.born_on, on=self.as_of)

    @property
    def age_days(self) -> int | None:
        return None if self.born_on is None else (self.as_of - self.born_on).days

    def row(self, code: str) -> Indication | None:
        """The catalogue row as it counts for this application: the one submitted, else today's edition."""
        if self.application.indication_id and code == self.application.indication_code:
            rows = Indication.objects.filter(pk=self.application.indication_id)
        else:
            rows = Indication.objects.current().filter(code=code)
        return rows.with_everything().first()

    @property
    def indication(self) -> Indication | None:
        row: Indication | None = self["indication"].computed()["row"]
        return row

    @property
    def sub_criterion(self) -> SubCriterion | None:
        chosen: SubCriterion | None = self["indication"].value("sub_criterion")
        return chosen
