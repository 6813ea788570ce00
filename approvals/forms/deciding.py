"""The declaration, the vote, and what closes a round."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import precedents
from approvals.forms.base import ActForm, ceiling_reason, said_with, words
from approvals.limits import Limits
from approvals.models import Application, ReasonCode, Vote
from approvals.policies import is_above_ceiling, ratifying
from approvals.workflow import ON_TREATMENT
from catalogue.fields import Choice, Day, Number, Ticks, Whole


def reason_ticks() -> Ticks:
    codes = [(code, f"{code} – {label}") for code, label in ReasonCode.choices]
    return Ticks(codes, label=gettext_lazy("Reasons"), required=False)


class RoundForm(ActForm):
    """Holds for a round, not for a version: members act at the same time."""

    round = forms.IntegerField(widget=forms.HiddenInput)

    def build(self) -> None:
        del self.fields["version"]
        self.initial["round"] = self.application.round


class DeclareForm(RoundForm):
    has_conflict = Choice(
        [
            ("no", gettext_lazy("I have no conflict of interest on this application")),
            ("yes", gettext_lazy("I have a conflict of interest: I do not judge it")),
        ],
        label=gettext_lazy("Conflict of interest"),
    )
    text = words(gettext_lazy("Which conflict"), rows=2)

    def content(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {**told, "has_conflict": told["has_conflict"] == "yes"}


class VoteForm(RoundForm):
    choice = Choice(Vote.Choice.choices, label=gettext_lazy("How do you vote?"), required=False)
    reason_codes = reason_ticks()
    text = words(
        gettext_lazy("Conditions, reasons or question"),
        help_text=gettext_lazy("Needed with every vote but a plain one in favour."),
    )

    def __init__(
        self, application: Application, *, at: datetime, data: Any = None, own: Vote | None = None
    ) -> None:
        """`own`: the vote to be changed."""
        super().__init__(application, at=at, data=data)
        if own:
            self.initial.update(choice=own.choice, text=own.text, reason_codes=own.reason_codes)

    def build(self) -> None:
        super().build()
        if self.application.status in ON_TREATMENT:
            field: Any = self.fields["choice"]
            field.choices = [(value, Vote.Choice(value).label) for value in ratifying()]
            del self.fields["reason_codes"]

    def content(self) -> dict[str, Any]:
        """What belongs to another answer, typed and then hidden, is dropped."""
        told = dict(self.cleaned_data)
        if told["choice"] == Vote.Choice.APPROVE:
            told["text"] = ""
        if told["choice"] != Vote.Choice.REJECT:
            told["reason_codes"] = []
        return told


class TermsForm(ActForm):
    """What an authorisation may limit, and what it has to say."""

    cycles = Whole(label=gettext_lazy("Cycles at most"), required=False, least="1", most="99")
    cycle_g = Number(
        label=gettext_lazy("Grams per cycle at most"),
        required=False,
        least="0.1",
        most="1000",
        places=1,
        unit="g",
        example="60",
    )
    co_therapy = words(gettext_lazy("Together with (co-therapy)"), rows=0)
    reassess_on = Day(label=gettext_lazy("Reassessment by, if earlier"), required=False)
    conditions = words(
        gettext_lazy("Other conditions"), rows=4, help_text=gettext_lazy("As they will stand in the letter.")
    )
    limiting = ("cycles", "cycle_g", "co_therapy", "reassess_on")

    def build(self) -> None:
        self.optional = (*self.limiting, "conditions")
        if is_above_ceiling(self.application):
            self.fields["ceiling_reason"] = ceiling_reason()

    def content(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        limits = {name: told.pop(name) for name in self.limiting}
        return {**told, "limits": Limits(**limits)}


class ApproveForm(TermsForm):
    def build(self) -> None:
        super().build()
        self.initial["conditions"] = "\n".join(said_with(self.application, Vote.Choice.CONDITIONS))
        ask_because(self, is_approval=True)


class DecideUrgentlyForm(TermsForm):
    alone_because = words(
        gettext_lazy("Why it cannot wait for the committee"),
        rows=3,
        help_text=gettext_lazy("The committee reads it when it ratifies the decision, or does not."),
    )
    field_order = ("version", "alone_because")


class DeferForm(ActForm):
    reason = words(
        gettext_lazy("Why it is put off"), rows=3, help_text=gettext_lazy("The prescriber reads it.")
    )
    until = Day(label=gettext_lazy("Heard again on"), required=False)


class RefusalForm(ActForm):
    """Why it is refused: by a round, or because a decision of the chair is not ratified."""

    reason_codes = reason_ticks()
    reasons = words(
        gettext_lazy("Reasons in words"), rows=5, help_text=gettext_lazy("As they will stand in the letter.")
    )
    would_change = words(
        gettext_lazy("What would change the decision"),
        help_text=gettext_lazy("Which data or which evidence a new application should bring."),
    )


class RejectForm(RefusalForm):
    def build(self) -> None:
        ask_because(self, is_approval=False)


def ask_because(form: ActForm, *, is_approval: bool) -> None:
    """A field more where the decision would depart from the precedents; `departure` says from which."""
    told = precedents.of(form.application, at=form.at).departure(is_approval=is_approval)
    if told:
        form.departure = told
        form.fields["because"] = words(
            _("Why this decision departs from the earlier ones"),
            rows=3,
            help_text=_("At least 20 characters. It stands beside the decision."),
        )
