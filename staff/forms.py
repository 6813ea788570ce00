"""Shapes of what is typed about people and roles; whether it holds is for `accounts` to say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Profession, Role, Unit, User
from accounts.persons import FIELDS, Person
from accounts.refusals import Refused, Shortcoming
from accounts.role_rules import REASON_MOST
from catalogue.fields import Choice, Day, Text


class Asked(forms.Form):
    """Puts a refusal's sentences beside their fields and keeps every word that was typed."""

    use_required_attribute = False
    optional: tuple[str, ...] = ()

    def refuse(self, refusal: Refused) -> None:
        for missing in refusal.shortcomings or [Shortcoming("", "", refusal.sentence)]:
            self.add_error(missing.field if missing.field in self.fields else None, missing.sentence)


def reason_field() -> Text:
    return Text(
        label=_("Why"),
        max_length=REASON_MOST,
        required=False,
        help_text=_("It stays on record, with your name. Nothing about patients or health."),
    )


class GiveForm(Asked):
    """A role for one person."""

    optional = ("to_on",)

    def __init__(self, hospitals: list[int], data: Any = None) -> None:
        super().__init__(data)
        units = Unit.objects.filter(hospital__in=hospitals)
        self.fields["unit"] = forms.ModelChoiceField(
            units, label=_("Unit"), empty_label="", error_messages={"required": _("Choose a unit.")}
        )
        self.fields["role"] = forms.ChoiceField(
            choices=[("", ""), *Role.choices],
            label=_("Role"),
            error_messages={"required": _("Choose a role.")},
        )
        self.fields["from_on"] = Day(label=_("First day"), required=False)
        self.fields["to_on"] = Day(
            label=_("Last day"), required=False, help_text=_("Empty: until it is ended.")
        )
        self.fields["reason"] = reason_field()

    def content(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {**told, "role": Role(told["role"])}


class EndForm(Asked):
    """The last day of a role; empty for none."""

    optional = ("last_on",)

    def __init__(self, membership: Membership, data: Any = None) -> None:
        super().__init__(data, initial={"last_on": membership.to_on})
        self.fields["last_on"] = Day(
            label=_("Last day"),
            required=False,
            help_text=_("Yesterday ends it at once. Empty: it goes on without end. Example: 5/3/2026."),
        )
        self.fields["reason"] = reason_field()


class PersonForm(Asked):
    """Name, profession and register of a person; for a new one also the user name."""

    optional = ("title", "email", "registration_number")

    def __init__(self, user: User | None, data: Any = None) -> None:
        super().__init__(data, initial={name: getattr(user, name) for name in FIELDS} if user else None)
        if user is None:
            self.fields["username"] = Text(
                label=_("User name"),
                size=20,
                max_length=150,
                validators=[UnicodeUsernameValidator()],
                help_text=_("The one the person signs in with; it cannot be changed later."),
                error_messages={"required": _("Choose a user name that nobody has.")},
            )
        self.fields["title"] = Text(label=_("Title"), size=8, max_length=20, required=False)
        self.fields["first_name"] = Text(label=_("Name"), max_length=150, required=False)
        self.fields["last_name"] = Text(label=_("Surname"), max_length=150, required=False)
        self.fields["email"] = forms.EmailField(label=_("E-mail"), required=False)
        self.fields["profession"] = Choice(Profession.choices, label=_("Profession"), required=False)
        self.fields["registration_number"] = Text(
            label=_("Number in the register"), size=12, max_length=30, required=False
        )

    def content(self) -> Person:
        return Person(**{name: self.cleaned_data[name] for name in FIELDS})


class CloseForm(Asked):
    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["reason"] = reason_field()


class DelegationForm(Asked):
    """Who stands in for one role, and when."""

    def __init__(self, held: Membership, people: Iterable[User], data: Any = None) -> None:
        super().__init__(data, prefix=f"role-{held.pk}", auto_id="id_%s")
        self.people = {str(one.pk): one for one in people}
        named = [(pk, one.signature) for pk, one in self.people.items()]
        self.fields["user"] = forms.ChoiceField(
            choices=[("", ""), *named], label=_("Who"), error_messages={"required": _("Choose somebody.")}
        )
        self.fields["from_on"] = Day(label=_("First day"), required=False)
        self.fields["to_on"] = Day(label=_("Last day"), required=False)
        self.fields["reason"] = reason_field()

    def content(self) -> dict[str, Any]:
        return {**self.cleaned_data, "user": self.people[self.cleaned_data["user"]]}


class ReviewEndForm(Asked):
    last_on = Day(label=gettext_lazy("Last day"))
