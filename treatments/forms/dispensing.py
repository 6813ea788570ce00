"""The forms of the ledger: hand out, less of it, take an entry back, report on a cycle."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.fields import Choice, Day, Number, Text, Tick
from catalogue.models import Product
from treatments.dispensing_rules import Handing
from treatments.models import Authorisation, CycleReport
from treatments.refusals import Refused

LONGEST = 2000


class LedgerForm(forms.Form):
    """`seen`: the number of the last entry on the page the person looks at."""

    use_required_attribute = False
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def renew(self, seen: int) -> None:
        """Keep what was typed, for the ledger as it is now."""
        data: Any = self.data
        self.data = data = data.copy()
        data["seen"] = str(seen)

    def refuse(self, refusal: Refused) -> None:
        """Each sentence beside its field, the others on top."""
        told = [(one.field, one.sentence) for one in refusal.shortcomings] or [("", refusal.sentence)]
        for field, sentence in told:
            self.add_error(field if field in self.fields else None, sentence)


class HandingForm(LedgerForm):
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=_("Product"),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose the product.")},
    )
    lot = Text(
        label=_("Lot"), size=20, error_messages={"required": _("Write the lot, as printed on the vial.")}
    )
    expires_on = Day(
        label=_("Expiry of the lot"), error_messages={"required": _("Enter the expiry of the lot")}
    )
    grams = Number(
        label=_("Grams"),
        least="0.001",
        most="1000",
        places=3,
        unit="g",
        example="40",
        error_messages={"required": _("Enter the grams")},
    )
    on = Day(
        label=_("For which day"),
        help_text=_("The day of the infusion: today or tomorrow."),
        error_messages={"required": _("Enter the day")},
    )
    is_grace = Tick(
        label=_("The dose was already prepared when the reassessment became overdue"), required=False
    )
    reason = Text(label=_("Why it is given all the same"), rows=2, max_length=LONGEST, required=False)

    def __init__(self, period: Authorisation, *, is_late: bool, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        products: Any = self.fields["product"]
        products.queryset = Product.objects.active()
        wanted = period.dose["request"].get("product")
        if wanted:
            products.queryset = products.queryset.filter(code=wanted["code"])
        if not is_late:
            del self.fields["is_grace"], self.fields["reason"]

    def handing(self) -> Handing:
        return Handing(**{name: value for name, value in self.cleaned_data.items() if name != "seen"})


class ReverseForm(LedgerForm):
    reason = Text(
        label=_("Why"),
        rows=3,
        max_length=LONGEST,
        help_text=_("At least 20 characters. No need to name the patient."),
        error_messages={"required": _("Write why")},
    )


class LessForm(ReverseForm):
    grams = Number(
        label=_("Grams"),
        least="0.001",
        most="1000",
        places=3,
        unit="g",
        example="10",
        error_messages={"required": _("Enter the grams")},
    )
    field_order = ("grams", "reason", "seen")


class ReportForm(forms.Form):
    use_required_attribute = False
    response = Choice(
        CycleReport.Response.choices,
        label=_("Since the cycle before"),
        inline=True,
        error_messages={"required": _("Say how it went")},
    )
    adverse = Choice(
        [("none", _("None")), ("some", _("Yes"))],
        label=_("Adverse events"),
        inline=True,
        error_messages={"required": _("Say whether there were adverse events")},
    )
    adverse_events = Text(label=_("Which adverse events"), rows=2, max_length=LONGEST, required=False)

    def clean(self) -> None:
        told = self.cleaned_data
        if told.get("adverse") != "some":
            told["adverse_events"] = ""
        elif not told.get("adverse_events"):
            self.add_error("adverse_events", _("Write which adverse events there were"))
