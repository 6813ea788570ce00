"""Asking who the patient is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from approvals.forms.base import ActForm, words


class DiscloseForm(ActForm):
    """Holds for no version: reading changes nothing."""

    reason = words(
        gettext_lazy("Why you need to know it"),
        rows=3,
        help_text=gettext_lazy(
            "At least 20 characters. The head of the unit and the medical director read it."
        ),
    )

    def build(self) -> None:
        del self.fields["version"]
