"""The first infusion, the reassessment, the end of the treatment."""

from __future__ import annotations

from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Membership, Role
from accounts.people import day
from approvals.actions import Outcome
from approvals.forms.base import ActForm, words
from approvals.sections.fields import Choice, Day, Number
from treatments.models import BY_HAND, Suspension, Verdict

LEAST = gettext_lazy("At least 20 characters. No need to name the patient.")


class InfusionForm(ActForm):
    on = Day(
        label=gettext_lazy("Day of the first infusion"),
        error_messages={"required": gettext_lazy("Enter the day of the first infusion")},
    )


class ReassessForm(ActForm):
    value_now = Number(
        label=pgettext_lazy("outcome measure", "Value now"),
        least="-100000",
        most="10000000",
        places=3,
        example="12,5",
        error_messages={"required": gettext_lazy("Enter the value now")},
    )
    weight_kg = Number(
        label=gettext_lazy("Weight today"),
        least="0.3",
        most="350",
        places=3,
        unit="kg",
        example="82,5",
        error_messages={"required": gettext_lazy("Enter the weight")},
    )
    adverse = Choice(
        [("none", gettext_lazy("None")), ("some", gettext_lazy("Yes"))],
        label=gettext_lazy("Adverse events"),
        inline=True,
        error_messages={"required": gettext_lazy("Say whether there were adverse events")},
    )
    adverse_events = words(gettext_lazy("Which adverse events"), rows=3)
    judgement = words(
        gettext_lazy("Judgement"),
        help_text=gettext_lazy("What value and patient say: at least 20 characters."),
    )
    verdict = Choice(
        [(verdict.value, verdict.label) for verdict in BY_HAND],
        label=gettext_lazy("Decision"),
        error_messages={"required": gettext_lazy("Choose how the treatment goes on")},
    )

    def build(self) -> None:
        unit = self.application.snapshot.content["outcome"]["unit"]
        if unit:
            self.fields["value_now"].widget.attrs["data-unit"] = unit

    def clean(self) -> None:
        told = self.cleaned_data
        if told.get("adverse") != "some":
            told["adverse_events"] = ""
        elif not told.get("adverse_events"):
            self.add_error("adverse_events", _("Write which adverse events there were"))

    def content(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        version = told.pop("version")
        del told["adverse"]
        return {"version": version, "outcome": Outcome(**told | {"verdict": Verdict(told["verdict"])})}


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
