"""The dose of an open period, changed within the limits of its row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from treatments.models.authorisation import Authorisation


class DoseChange(models.Model):
    """What the pharmacy changed in a period: before and after. Append-only by trigger."""

    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="dose_changes")
    dose_before = models.JSONField()
    dose = models.JSONField()
    cycles_before = models.PositiveIntegerField()
    cycles = models.PositiveIntegerField()
    grams_before = models.DecimalField(max_digits=9, decimal_places=3)
    grams = models.DecimalField(max_digits=9, decimal_places=3)
    reason = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="dose_change_says_why"),
        ]
