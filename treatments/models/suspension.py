"""A period interrupted for a while: nothing is dispensed until it is resumed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from treatments.models.authorisation import Authorisation


class Suspension(models.Model):
    """From when, why, by whom; and who ended it. Written once, ended once (trigger of migration 0012)."""

    class Ground(models.TextChoices):
        SAFETY = "safety", _("Safety")
        SHORTAGE = "shortage", _("Shortage of the product")
        CONSENT = "consent", _("Consent withdrawn")

    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="suspensions")
    ground = models.CharField(max_length=10, choices=Ground)
    reason = models.TextField()
    suspended_at = models.DateTimeField()
    suspended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    resumed_because = models.TextField(blank=True, default="", db_default="")
    resumed_at = models.DateTimeField(null=True)
    resumed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["authorisation"], condition=Q(resumed_at=None), name="one_suspension_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="suspension_says_why"),
        ]
