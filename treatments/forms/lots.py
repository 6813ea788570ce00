"""The one question of the page on lots."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.fields import Text
from treatments.dispensing_rules import LONGEST_LOT


class LotForm(forms.Form):
    use_required_attribute = False
    lot = Text(
        label=_("Lot"),
        size=20,
        max_length=LONGEST_LOT,
        error_messages={"required": _("Write the lot, as printed on the vial.")},
    )

    def clean_lot(self) -> str:
        """As the ledger writes it."""
        return str(self.cleaned_data["lot"]).upper()
