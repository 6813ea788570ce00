"""The first infusion, what interrupts a treatment, its end."""

from __future__ import annotations

from typing import Any, cast

from django.utils.translation import gettext_lazy

from accounts.models import Membership, Role
from accounts.people import day
from approvals.forms.base import ActForm, words
from catalogue.fields import Choice, Day
from treatments.models import Suspension, Verdict

LEAST = gettext_lazy("At least 20 characters. No need to name the patient.")


class InfusionForm(ActForm):
    on = Day(
        label=gettext_lazy("Day of the first infusion"),
        error_messages={"required": gettext_lazy("Enter the day of the first infusion")},
    )


class DischargeForm(ActForm):
    on = Day(
        label=gettext_lazy("Day of the discharge"),
        error_messages={"required": gettext_lazy("Enter the day of the discharge")},
    )


class SuspendForm(ActForm):
    ground = Choice(Suspension.Ground.choices, label=gettext_lazy("Why"), required=False)
    reason = words(gettext_lazy("Reason in words"), help_text=LEAST)


class ReasonForm(ActForm):
    reason = words(gettext_lazy("Reason in words"), help_text=LEAST)


class TransferForm(ActForm):
    successor = Choice([], label=gettext_lazy("Who goes on with the treatment"), required=False)
    reason = words(gettext_lazy("Reason in words"), help_text=LEAST)

    def build(self) -> None:
        unit = self.application.unit
        prescribing = Membership.objects.valid(on=day(self.at)).filter(
            role=Role.PRESCRIBER, unit__hospital=unit.hospital_id, user__is_active=True
        )
        period = self.application.authorisations.live().first()
        treating = (period.unit_id, period.prescriber_id) if period else None
        # One's own unit first; whoever treats already is no choice.
        held = sorted(
            (
                one
                for one in prescribing.select_related("user", "unit")
                if (one.unit_id, one.user_id) != treating
            ),
            key=lambda one: (one.unit_id != unit.pk, one.unit.name, one.user.last_name, one.pk),
        )
        self.held = {str(one.pk): (one.unit, one.user) for one in held}
        cast(Choice, self.fields["successor"]).choices = [
            (pk, f"{user.signature} · {place.name}") for pk, (place, user) in self.held.items()
        ]

    def content(self) -> dict[str, Any]:
        return self.cleaned_data | {"successor": self.held.get(self.cleaned_data["successor"])}


class CloseForm(ActForm):
    verdict = Choice(
        [choice for choice in Verdict.choices if choice[0].startswith("stop_")],
        label=gettext_lazy("Why the treatment ends"),
        required=False,
    )
    reason = words(gettext_lazy("Reason in words"))
