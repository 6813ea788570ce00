"""What a report is about, as it stands in the address."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.reports.asking import Asked, Span, span_of
from catalogue.choices import Area

CODE = re.compile(r"[A-Z0-9-]{1,20}")
LONGEST_YEARS = 10


def day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


class ReportForm(forms.Form):
    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        required=False,
        choices=[
            ("", gettext_lazy("This month")),
            ("last_month", gettext_lazy("Last month")),
            ("last_quarter", gettext_lazy("Last quarter")),
            ("year", gettext_lazy("This year")),
            ("last_year", gettext_lazy("Last year")),
            ("days", gettext_lazy("From a day to a day")),
        ],
    )
    since = day_field(gettext_lazy("From"))
    until = day_field(gettext_lazy("Until"))
    unit = forms.TypedChoiceField(
        label=gettext_lazy("Unit"), required=False, coerce=int, empty_value=None, choices=[]
    )
    area = forms.ChoiceField(
        label=gettext_lazy("Area"), required=False, choices=[("", gettext_lazy("All")), *Area.choices]
    )
    row = forms.CharField(label=gettext_lazy("Row of the catalogue (code)"), required=False, max_length=20)

    def __init__(
        self, *args: Any, hospitals: frozenset[int], units: dict[int, str], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hospitals, self.today = hospitals, today
        choices = [("", gettext_lazy("All")), *units.items()]
        cast(forms.TypedChoiceField, self.fields["unit"]).choices = choices
        self.fields["row"].widget.attrs |= {"autocomplete": "off", "placeholder": "NEU-01"}

    def clean_row(self) -> str:
        code = str(self.cleaned_data["row"]).strip().upper()
        if code and not CODE.fullmatch(code):
            raise ValidationError(_("A code of the catalogue, for example NEU-01."))
        return code

    def clean(self) -> None:
        told = self.cleaned_data
        since, until = told.get("since"), told.get("until")
        # Days typed without choosing "from a day to a day" count all the same.
        if (since or until) and not told.get("period"):
            told["period"] = "days"
        if told.get("period") != "days" or self.errors:
            return
        if not since:
            self.add_error("since", _("Enter the first day"))
        elif until and until < since:
            self.add_error("until", _("The last day comes before the first one"))
        elif (until or self.today).year - since.year > LONGEST_YEARS:
            self.add_error("since", _("A report covers ten years at most"))

    def asked(self) -> Asked:
        """This month, of everything, while the filters cannot be read."""
        told = self.cleaned_data if self.is_valid() else {}
        span = span_of(told.get("period", ""), today=self.today)
        if told.get("period") == "days":
            span = Span(told["since"], told["until"] or max(self.today, told["since"]))
        return Asked(
            span=span,
            today=self.today,
            hospitals=self.hospitals,
            unit=told.get("unit"),
            area=told.get("area", ""),
            row=told.get("row", ""),
        )

    def told(self) -> dict[str, Any]:
        """The filters for the trail."""
        asked = self.asked()
        told = {"unit": asked.unit, "area": asked.area, "row": asked.row}
        days = {"since": str(asked.span.first), "until": str(asked.span.last)}
        return days | {name: value for name, value in told.items() if value}
