"""The fields of an adverse event: one alone on its page, or several rows at a reassessment."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.forms.base import ActForm, words
from approvals.reassessing import Event
from approvals.sections.dose_questions import Pick
from catalogue.fields import ClockTime, Day, Text
from treatments.models import AdverseEvent

EVENT = ("what", "severity", "happened_on", "known_on", "known_time")


def event_fields(suffix: str = "") -> dict[str, forms.Field]:
    made: dict[str, forms.Field] = {
        "what": words(gettext_lazy("What happened"), rows=2),
        "severity": Pick(
            [("", gettext_lazy("Choose")), *AdverseEvent.Severity.choices],
            label=gettext_lazy("Severity"),
            required=False,
        ),
        "happened_on": Day(label=gettext_lazy("Happened on"), required=False),
        "known_on": Day(
            label=gettext_lazy("Known since"),
            help_text=gettext_lazy("The time to report it runs from here. Empty: from now."),
            required=False,
        ),
        "known_time": ClockTime(
            label=gettext_lazy("Time"), help_text=gettext_lazy("For example 8:05."), required=False
        ),
    }
    return {name + suffix: field for name, field in made.items()}


def is_told(told: dict[str, Any], suffix: str = "") -> bool:
    return any(told.get(name + suffix) for name in EVENT)


def event(told: dict[str, Any], suffix: str = "") -> Event:
    return Event(
        told.get("what" + suffix) or "",
        told.get("severity" + suffix) or "",
        told.get("happened_on" + suffix),
        known_since(told.get("known_on" + suffix), told.get("known_time" + suffix) or ""),
    )


def known_since(on: Any, at: str) -> datetime | None:
    """A day without a time began at midnight: the clock never starts later than in truth."""
    if on is None:
        return None
    clock = time.fromisoformat(at) if at else time(0)
    return timezone.make_aware(datetime.combine(on, clock))


class EventForm(ActForm):
    """Holds for no version: an event is recorded whatever happens to the application."""

    def build(self) -> None:
        del self.fields["version"]
        self.fields |= event_fields()

    def clean(self) -> None:
        if self.cleaned_data.get("known_time") and not self.cleaned_data.get("known_on"):
            self.add_error("known_on", _("Enter the day that belongs to this time"))

    def content(self) -> dict[str, Any]:
        return {"event": event(self.cleaned_data)}

    def place(self, field: str) -> str:
        return "known_on" if field == "known_since" else field


class ReportForm(ActForm):
    """Under which reference the event was reported to the authority."""

    report_reference = Text(
        label=gettext_lazy("Reference of the report"),
        help_text=gettext_lazy("The number that the national network of pharmacovigilance gave it."),
        max_length=100,
        required=False,
    )

    def build(self) -> None:
        del self.fields["version"]
