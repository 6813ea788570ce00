"""Section 6: what the treatment is to change, and when it stops."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.sections.base import SectionForm
from approvals.sections.fields import Number, Text


class OutcomeForm(SectionForm):
    slug = "outcome"
    title = gettext_lazy("Goals and reassessment")

    measure = Text(
        label=gettext_lazy("What will be measured"),
        help_text=gettext_lazy("A laboratory value, a score, a number of events."),
        error_messages={"required": gettext_lazy("Say what will be measured")},
    )
    unit = Text(
        label=gettext_lazy("Unit of measurement"),
        help_text=gettext_lazy("For example g/dL, points, seizures a week."),
        max_length=40,
        size=20,
        error_messages={"required": gettext_lazy("Enter the unit of measurement")},
    )
    baseline = Number(
        label=gettext_lazy("Value today"),
        least="-100000",
        most="10000000",
        places=3,
        example="8,5",
        error_messages={"required": gettext_lazy("Enter the value of today")},
    )
    target = Number(
        label=gettext_lazy("Value to reach"),
        help_text=gettext_lazy("Higher or lower than today's: the reassessment compares with it."),
        least="-100000",
        most="10000000",
        places=3,
        example="10",
        error_messages={"required": gettext_lazy("Enter the value to reach")},
    )
    stopping_rule = Text(
        label=gettext_lazy("When the treatment stops"),
        help_text=gettext_lazy("After which time without which result, or for which adverse event."),
        rows=3,
        max_length=2000,
        error_messages={"required": gettext_lazy("Write when the treatment stops")},
    )

    def clean(self) -> None:
        baseline, target = self.value("baseline"), self.value("target")
        if baseline is not None and baseline == target:
            self.add_error("target", _("The value to reach is the same as today's: it measures nothing."))
