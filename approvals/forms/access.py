"""Opening another unit's file with a reason, looking at who did; masking; the patient's report."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.people import day
from approvals.archive import as_number
from approvals.forms.base import words
from approvals.models import EmergencyAccess, Way
from approvals.refusals import Refused, Shortcoming
from catalogue.fields import Choice, Day, Text, YesNo
from patients.tax_code import TaxCodeError, read


class AccessForm(forms.Form):
    """A form that belongs to no version of a file; its refusals are put beside its fields."""

    use_required_attribute = False
    optional: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *, at: datetime) -> None:
        self.at = at
        super().__init__(data)

    def refuse(self, refusal: Refused) -> None:
        for missing in refusal.shortcomings or [Shortcoming("", "", refusal.sentence)]:
            self.add_error(missing.field if missing.field in self.fields else None, missing.sentence)

    def clean_requested_on(self) -> date:
        asked: date = self.cleaned_data["requested_on"]
        if asked > day(self.at):
            raise forms.ValidationError(_("The request cannot come from the future."))
        return asked


class BreakForm(AccessForm):
    number = Text(
        label=gettext_lazy("Number of the application"),
        help_text=gettext_lazy("For example OL-2026-000123, or 123 for one of this year."),
        max_length=30,
        size=20,
        error_messages={"required": gettext_lazy("Enter the number")},
    )
    ground = Choice(
        EmergencyAccess.Ground.choices, label=gettext_lazy("Why you need the file"), required=False
    )
    reason = words(
        gettext_lazy("Reason in words"),
        rows=3,
        help_text=gettext_lazy(
            "At least 20 characters. The head of the unit is told at once and reads it; the patient may too."
        ),
    )

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"]
        return as_number(typed, at=self.at) or typed


class ReviewForm(AccessForm):
    is_justified = YesNo(label=gettext_lazy("Was the access justified?"), required=False)
    note = words(
        gettext_lazy("What you found"),
        rows=3,
        help_text=gettext_lazy("Whom you asked, what you decided. It is kept beside the access."),
    )


class MaskingForm(AccessForm):
    way = Choice(
        Way.choices,
        label=gettext_lazy("How the patient's request came"),
        error_messages={"required": gettext_lazy("Choose how the request came")},
    )
    requested_on = Day(
        label=gettext_lazy("Day of the request"),
        error_messages={"required": gettext_lazy("Enter the day of the request")},
    )


class AccessReportForm(MaskingForm):
    """The tax code, posted: it never stands in an address."""

    tax_code = Text(
        label=gettext_lazy("Tax code of the patient"),
        max_length=40,
        size=20,
        error_messages={"required": gettext_lazy("Enter the tax code")},
    )
    field_order = ["tax_code", "way", "requested_on"]

    def clean_tax_code(self) -> str:
        try:
            return read(self.cleaned_data["tax_code"], today=day(self.at)).text
        except TaxCodeError as error:
            raise forms.ValidationError(str(error)) from error
