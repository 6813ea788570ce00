"""The filters of the deadlines page, as they stand in its address."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from catalogue.choices import Area
from treatments.due import Scope, within
from treatments.models import AuthorisationQuerySet
from treatments.paging import Keyset
from treatments.radar import silent

ORDERS = {
    "due": Keyset(("due_on", "id")),
    "-due": Keyset(("due_on", "id"), is_descending=True),
    "number": Keyset(("number",)),
    "-number": Keyset(("number",), is_descending=True),
}


class PlacesForm(forms.Form):
    """Unit and area, of those that the person sees."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unit"), required=False, empty_label=_("All"))
    area = forms.ChoiceField(label=_("Area"), required=False, choices=[("", _("All")), *Area.choices])

    def __init__(self, *args: Any, seen: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = seen
        self.fields["unit"].queryset = seen.places()  # type: ignore[attr-defined]

    def placed(self, found: AuthorisationQuerySet) -> AuthorisationQuerySet:
        wanted = self.cleaned_data
        if wanted["unit"]:
            found = found.filter(unit=wanted["unit"])
        return found.filter(area=wanted["area"]) if wanted["area"] else found

    @property
    def place(self) -> dict[str, Any]:
        """Unit and area as `due.burden` takes them."""
        if not self.is_valid():
            return {}
        unit = self.cleaned_data["unit"]
        return {"unit": unit.pk if unit else None, "area": self.cleaned_data["area"]}

    def told(self) -> dict[str, Any]:
        """The filters for the trail."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return {name: value.pk if isinstance(value, Unit) else value for name, value in chosen.items()}

    def in_words(self) -> list[tuple[str, str]]:
        """The filters for somebody who reads them on paper."""
        told: list[tuple[str, str]] = []
        for name, value in (self.cleaned_data if self.is_valid() else {}).items():
            field = self.fields[name]
            if value and isinstance(field, forms.ChoiceField) and not isinstance(value, Unit):
                value = dict(cast("list[tuple[str, str]]", field.choices))[value]
            if value:
                told.append((str(field.label), str(value)))
        return told


class RadarForm(PlacesForm):
    which = forms.ChoiceField(
        label=_("Dispensing"),
        required=False,
        choices=[("", _("All")), ("stopped", _("Stopped")), ("never", _("Never begun"))],
    )

    def periods(self, *, on: date) -> AuthorisationQuerySet:
        """What fits the filters; everything in view while they cannot be read."""
        found = silent(self.seen, on=on).listed()
        if not self.is_valid():
            return found
        if which := self.cleaned_data["which"]:
            found = found.filter(last_dispensed_on__isnull=which == "never")
        return self.placed(found)


class DeadlinesForm(PlacesForm):
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
    field_order = ["window", "unit", "area"]

    def periods(self, *, on: date) -> AuthorisationQuerySet:
        """What fits the filters; everything in view while they cannot be read."""
        found = self.seen.periods().listed()
        if not self.is_valid():
            return found
        return within(self.placed(found), self.cleaned_data["window"], on=on)
