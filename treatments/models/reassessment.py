"""The judgement at the end of a period."""

from __future__ import annotations

from django.db import models

from accounts.models import User
from treatments.models.authorisation import Authorisation, Verdict


class Reassessment(models.Model):
    """The judgement after a period (Rivalutazione). `value_now` is in the unit of the declared measure."""

    authorisation = models.OneToOneField(Authorisation, on_delete=models.PROTECT, related_name="reassessment")
    measure = models.CharField(max_length=200)
    unit_of_measure = models.CharField(max_length=40, blank=True)
    baseline = models.DecimalField(max_digits=12, decimal_places=3)
    target = models.DecimalField(max_digits=12, decimal_places=3)
    value_now = models.DecimalField(max_digits=12, decimal_places=3)
    is_met = models.BooleanField()
    has_benefit = models.BooleanField()
    weight_kg = models.DecimalField(max_digits=6, decimal_places=3)
    adverse_events = models.TextField(blank=True, help_text="Empty: the prescriber declared none")
    judgement = models.TextField()
    verdict = models.CharField(max_length=20, choices=Verdict)
    reassessed_at = models.DateTimeField()
    reassessed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
