"""The reassessment: one page, filled in from the file and the ledger as far as they know."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from approvals.contents import SUFFIXES, Measure, measures
from approvals.forms.base import ActForm, words
from approvals.forms.events import EVENT, event, event_fields, is_told
from approvals.forms.redosing import DOSE, asked, dose_fields, in_force, pregnancy, weight
from approvals.reassessing import REDOSING, Outcome
from catalogue.fields import Choice, Number
from treatments.models import BY_HAND, CONTINUING, Verdict

MOST_EVENTS = 5


class ReassessForm(ActForm):
    weight_kg = weight()
    adverse = Choice(
        [("none", gettext_lazy("None")), ("some", gettext_lazy("Yes"))],
        label=gettext_lazy("Adverse events"),
        inline=True,
        error_messages={"required": gettext_lazy("Say whether there were adverse events")},
    )
    therapy_changes = words(
        gettext_lazy("Changes in the other therapy"), rows=2, help_text=gettext_lazy("Empty: none.")
    )
    judgement = words(
        gettext_lazy("Judgement"),
        help_text=gettext_lazy("What value and patient say: at least 20 characters."),
    )
    verdict = Choice(
        [(verdict.value, verdict.label) for verdict in BY_HAND],
        label=gettext_lazy("Decision"),
        error_messages={"required": gettext_lazy("Choose how the treatment goes on")},
    )
    plan = words(
        gettext_lazy("How the dose is tapered"),
        rows=2,
        help_text=gettext_lazy("Step by step; it stands among the conditions of the next period."),
    )
    optional = ("therapy_changes", "plan")

    def build(self) -> None:
        plan = measures(self.application.snapshot.content)
        self.measures = list(zip(plan, (f"value_now{suffix}" for suffix in SUFFIXES), strict=False))
        dose = self.application.snapshot.dose
        for measure, name in self.measures:
            self.fields[name] = value_now(measure, is_alone=len(plan) == 1)
        for suffix in self.event_suffixes():
            self.fields |= event_fields(suffix)
        self.fields |= pregnancy(dose) | dose_fields()
        self.initial.update(in_force(dose))
        self.initial.pop("pregnant", None)  # what was true three months ago is not offered as an answer
        self.order_fields(
            [*(name for _one, name in self.measures), "weight_kg", "pregnant", "adverse"]
            + [name + suffix for suffix in self.event_suffixes() for name in EVENT]
            + ["therapy_changes", "judgement", "verdict", *DOSE, "plan"]
        )

    def event_suffixes(self) -> list[str]:
        """One row, those that were sent, and one more where it was asked for."""
        rows = 1 + sum(f"what_{n}" in self.data for n in range(2, MOST_EVENTS + 1))
        rows += "more" in self.data
        return [f"_{n}" for n in range(1, min(rows, MOST_EVENTS) + 1)]

    @property
    def may_add_events(self) -> bool:
        return len(self.event_suffixes()) < MOST_EVENTS

    @property
    def events(self) -> list[list[Any]]:
        """The fields of each row, as the page shows them."""
        return [[self[name + suffix] for name in EVENT] for suffix in self.event_suffixes()]

    @property
    def values(self) -> list[Any]:
        return [self[name] for _measure, name in self.measures]

    @property
    def redosing(self) -> list[Any]:
        return [self[name] for name in DOSE]

    @property
    def told_rows(self) -> list[str]:
        """The rows that say anything; a refusal of the n-th event belongs to the n-th of them."""
        return [suffix for suffix in self.event_suffixes() if is_told(self.cleaned_data, suffix)]

    def clean(self) -> None:
        if self.cleaned_data.get("adverse") == "some" and not self.told_rows:
            self.add_error("what_1", _("Write which adverse events there were"))
        goes_on = self.cleaned_data.get("verdict") in CONTINUING
        if goes_on and "pregnant" in self.fields and self.cleaned_data.get("pregnant") is None:
            self.add_error("pregnant", _("Say whether the patient is pregnant"))

    def content(self) -> dict[str, Any]:
        told = self.cleaned_data
        verdict = Verdict(told["verdict"])
        outcome = Outcome(
            values=tuple(told[name] for _measure, name in self.measures),
            verdict=verdict,
            judgement=told["judgement"],
            weight_kg=told["weight_kg"],
            pregnant=told.get("pregnant"),
            events=tuple(event(told, one) for one in self.told_rows) if told["adverse"] == "some" else (),
            therapy_changes=told["therapy_changes"],
            dose=asked(told) if verdict in REDOSING else None,
            plan=told["plan"] if verdict in REDOSING else "",
        )
        return {"version": told["version"], "outcome": outcome}

    def place(self, field: str) -> str:
        name, _line, n = field.rpartition("_")
        if n.isdigit() and name in ("what", "severity", "happened_on", "known_since"):
            suffix = self.told_rows[int(n) - 1]
            return ("known_on" if name == "known_since" else name) + suffix
        return field


def value_now(measure: Measure, *, is_alone: bool) -> Number:
    label = pgettext("outcome measure", "Value now")
    field = Number(
        label=label if is_alone else f"{label}: {measure.name}",
        help_text=_("Declared: %(goal)s") % {"goal": measure.goal},
        least="-100000",
        most="10000000",
        places=3,
        example="12,5",
        required=False,
    )
    if measure.unit:
        field.widget.attrs["data-unit"] = measure.unit
    return field
