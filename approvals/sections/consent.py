"""Section 8: consent of the patient, responsibility of the prescriber (Law 94/1998, art. 3)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.models import AttachmentKind
from approvals.sections.base import SectionForm
from catalogue.fields import Choice, Day, Text, Tick, YesNo

FULL_AGE = 18


class Consent(models.TextChoices):
    WRITTEN = "written", gettext_lazy("Given in writing")
    REFUSED = "refused", gettext_lazy("Refused")
    # In an emergency only.
    NOT_OBTAINABLE = "not_obtainable", gettext_lazy("Not obtainable: emergency")


class Conflict(models.TextChoices):
    NONE = "none", gettext_lazy("None")
    DECLARED = "declared", gettext_lazy("There is one to declare")


class ConsentForm(SectionForm):
    slug = "consent"
    title = gettext_lazy("Consent and responsibility")
    conditional = ("not_obtainable_reason", "conflict_details")
    short = ("off_label_consent", "not_obtainable_reason", "consent_on", "responsibility")

    off_label_consent = Choice(
        Consent.choices,
        label=gettext_lazy("Consent to the use outside the licensed indication"),
        error_messages={"required": gettext_lazy("Say whether the consent to off-label use was given")},
    )
    plasma_consent = Choice(
        Consent.choices,
        label=gettext_lazy("Consent to a medicine made from plasma"),
        error_messages={"required": gettext_lazy("Say whether the consent to a plasma product was given")},
    )
    consent_on = Day(
        label=gettext_lazy("Date of the consent"),
        error_messages={"required": gettext_lazy("Enter the date of the consent")},
    )
    not_obtainable_reason = Text(
        label=gettext_lazy("Why the consent cannot be obtained"),
        help_text=gettext_lazy("For example: unconscious, no relative reached."),
        rows=2,
        max_length=1000,
        required=False,
    )
    guardian = Text(
        label=gettext_lazy("Who consented for the minor"),
        help_text=gettext_lazy("Parents or guardian, by name."),
        error_messages={"required": gettext_lazy("Say who consented for the minor")},
    )
    masking_requested = YesNo(
        label=gettext_lazy("Did the patient ask to mask this episode?"),
        help_text=gettext_lazy("In the electronic health record. The committee does not see this answer."),
        required=False,
    )
    others_to_inform = Text(
        label=gettext_lazy("Others to inform"),
        help_text=gettext_lazy("For example the family doctor, by name."),
        required=False,
    )
    conflict_of_interest = Choice(
        Conflict.choices,
        label=gettext_lazy("Your conflicts of interest in the last 12 months"),
        error_messages={"required": gettext_lazy("Say whether there is a conflict of interest")},
    )
    conflict_details = Text(
        label=gettext_lazy("Which conflict of interest"), rows=2, max_length=2000, required=False
    )
    responsibility = Tick(
        label=gettext_lazy(
            "I prescribe under my direct responsibility, having informed the patient, "
            "because no valid alternative exists."
        ),
        error_messages={"required": gettext_lazy("Take the responsibility for the prescription")},
    )

    def build(self) -> None:
        age = self.sheet.age
        if age is not None and age >= FULL_AGE:
            del self.fields["guardian"]
        if not self.sheet.is_emergency:
            self._only_in_an_emergency()
        elif self.is_missing:
            for name in self.GIVEN & self.fields.keys():
                self.fields[name].required = False

    # What belongs to a consent that was given.
    GIVEN = frozenset({"consent_on", "guardian"})

    @property
    def is_missing(self) -> bool:
        """Whether no consent at all could be obtained."""
        answers = {self.data.get(name) for name in ("off_label_consent", "plasma_consent")}
        return Consent.NOT_OBTAINABLE in answers and Consent.WRITTEN not in answers

    def _only_in_an_emergency(self) -> None:
        del self.fields["not_obtainable_reason"]
        for name in ("off_label_consent", "plasma_consent"):
            field: Any = self.fields[name]
            field.choices = [choice for choice in field.choices if choice[0] != Consent.NOT_OBTAINABLE]
            if self.data.get(name) == Consent.NOT_OBTAINABLE:
                field.error_messages["invalid_choice"] = _(
                    "Only in an emergency may the consent be missing: give it in writing."
                )

    def clean_consent_on(self) -> object:
        given_on = self.cleaned_data["consent_on"]
        if given_on and given_on > self.sheet.today:
            raise ValidationError(_("The date of the consent is in the future."), code="future")
        if given_on and self.sheet.born_on and given_on < self.sheet.born_on:
            raise ValidationError(_("The date of the consent is before the birth."), code="before_birth")
        return given_on

    def clean(self) -> None:
        if self.value("conflict_of_interest") == Conflict.DECLARED:
            self.need("conflict_details", _("Write which conflict of interest"))
        else:
            self.drop("conflict_details")
        for name in ("off_label_consent", "plasma_consent"):
            if self.complete and self.value(name) == Consent.REFUSED:
                self.add_error(name, _("Without this consent the request cannot be sent."))
        self._check_missing()
        is_written = self.complete and self.value("off_label_consent") == Consent.WRITTEN
        if is_written and not self.sheet.files(AttachmentKind.CONSENT):
            self.add_error("off_label_consent", _("Attach the signed consent, under “Attachments”."))

    def _check_missing(self) -> None:
        """A consent that is missing has its reason, and neither a day nor somebody who gave it."""
        if "not_obtainable_reason" not in self.fields:
            return
        if Consent.NOT_OBTAINABLE in (self.value("off_label_consent"), self.value("plasma_consent")):
            self.need("not_obtainable_reason", _("Write why the consent cannot be obtained"))
        else:
            self.drop("not_obtainable_reason")
        if self.is_missing:
            self.drop(*(self.GIVEN & self.fields.keys()))
