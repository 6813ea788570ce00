"""The filters of the deadlines page, as they stand in its address."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from catalogue.choices import Area
from treatments.due import Scope, within
from treatments.models import Authorisation
from treatments.paging import Keyset

ORDERS = {
    "due": Keyset(("due_on", "id")),
    "-due": Keyset(("due_on", "id"), is_descending=True),
    "number": Keyset(("number",)),
    "-number": Keyset(("number",), is_descending=True),
}


class DeadlinesForm(forms.Form):
    window = forms.ChoiceField(
        label=_("Deadline"),
        required=False,
        choices=[
            ("", _("All")),
            ("late", _("Overdue")),
            ("week", _("Within 7 days")),
            ("month", _("Within 30 days")),
        ],
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("All"))
    area = forms.ChoiceField(label=_("Area"), required=False, choices=[("", _("All")), *Area.choices])

    def __init__(self, *args: Any, seen: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = seen
        self.fields["unit"].queryset = seen.places()  # type: ignore[attr-defined]

    def periods(self, *, on: date) -> QuerySet[Authorisation]:
        """What fits the filters; everything in view while they cannot be read."""
        found = self.seen.periods().select_related("unit", "prescriber").defer("dose")
        if not self.is_valid():
            return found
        wanted = self.cleaned_data
        if wanted["unit"]:
            found = found.filter(unit=wanted["unit"])
        if wanted["area"]:
            found = found.filter(area=wanted["area"])
        return within(found, wanted["window"], on=on)

    def told(self) -> dict[str, Any]:
        """The filters for the trail."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return {name: value.pk if isinstance(value, Unit) else value for name, value in chosen.items()}
