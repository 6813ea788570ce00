from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalogue.choices import (
    Area,
    Basis,
    BasisSource,
    Cadence,
    EditionStatus,
    Population,
    Priority,
    ReassessmentTrigger,
)
from catalogue.dose_words import schedule_words
from catalogue.models.edition import Edition
from catalogue.models.named import Named, in_language
from catalogue.schedules import Family, Reading, Schedule

if TYPE_CHECKING:
    from catalogue.models.parts import ReferenceTherapy

PRINTED = ("printed_condition", "printed_reference_therapies", "printed_schedule")


class IndicationQuerySet(models.QuerySet["Indication"]):
    def current(self) -> IndicationQuerySet:
        """The rows one may choose today: those of the published edition, in printed order."""
        return self.filter(edition__status=EditionStatus.PUBLISHED).select_related("edition")

    def printed(self) -> IndicationQuerySet:
        """Without the row that stands for every disease the table does not print."""
        return self.exclude(area=Area.OUTSIDE)

    def with_everything(self) -> IndicationQuerySet:
        return self.select_related("edition").prefetch_related(
            "sub_criteria", "reference_therapies__sub_criterion", "references"
        )


class Indication(Named):
    """One row of the table. Doses are grams per kilogram of dosing weight, on the `basis` given."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="indications")
    position = models.PositiveSmallIntegerField(help_text="Place in the printed table, from 1")
    code = models.CharField(
        max_length=10,
        validators=[
            RegexValidator(r"^[A-Z]{3}-[0-9]{2}\Z", _("Write three capitals and two digits: IMM-01."))
        ],
        help_text="Stable across editions, for example IMM-01",
    )
    area = models.CharField(max_length=20, choices=Area)
    priority = models.CharField(max_length=15, choices=Priority)

    # Empty where nothing is printed: outside the catalogue.
    printed_condition = models.TextField(blank=True)
    printed_reference_therapies = models.TextField(blank=True)
    printed_schedule = models.TextField(blank=True)
    printed_note = models.TextField(blank=True, help_text="Text of the last column that cites nothing")

    population = models.CharField(max_length=10, choices=Population)
    max_age_years = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The patient must be younger than this"
    )
    synonyms = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    overlaps_with = ArrayField(models.CharField(max_length=10), default=list, blank=True)

    not_routinely_indicated = models.BooleanField(default=False)
    basis = models.CharField(max_length=10, choices=Basis, blank=True)
    basis_source = models.CharField(max_length=10, choices=BasisSource, blank=True)
    # Who settled what the table leaves open, and on which day: printed on the letter beside the reading.
    basis_settled_by_it = models.TextField(blank=True)
    basis_settled_by_en = models.TextField(blank=True)
    basis_settled_on = models.DateField(null=True, blank=True)
    dose_min = models.DecimalField(max_digits=5, decimal_places=3, null=True, blank=True)
    dose_max = models.DecimalField(max_digits=5, decimal_places=3, null=True, blank=True)
    days_min = models.PositiveSmallIntegerField(null=True, blank=True)
    days_max = models.PositiveSmallIntegerField(null=True, blank=True)
    cap_g = models.DecimalField(
        max_digits=6, decimal_places=2, null=True, blank=True, help_text="Grams per cycle at most"
    )
    cycles = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: no number is printed")
    cadence = models.CharField(max_length=10, choices=Cadence, blank=True)
    is_repeatable = models.BooleanField(default=False)
    is_open_ended = models.BooleanField(default=False, help_text="A cadence without an end")
    emergency_allowed = models.BooleanField(default=False)
    reassessment_trigger = models.CharField(max_length=10, choices=ReassessmentTrigger)
    reassessment_after = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Months, cycles or days"
    )

    # Lists of {"it", "en"}, and of {"where", "span" (literal), "probably"}: see catalogue/data/README.md.
    interpretation_notes = models.JSONField(default=list, blank=True)
    suspected_typos = models.JSONField(default=list, blank=True)

    objects = IndicationQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="indication_code_once_per_edition"),
            models.UniqueConstraint(
                fields=["edition", "position"],
                name="indication_position_once_per_edition",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(
                    not_routinely_indicated=True, basis="", basis_source="", dose_min=None, dose_max=None
                )
                | (
                    Q(not_routinely_indicated=False, dose_min__isnull=False, dose_max__isnull=False)
                    & ~Q(basis="")
                    & ~Q(basis_source="")
                ),
                name="indication_has_a_schedule_or_is_not_routinely_indicated",
                violation_error_message=_(
                    "give basis, its source and both doses, or not_routinely_indicated."
                ),
            ),
            models.CheckConstraint(
                condition=Q(area=Area.OUTSIDE, not_routinely_indicated=True, **dict.fromkeys(PRINTED, ""))
                | ~Q(area=Area.OUTSIDE)
                & ~Q(**{PRINTED[0]: ""})
                & ~Q(**{PRINTED[1]: ""})
                & ~Q(**{PRINTED[2]: ""}),
                name="indication_is_printed_or_outside_the_catalogue",
                violation_error_message=_(
                    "give the printed condition, reference therapies and schedule; "
                    "a row outside the catalogue has none of them and is not_routinely_indicated."
                ),
            ),
            models.CheckConstraint(
                condition=Q(basis_settled_on=None, basis_settled_by_it="", basis_settled_by_en="")
                | Q(basis_settled_on__isnull=False) & ~Q(basis_settled_by_it="") & ~Q(basis_settled_by_en=""),
                name="indication_reading_settled_by_somebody_on_a_day",
                violation_error_message=_("who settled the reading, in both languages, goes with the day."),
            ),
            models.CheckConstraint(
                condition=Q(dose_min=None) | Q(dose_min__gt=0, dose_max__gte=F("dose_min")),
                name="indication_dose_range",
                violation_error_message=_("dose_min must be above zero and dose_max at least as much."),
            ),
            models.CheckConstraint(
                # A comparison with null is "unknown", and a constraint lets that pass: hence the isnull.
                condition=Q(days_min=None, days_max=None)
                | Q(days_min__isnull=False, days_max__isnull=False, days_min__gte=1)
                & Q(days_max__gte=F("days_min")),
                name="indication_days_range",
                violation_error_message=_(
                    "days_min is at least 1, days_max at least as much; both or neither."
                ),
            ),
            models.CheckConstraint(
                condition=Q(reassessment_after__isnull=False, reassessment_after__gte=1)
                & Q(reassessment_trigger__in=["months", "cycles", "infusion"])
                | Q(reassessment_trigger__in=["rule", "discharge"], reassessment_after=None),
                name="indication_reassessment_after_matches_trigger",
                violation_error_message=_(
                    "reassessment_after goes with the triggers months, cycles and infusion only."
                ),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("indication", args=[self.edition.code, self.code])

    def family(self) -> Family:
        if self.basis == Basis.PER_DOSE:
            return Family.SINGLE
        if self.cap_g is not None:
            return Family.CYCLE_CAPPED
        return Family.DAILY if self.basis else Family.NONE

    def schedule(self) -> Schedule:
        """What the row allows, as the value the dose arithmetic works on."""
        return Schedule(
            family=self.family(),
            dose_min=self.dose_min,
            dose_max=self.dose_max,
            days_min=self.days_min,
            days_max=self.days_max,
            cap_g=self.cap_g,
            cycles=self.cycles,
            cadence_months=1 if self.cadence == Cadence.MONTHLY else None,
            repeatable=self.is_repeatable,
            open_ended=self.is_open_ended,
            reading=Reading.PER_CYCLE if self.basis == Basis.PER_CYCLE else Reading.PER_DAY,
            doubtful=self.basis_source == BasisSource.DOUBTFUL,
            settled_by=self.basis_settled_by_it,
            settled_by_en=self.basis_settled_by_en,
            settled_on=self.basis_settled_on,
        )

    def therapies_for(self, sub_criterion: str = "") -> list[ReferenceTherapy]:
        """The entries of the second column that count for this use of the row, in printed order."""
        return [
            therapy
            for therapy in self.reference_therapies.all()
            if therapy.sub_criterion is None or therapy.sub_criterion.code == sub_criterion
        ]

    @property
    def outside_catalogue(self) -> bool:
        """Whether it stands for every disease that the table does not print."""
        return self.area == Area.OUTSIDE

    @property
    def basis_settled_by(self) -> str:
        return in_language(self.basis_settled_by_it, self.basis_settled_by_en)

    @property
    def schedule_words(self) -> str:
        return schedule_words(self.schedule())

    @property
    def notes(self) -> list[str]:
        """Why the row is read so, in the reader's language."""
        return [in_language(note["it"], note["en"]) for note in self.interpretation_notes]
