"""Handing an application over to a colleague of the unit."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from accounts.people import holders
from approvals.forms.base import ActForm, words
from approvals.models import Application
from approvals.permissions import cannot_be_author
from catalogue.fields import Choice

WHO = gettext_lazy("To whom")
WHY = gettext_lazy("Why")
WHY_HINT = gettext_lazy("Your colleague reads it. No need to name the patient.")


def colleagues(application: Application, *, at: datetime) -> list[User]:
    """Those of the unit who can become its author."""
    unit = application.unit
    found = holders(Role.PRESCRIBER, at=at, hospital_id=unit.hospital_id, unit_id=unit.pk)
    return [one for one in found if not cannot_be_author(one, application, at)]


class Colleague(Choice):
    """One of the colleagues, read as the user."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([], label=WHO, required=False, **kwargs)
        self.people: dict[str, User] = {}

    def offer(self, people: list[User]) -> None:
        self.people = {str(one.pk): one for one in people}
        self.choices = [(pk, one.signature) for pk, one in self.people.items()]

    def clean(self, value: Any) -> User | None:
        return self.people.get(super().clean(value))


class HandOverForm(ActForm):
    colleague = Colleague()
    reason = words(WHY, rows=3, help_text=WHY_HINT)

    def build(self) -> None:
        offer(self, self.application, at=self.at)


class DraftHandOverForm(forms.Form):
    """The same of a draft, which has no version."""

    use_required_attribute = False
    optional: tuple[str, ...] = ()

    colleague = Colleague()
    reason = words(WHY, rows=3, help_text=WHY_HINT)

    def __init__(self, application: Application, *, at: datetime, data: Any = None) -> None:
        super().__init__(data)
        offer(self, application, at=at)


def offer(form: forms.Form, application: Application, *, at: datetime) -> None:
    field = cast(Colleague, form.fields["colleague"])
    field.offer(colleagues(application, at=at))
