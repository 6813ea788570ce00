"""The judgement at the end of a period, and what was measured for it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from treatments.models.authorisation import Authorisation, Verdict
from treatments.outcomes import Measurement


class Reassessment(models.Model):
    """The judgement after a period (Rivalutazione). Append-only by trigger; its measures are `Measured`.

    `has_benefit` is of all measures together (`outcomes.shows_benefit`), null where nothing could be
    measured. `adverse_events` holds what was typed before each event had a row of its own. `dose` is what
    the next period was to give, computed on the catalogue of that day; null where the treatment ended.
    `unused_g` is what was allotted and not given by then.
    """

    authorisation = models.OneToOneField(Authorisation, on_delete=models.PROTECT, related_name="reassessment")
    has_benefit = models.BooleanField(null=True)
    weight_kg = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    adverse_events = models.TextField(blank=True, default="", db_default="")
    therapy_changes = models.TextField(blank=True, default="", db_default="", help_text="Empty: none")
    judgement = models.TextField()
    verdict = models.CharField(max_length=20, choices=Verdict)
    plan = models.TextField(blank=True, default="", db_default="", help_text="How the dose is tapered")
    dose = models.JSONField(null=True)
    unused_g = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    reassessed_at = models.DateTimeField()
    reassessed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")


class Measured(models.Model):
    """One declared measure as it stood at a reassessment. Append-only by trigger."""

    class Better(models.TextChoices):
        UP = "up", _("A higher value")
        DOWN = "down", _("A lower value")

    reassessment = models.ForeignKey(Reassessment, on_delete=models.PROTECT, related_name="measures")
    position = models.PositiveSmallIntegerField(help_text="From 1, in the order of the plan")
    measure = models.CharField(max_length=200)
    unit_of_measure = models.CharField(max_length=40, blank=True)
    baseline = models.DecimalField(max_digits=12, decimal_places=3)
    target = models.DecimalField(max_digits=12, decimal_places=3)
    better = models.CharField(max_length=4, choices=Better)
    value_now = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    is_met = models.BooleanField(null=True)
    has_benefit = models.BooleanField(null=True)

    class Meta:
        ordering = ["reassessment", "position"]
        constraints = [
            models.UniqueConstraint(fields=["reassessment", "position"], name="one_measure_per_position"),
            models.CheckConstraint(
                condition=Q(value_now=None, is_met=None, has_benefit=None)
                | Q(value_now__isnull=False, is_met__isnull=False, has_benefit__isnull=False),
                name="what_was_measured_is_judged",
            ),
            models.CheckConstraint(
                condition=Q(better="up", target__gt=F("baseline"))
                | Q(better="down", target__lte=F("baseline")),
                name="better_is_where_the_target_lies",
            ),
        ]

    @property
    def measurement(self) -> Measurement:
        return Measurement(self.measure, self.unit_of_measure, self.baseline, self.target, self.value_now)
