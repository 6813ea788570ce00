"""What every form of an action has: the version the person saw, and where a refusal's sentences go."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from approvals.models import Application, Vote
from approvals.policies import LONGEST_TEXT
from approvals.refusals import Refused, Shortcoming
from catalogue.fields import Text


def words(label: Any, *, rows: int = 4, **options: Any) -> Text:
    """A text area, or a line; whether it may stay empty is for the policies to say."""
    return Text(label=label, rows=rows, max_length=LONGEST_TEXT, required=False, **options)


def ceiling_reason() -> Text:
    """What the pharmacist and the committee are asked for a dose above the highest one."""
    return words(
        _("Why this dose may pass the ceiling of 2 g/kg per cycle"),
        rows=3,
        help_text=_(
            "At least 20 characters. Without it the dose cannot be authorised; it stands in the letter."
        ),
    )


def said_with(application: Application, choice: str) -> list[str]:
    """What members wrote with this vote in the round under way, those with a conflict left out."""
    conflicts = set(application.declarations.filter(has_conflict=True).values_list("declared_by", flat=True))
    votes = Vote.objects.standing(application)
    return [vote.text for vote in votes if vote.choice == choice and vote.voted_by_id not in conflicts]


class ActForm(forms.Form):
    """The version of the application the person saw, and the content of the action."""

    use_required_attribute = False
    # Fields that may stay empty: the others are wanted by the policies.
    optional: tuple[str, ...] = ()
    # From which earlier decisions this one would depart, in words (forms/deciding.py).
    departure = ""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, application: Application, *, at: datetime, data: Any = None) -> None:
        self.application, self.at = application, at
        super().__init__(data, initial={"version": application.version})
        self.elsewhere: list[Shortcoming] = []
        self.build()

    def build(self) -> None:
        """Add the fields that depend on the application."""

    def content(self) -> dict[str, Any]:
        """The keyword arguments of the action."""
        return dict(self.cleaned_data)

    def refuse(self, refusal: Refused) -> None:
        """Put the sentences beside their fields; those of other pages are kept in `elsewhere`."""
        for missing in refusal.shortcomings or [Shortcoming("", "", refusal.sentence)]:
            name = self.place(missing.field)
            if missing.section:
                self.elsewhere.append(missing)
            elif name in self.fields:
                self.add_error(name, self.told(name, missing.sentence))
            else:
                self.add_error(None, missing.sentence)

    def told(self, name: str, sentence: str) -> str:
        """The sentence as it stands beside the field and in the summary."""
        return sentence

    def place(self, field: str) -> str:
        """The form's field for a policy's field."""
        return field

    def renew(self, application: Application) -> None:
        """Keep what was typed, for the application as it is now."""
        self.application = application
        data: Any = self.data
        self.data = data = data.copy()
        data["version"] = str(application.version)
        data["round"] = str(application.round)
