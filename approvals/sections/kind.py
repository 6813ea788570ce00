"""Section 1: what kind of request it is, how fast it must be answered, on which law it rests, who asks."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import lineage
from approvals.models import Application
from approvals.models.application import Type
from approvals.sections.base import SectionForm
from catalogue.fields import Choice, Text, Tick, YesNo
from patients.tax_code import TaxCodeError, read


class LegalRoute(models.TextChoices):
    """The Italian rule that allows the use (design/domain.md §3.1)."""

    SINGLE_CASE = "law_94_1998", gettext_lazy("Law 94/1998, art. 3 (use in a single case)")
    LIST = "law_648_1996", gettext_lazy("Law 648/1996 (medicine on the national list)")
    COMPASSIONATE = "compassionate", gettext_lazy("Compassionate use (decree of 7 September 2017)")
    ON_LABEL = "on_label", gettext_lazy("On-label, to be checked by the pharmacy")


class CareSetting(models.TextChoices):
    WARD = "ward", gettext_lazy("Ward")
    DAY_HOSPITAL = "day_hospital", gettext_lazy("Day hospital")
    OUTPATIENT = "outpatient", gettext_lazy("Outpatient clinic")
    HOME = "home", gettext_lazy("At home")


class KindForm(SectionForm):
    slug = "kind"
    title = gettext_lazy("Type and urgency")
    conditional = ("follows", "urgency_reason", "life_threat")
    fixed_once_sent = ("type", "follows", "is_urgent", "urgency_reason", "life_threat")
    short = ("urgency_reason", "life_threat")

    type = Choice(
        Type.choices,
        label=gettext_lazy("What do you request?"),
        error_messages={"required": gettext_lazy("Say what kind of request it is")},
    )
    follows = Choice(
        [],
        label=gettext_lazy("Which earlier application does it follow?"),
        required=False,
    )
    is_urgent = YesNo(
        label=gettext_lazy("Is it urgent?"),
        help_text=gettext_lazy("Urgent: the committee answers within 72 hours instead of 7 days."),
        error_messages={"required": gettext_lazy("Say whether it is urgent")},
    )
    urgency_reason = Text(label=gettext_lazy("Why it is urgent"), max_length=2000, rows=3, required=False)
    life_threat = Tick(
        label=gettext_lazy(
            "The patient's life is in danger, or lasting harm is near: it cannot wait for the committee's "
            "decision."
        ),
        required=False,
    )
    legal_route = Choice(
        LegalRoute.choices,
        label=gettext_lazy("Legal route"),
        error_messages={"required": gettext_lazy("Choose the legal route")},
    )
    care_setting = Choice(
        CareSetting.choices,
        label=gettext_lazy("Where the patient is treated"),
        inline=True,
        error_messages={"required": gettext_lazy("Say where the patient is treated")},
    )
    qualification = Text(
        label=gettext_lazy("Qualification"),
        help_text=gettext_lazy("As it is to stand on the letter."),
        max_length=100,
        error_messages={"required": gettext_lazy("Write your qualification")},
    )
    registration_number = Text(
        label=gettext_lazy("Number in the medical register"),
        help_text=gettext_lazy("Proposed from your profile."),
        max_length=30,
        size=20,
        error_messages={"required": gettext_lazy("Write your number in the medical register")},
    )
    cost_centre = Text(label=gettext_lazy("Cost centre"), max_length=40, size=20, required=False)

    @classmethod
    def prefill(cls, application: Application) -> dict[str, str]:
        """What the account knows about the prescriber; it can be corrected."""
        author = application.author
        return {"qualification": author.title, "registration_number": author.registration_number}

    def build(self) -> None:
        if not self.sheet.is_emergency:
            del self.fields["life_threat"]
        found = self.earlier()
        self.fields["follows"].choices = found  # type: ignore[attr-defined]
        if not found:
            self.fields["follows"].help_text = _(
                "Fill in patient and indication first: their earlier applications appear here."
            )

    def earlier(self) -> list[tuple[str, str]]:
        """What may be named; what was named and sent stays, whatever became of it."""
        # As typed: asking the other sections here would ask this one again.
        typed = {
            slug: self.sheet.posted.get(slug, self.sheet.stored(slug)) for slug in ("patient", "indication")
        }
        application, chosen = self.sheet.application, self.initial.get("follows")
        try:
            tax_code = read(str(typed["patient"].get("tax_code") or ""), today=self.sheet.today).text
        except TaxCodeError:
            tax_code = ""
        found = list(lineage.followable(application, tax_code, typed["indication"].get("indication") or ""))
        if self.sheet.is_sent and chosen and chosen not in [one.number for one in found]:
            found += [one for one in [lineage.find(application, chosen)] if one]
        return [(str(one.number), _earlier_words(one, application)) for one in found]

    def clean(self) -> None:
        type_ = self.value("type")
        if type_ in lineage.MUST_FOLLOW:
            self.need("follows", _("Choose the application that this one follows."))
        elif type_ != Type.TRANSFER:
            self.drop("follows")
        if self.value("is_urgent"):
            self.need("urgency_reason", _("Say why it is urgent"))
        else:
            self.drop("urgency_reason")


def _earlier_words(earlier: Application, application: Application) -> str:
    """ "OL-2026-000012 · Uveitis · Approved"; the unit where it is another one."""
    told = [earlier.number, earlier.indication and earlier.indication.name, earlier.get_status_display()]
    if earlier.unit_id != application.unit_id:
        told.append(earlier.unit.name)
    return " · ".join(str(one) for one in told if one)
