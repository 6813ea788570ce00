"""Not admissible, appealed, substitutes appointed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from approvals import substitutes
from approvals.forms.base import ActForm, words
from approvals.models import Appeal
from approvals.policies import TRIAGE
from catalogue.fields import Choice, Text, Ticks

# Among more people than this one searches.
MOST_SHOWN = 40


class ProposeInadmissibleForm(ActForm):
    reason_codes = Ticks(
        [(code.value, f"{code.value} – {code.label}") for code in TRIAGE],
        label=gettext_lazy("Reasons"),
        required=False,
    )
    text = words(
        gettext_lazy("Reasons in words"),
        rows=5,
        help_text=gettext_lazy("At least 20 characters, as they will stand in the letter."),
    )


class ObjectInadmissibleForm(ActForm):
    text = words(
        gettext_lazy("Reason"), help_text=gettext_lazy("At least 20 characters. It stands in the timeline.")
    )


class AppealForm(ActForm):
    ground = Choice(Appeal.Ground.choices, label=gettext_lazy("Ground of the appeal"), required=False)
    text = words(
        gettext_lazy("What is new, or what went wrong"),
        rows=8,
        help_text=gettext_lazy(
            "At least 100 characters for new clinical information, 50 for a procedural error. The committee "
            "reads it: no need to name the patient."
        ),
    )


class AppointForm(ActForm):
    """Whom to appoint: those who match what was searched, and those already ticked."""

    search = Text(
        label=gettext_lazy("Search by name, profession or unit"),
        size=20,
        required=False,
    )
    members = Ticks([], label=gettext_lazy("Substitutes"), required=False)
    presiding = forms.ChoiceField(label=gettext_lazy("Who presides"), required=False)
    reason = words(
        gettext_lazy("Why these people"),
        rows=3,
        help_text=gettext_lazy("At least 20 characters. No need to name the patient."),
    )
    optional = ("search",)

    def build(self) -> None:
        eligible = substitutes.eligible(self.application, at=self.at)
        self.people: dict[str, User] = {str(one.user.pk): one.user for one in eligible}
        sent: Any = self.data
        ticked = set(sent.getlist("members")) if self.is_bound else set()
        found = [one for one in eligible if self.matches(str(one)) or str(one.user.pk) in ticked]
        self.left_out = max(len(found) - MOST_SHOWN, 0)
        # Whoever is ticked stays on the page, whatever was searched since.
        found.sort(key=lambda one: str(one.user.pk) not in ticked)
        shown = [(str(one.user.pk), str(one)) for one in found[: max(MOST_SHOWN, len(ticked))]]
        members: Any = self.fields["members"]
        members.offered, members.choices = dict(shown), shown
        if substitutes.somebody_presides(self.application, at=self.at):
            del self.fields["presiding"]
        else:
            presiding: Any = self.fields["presiding"]
            presiding.choices = [("", _("Choose")), *shown]

    def matches(self, told: str) -> bool:
        wanted = str(self.data.get("search", "")).casefold().split()
        return all(word in told.casefold() for word in wanted)

    def content(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        return {
            "version": told["version"],
            "members": [self.people[pk] for pk in told["members"]],
            "presiding": self.people.get(told.get("presiding") or ""),
            "reason": told["reason"],
        }
