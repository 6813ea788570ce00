"""The catalogue at a date: each row as printed, beside the way it is read.

A published edition and everything that hangs from it never changes again: the triggers of migration 0002
refuse it, whoever asks. New content is a new edition (`catalogue/loading.py`).
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language

from catalogue.choices import (
    Area,
    Basis,
    BasisSource,
    Cadence,
    EditionStatus,
    Population,
    Priority,
    ReassessmentTrigger,
    ReferenceStatus,
    TherapyRole,
)
from catalogue.schedules import Family, Reading, Schedule


class Edition(models.Model):
    """The whole catalogue as valid from a day. At most one edition is published at a time."""

    code = models.SlugField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    printed_title = models.TextField()
    status = models.CharField(max_length=10, choices=EditionStatus, default=EditionStatus.DRAFT)
    effective_on = models.DateField()
    loaded_at = models.DateTimeField()
    # No user stands behind a command of the installation: null is "the installation itself".
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="published"), name="edition_only_one_published"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at=None)
                | (~Q(status="draft") & Q(published_at__isnull=False)),
                name="edition_published_at_matches_status",
            ),
            models.CheckConstraint(
                condition=Q(status="superseded", superseded_at__isnull=False)
                | (~Q(status="superseded") & Q(superseded_at=None)),
                name="edition_superseded_at_matches_status",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Named(models.Model):
    """Something with a name in the two languages of the screens."""

    name_it = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_it


class IndicationQuerySet(models.QuerySet["Indication"]):
    def current(self) -> IndicationQuerySet:
        """The rows one may choose today: those of the published edition, in printed order."""
        return self.filter(edition__status=EditionStatus.PUBLISHED).select_related("edition")

    def with_everything(self) -> IndicationQuerySet:
        return self.select_related("edition").prefetch_related(
            "sub_criteria", "reference_therapies__sub_criterion", "references"
        )


class Indication(Named):
    """One row of the table. Doses are grams per kilogram of dosing weight, on the `basis` given."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="indications")
    position = models.PositiveSmallIntegerField(help_text="Place in the printed table, from 1")
    code = models.CharField(max_length=10, help_text="Stable across editions, for example IMM-01")
    area = models.CharField(max_length=20, choices=Area)
    priority = models.CharField(max_length=15, choices=Priority)

    printed_condition = models.TextField()
    printed_reference_therapies = models.TextField()
    printed_schedule = models.TextField()
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
    reassessment_after = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Months or cycles")

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
                violation_error_message="give basis, its source and both doses, or not_routinely_indicated.",
            ),
            models.CheckConstraint(
                condition=Q(dose_min=None) | Q(dose_min__gt=0, dose_max__gte=F("dose_min")),
                name="indication_dose_range",
                violation_error_message="dose_min must be above zero and dose_max at least as much.",
            ),
            models.CheckConstraint(
                # A comparison with null is "unknown", and a constraint lets that pass: hence the isnull.
                condition=Q(days_min=None, days_max=None)
                | Q(days_min__isnull=False, days_max__isnull=False, days_min__gte=1)
                & Q(days_max__gte=F("days_min")),
                name="indication_days_range",
                violation_error_message="days_min is at least 1, days_max at least as much; both or neither.",
            ),
            models.CheckConstraint(
                condition=Q(reassessment_after__isnull=False, reassessment_after__gte=1)
                & Q(reassessment_trigger__in=["months", "cycles"])
                | Q(reassessment_trigger__in=["rule", "discharge"], reassessment_after=None),
                name="indication_reassessment_after_matches_trigger",
                violation_error_message="reassessment_after goes with the triggers months and cycles only.",
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
        )

    def therapies_for(self, sub_criterion: str = "") -> list[ReferenceTherapy]:
        """The entries of the second column that count for this use of the row, in printed order."""
        return [
            therapy
            for therapy in self.reference_therapies.all()
            if therapy.sub_criterion is None or therapy.sub_criterion.code == sub_criterion
        ]


class SubCriterion(Named):
    """One of the different uses that a row holds. Where a row has any, choosing one is mandatory."""

    indication = models.ForeignKey(Indication, on_delete=models.CASCADE, related_name="sub_criteria")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=30)
    asks_which = models.BooleanField(default=False, help_text="The printed list is open: say which in words")

    class Meta:
        ordering = ["indication", "position"]
        constraints = [
            models.UniqueConstraint(fields=["indication", "code"], name="sub_criterion_code_once"),
            models.UniqueConstraint(fields=["indication", "position"], name="sub_criterion_position_once"),
        ]


class ReferenceTherapy(Named):
    """One therapy (or criterion) of the table's second column, as read; `printed` is its literal span.

    Those of one `line` with the same `alternatives` are alternatives: one of them is enough.
    With a `sub_criterion` it counts for that use only.
    """

    indication = models.ForeignKey(Indication, on_delete=models.CASCADE, related_name="reference_therapies")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    printed = models.CharField(max_length=200)
    line = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Where the table prints lines")
    role = models.CharField(max_length=15, choices=TherapyRole)
    alternatives = models.CharField(max_length=10, blank=True)
    sub_criterion = models.ForeignKey(
        SubCriterion, on_delete=models.CASCADE, null=True, blank=True, related_name="reference_therapies"
    )

    class Meta:
        ordering = ["indication", "position"]
        constraints = [
            models.UniqueConstraint(fields=["indication", "code"], name="reference_therapy_code_once"),
            models.UniqueConstraint(
                fields=["indication", "position"], name="reference_therapy_position_once"
            ),
        ]


class Reference(models.Model):
    """One citation of the table's last column, as printed, with what we know about it."""

    indication = models.ForeignKey(Indication, on_delete=models.CASCADE, related_name="references")
    position = models.PositiveSmallIntegerField()
    printed = models.TextField()
    status = models.CharField(max_length=15, choices=ReferenceStatus, default=ReferenceStatus.AS_PRINTED)
    note_it = models.TextField(blank=True)
    note_en = models.TextField(blank=True)

    class Meta:
        ordering = ["indication", "position"]
        constraints = [
            models.UniqueConstraint(fields=["indication", "position"], name="reference_position_once")
        ]

    def __str__(self) -> str:
        return self.printed

    @property
    def note(self) -> str:
        return self.note_en if get_language() == "en" else self.note_it
