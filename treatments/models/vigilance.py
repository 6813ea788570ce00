"""Suspected adverse reactions, and when they were reported to the authority."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from treatments.models.authorisation import Authorisation
from treatments.models.reassessment import Reassessment


class AdverseEvent(models.Model):
    """A suspected adverse reaction in a period of treatment; due to be reported (`treatments.vigilance`).

    What was recorded never changes; that it was reported is added once (trigger).
    """

    class Severity(models.TextChoices):
        MILD = "mild", _("Mild")
        MODERATE = "moderate", _("Moderate")
        SEVERE = "severe", _("Severe")
        SERIOUS = "serious", _("Serious: life-threatening, or in hospital because of it")

    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="adverse_events")
    # Told at the reassessment, or between two.
    reassessment = models.ForeignKey(Reassessment, on_delete=models.PROTECT, null=True, related_name="events")
    what = models.TextField()
    severity = models.CharField(max_length=10, choices=Severity)
    happened_on = models.DateField()
    known_since = models.DateTimeField(help_text="When the clinician came to know of it: the clock starts")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(null=True)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    report_reference = models.CharField(max_length=100, blank=True, default="", db_default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reported_at=None, reported_by=None, report_reference="")
                | (Q(reported_at__isnull=False, reported_by__isnull=False) & ~Q(report_reference="")),
                name="report_has_its_reference",
            ),
            models.CheckConstraint(condition=~Q(what=""), name="event_says_what"),
            models.CheckConstraint(
                condition=Q(known_since__lte=F("recorded_at")), name="event_known_before_recorded"
            ),
        ]
        indexes = [
            # The sweep's: what is still to be reported.
            models.Index("known_since", "id", name="events_to_report", condition=Q(reported_at=None)),
        ]
