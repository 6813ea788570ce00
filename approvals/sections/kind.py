"""Section 1: what kind of request it is, and how fast it must be answered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from approvals.sections.base import SectionForm
from approvals.sections.fields import Choice, Text, YesNo


class Type(models.TextChoices):
    """What the request is to the patient's treatment; all but the first follow an earlier application."""

    FIRST = "first", pgettext_lazy("type of application", "First request")
    CONTINUATION = "continuation", gettext_lazy("Continuation")
    DOSE_CHANGE = "dose_change", gettext_lazy("Change of dose")
    EXTRA_DOSE = "extra_dose", gettext_lazy("Extra dose")
    TRANSFER = "transfer", gettext_lazy("Transfer from another unit or hospital")


class KindForm(SectionForm):
    slug = "kind"
    title = gettext_lazy("Type and urgency")
    conditional = ("urgency_reason",)
    fixed_once_sent = ("type", "is_urgent", "urgency_reason")

    type = Choice(
        Type.choices,
        label=gettext_lazy("What do you request?"),
        error_messages={"required": gettext_lazy("Say what kind of request it is")},
    )
    is_urgent = YesNo(
        label=gettext_lazy("Is it urgent?"),
        help_text=gettext_lazy("Urgent: the committee answers within 72 hours instead of 7 days."),
        error_messages={"required": gettext_lazy("Say whether it is urgent")},
    )
    urgency_reason = Text(label=gettext_lazy("Why it is urgent"), max_length=2000, rows=3, required=False)

    def clean(self) -> None:
        if self.value("is_urgent"):
            self.need("urgency_reason", _("Say why it is urgent"))
        else:
            self.drop("urgency_reason")
