"""The vote, and what closes a round."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from approvals.forms.base import ActForm, ceiling_reason, words
from approvals.models import ReasonCode, Vote
from approvals.policies import is_above_ceiling
from approvals.sections.fields import Choice, Ticks


class VoteForm(ActForm):
    """A vote holds for a round, not for a version: members vote at the same time."""

    choice = Choice(Vote.Choice.choices, label=gettext_lazy("How do you vote?"), required=False)
    text = words(
        gettext_lazy("Conditions or reasons"),
        help_text=gettext_lazy("Needed with conditions, against, and when you abstain."),
    )
    round = forms.IntegerField(widget=forms.HiddenInput)

    def build(self) -> None:
        del self.fields["version"]
        self.initial["round"] = self.application.round

    def clean_text(self) -> str:
        """A text belongs to the answers that ask for one; typed and then hidden, it is dropped."""
        text: str = self.cleaned_data["text"]
        return "" if self.cleaned_data.get("choice") == Vote.Choice.APPROVE else text


class ApproveForm(ActForm):
    conditions = words(
        gettext_lazy("Conditions"), rows=5, help_text=gettext_lazy("As they will stand in the letter.")
    )

    def build(self) -> None:
        asked = self.application.votes.filter(
            round=self.application.round, choice=Vote.Choice.CONDITIONS
        ).values_list("text", flat=True)
        self.initial["conditions"] = "\n".join(asked)
        self.optional = () if asked else ("conditions",)
        if is_above_ceiling(self.application):
            self.fields["ceiling_reason"] = ceiling_reason()


class RejectForm(ActForm):
    reason_codes = Ticks(
        [(code, f"{code} – {label}") for code, label in ReasonCode.choices],
        label=gettext_lazy("Reasons"),
        required=False,
    )
    reasons = words(
        gettext_lazy("Reasons in words"), rows=5, help_text=gettext_lazy("As they will stand in the letter.")
    )
    would_change = words(
        gettext_lazy("What would change the decision"),
        help_text=gettext_lazy("Which data or which evidence a new application should bring."),
    )
