"""Questions, answers, the opinion of the pharmacy; the reason of a withdrawal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.forms.base import ActForm, ceiling_reason, said_with, words
from approvals.models import Application, Conclusion, Vote
from approvals.policies import is_above_ceiling
from approvals.prints import all_answers
from approvals.workflow import Status
from catalogue.fields import Choice

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


class AskForm(ActForm):
    def build(self) -> None:
        sent = [name for name in self.data if name.startswith("question_")]
        boxes = max(FEWEST_BOXES, len(sent)) + (MORE_BOXES if "more" in self.data else 0)
        first = self.application.questions.count()
        for n in range(1, min(boxes, MOST_BOXES) + 1):
            label = _("Question %(n)d") % {"n": first + n}
            self.fields[f"question_{n}"] = words(label, rows=3)
        self.optional = tuple(name for name in self.fields if name != "question_1")
        if self.application.status == Status.COMMITTEE_REVIEW:
            wanted = said_with(self.application, Vote.Choice.INFORMATION)
            self.initial.update({f"question_{n}": text for n, text in enumerate(wanted, 1)})

    def content(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        return {"version": told.pop("version"), "questions": [text for text in told.values() if text]}

    def place(self, field: str) -> str:
        return "question_1" if field == "questions" else field


class AnswerForm(ActForm):
    # The form whose changes the page shows; a delegate may write in it at the same time.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def build(self) -> None:
        self.initial["seen"] = all_answers(self.application)
        self.open = list(self.application.questions.filter(answered_at=None))
        for question in self.open:
            self.fields[f"answer_{question.number}"] = words(f"{question.number}. {question.text}", rows=5)

    def content(self) -> dict[str, Any]:
        answers = {q.number: self.cleaned_data[f"answer_{q.number}"] for q in self.open}
        told = self.cleaned_data
        return {"version": told["version"], "seen": told["seen"], "answers": answers}

    def renew(self, application: Application) -> None:
        super().renew(application)
        data: Any = self.data
        data["seen"] = all_answers(application)


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
        if is_above_ceiling(self.application):
            self.fields["ceiling_reason"] = ceiling_reason()
        self.order_fields(["version", *CHECK_LABELS, "conclusion", "text", "ceiling_reason"])

    def told(self, name: str, sentence: str) -> str:
        """In the summary eight lines saying the same would help nobody."""
        return f"{CHECK_LABELS[name]} – {sentence}" if name in CHECK_LABELS else sentence

    def content(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        return {"checks": {check: told.pop(check) for check in CHECK_LABELS}, **told}


class WithdrawForm(ActForm):
    reason = words(gettext_lazy("Reason"))


class DeclineForm(ActForm):
    reason = words(
        gettext_lazy("Why it is not an emergency, or not to be treated so"),
        help_text=gettext_lazy("The prescriber reads it. At least 20 characters."),
    )
