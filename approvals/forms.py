"""What each action needs to be told: the shape only; what the words must say is asked by `policies`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from approvals.actions import Outcome
from approvals.models import Application, Conclusion, ReasonCode, Vote
from approvals.policies import LONGEST_TEXT
from approvals.refusals import Refused, Shortcoming
from approvals.sections.fields import Choice, Day, Number, Text, Ticks
from treatments.models import Verdict

FEWEST_BOXES, MORE_BOXES, MOST_BOXES = 3, 2, 21

CHECK_LABELS = {
    "identity": gettext_lazy("Identity of the patient"),
    "indication": gettext_lazy("Match with the indication"),
    "prior_therapies": gettext_lazy("Prior therapies"),
    "dose": gettext_lazy("Dose"),
    "risks": gettext_lazy("Risks and interactions"),
    "stock": gettext_lazy("Stock"),
    "cost": gettext_lazy("Estimated cost"),
    "literature": gettext_lazy("Literature"),
}


def words(label: Any, *, rows: int = 4, **options: Any) -> Text:
    """A text area, or a line; whether it may stay empty is for the policies to say."""
    return Text(label=label, rows=rows, max_length=LONGEST_TEXT, required=False, **options)


class ActForm(forms.Form):
    """The version of the application the person saw, and the content of the action."""

    use_required_attribute = False
    # Fields that may stay empty: the others are wanted by the policies.
    optional: tuple[str, ...] = ()

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


class AskForm(ActForm):
    def build(self) -> None:
        sent = [name for name in self.data if name.startswith("question_")]
        boxes = max(FEWEST_BOXES, len(sent)) + (MORE_BOXES if "more" in self.data else 0)
        first = self.application.questions.count()
        for n in range(1, min(boxes, MOST_BOXES) + 1):
            label = _("Question %(n)d") % {"n": first + n}
            self.fields[f"question_{n}"] = words(label, rows=3)
        self.optional = tuple(name for name in self.fields if name != "question_1")

    def content(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        return {"version": told.pop("version"), "questions": [text for text in told.values() if text]}

    def place(self, field: str) -> str:
        return "question_1" if field == "questions" else field


class AnswerForm(ActForm):
    def build(self) -> None:
        self.open = list(self.application.questions.filter(answered_at=None))
        for question in self.open:
            self.fields[f"answer_{question.number}"] = words(f"{question.number}. {question.text}", rows=5)

    def content(self) -> dict[str, Any]:
        answers = {q.number: self.cleaned_data[f"answer_{q.number}"] for q in self.open}
        return {"version": self.cleaned_data["version"], "answers": answers}


class ReferForm(ActForm):
    conclusion = Choice(Conclusion.choices, label=gettext_lazy("Conclusion"), required=False)
    text = words(
        gettext_lazy("Opinion"),
        rows=6,
        help_text=gettext_lazy("The committee reads it first; the prescriber reads it too."),
    )

    def build(self) -> None:
        for check, label in CHECK_LABELS.items():
            self.fields[check] = words(label, rows=0)
        self.order_fields(["version", *CHECK_LABELS, "conclusion", "text"])

    def told(self, name: str, sentence: str) -> str:
        """In the summary eight lines saying the same would help nobody."""
        return f"{CHECK_LABELS[name]} – {sentence}" if name in CHECK_LABELS else sentence

    def content(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        return {"checks": {check: told.pop(check) for check in CHECK_LABELS}, **told}


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


class WithdrawForm(ActForm):
    reason = words(gettext_lazy("Reason"))


class InfusionForm(ActForm):
    on = Day(
        label=gettext_lazy("Day of the first infusion"),
        error_messages={"required": gettext_lazy("Enter the day of the first infusion")},
    )


class ReassessForm(ActForm):
    value_now = Number(
        label=pgettext_lazy("outcome measure", "Value now"),
        least="-100000",
        most="10000000",
        places=3,
        example="12,5",
        error_messages={"required": gettext_lazy("Enter the value now")},
    )
    weight_kg = Number(
        label=gettext_lazy("Weight today"),
        least="0.3",
        most="350",
        places=3,
        unit="kg",
        example="82,5",
        error_messages={"required": gettext_lazy("Enter the weight")},
    )
    adverse = Choice(
        [("none", gettext_lazy("None")), ("some", gettext_lazy("Yes"))],
        label=gettext_lazy("Adverse events"),
        inline=True,
        error_messages={"required": gettext_lazy("Say whether there were adverse events")},
    )
    adverse_events = words(gettext_lazy("Which adverse events"), rows=3)
    judgement = words(
        gettext_lazy("Judgement"),
        help_text=gettext_lazy("What value and patient say: at least 20 characters."),
    )
    verdict = Choice(
        Verdict.choices,
        label=gettext_lazy("Decision"),
        error_messages={"required": gettext_lazy("Choose how the treatment goes on")},
    )

    def build(self) -> None:
        unit = self.application.snapshot.content["outcome"]["unit"]
        if unit:
            self.fields["value_now"].widget.attrs["data-unit"] = unit

    def clean(self) -> None:
        told = self.cleaned_data
        if told.get("adverse") != "some":
            told["adverse_events"] = ""
        elif not told.get("adverse_events"):
            self.add_error("adverse_events", _("Write which adverse events there were"))

    def content(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        version = told.pop("version")
        del told["adverse"]
        return {"version": version, "outcome": Outcome(**told | {"verdict": Verdict(told["verdict"])})}


class CloseForm(ActForm):
    verdict = Choice(
        [choice for choice in Verdict.choices if choice[0].startswith("stop_")],
        label=gettext_lazy("Why the treatment ends"),
        required=False,
    )
    reason = words(gettext_lazy("Reason in words"))
