"""What became of patients whose application was refused."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from approvals.models.application import Application


class FollowUp(models.Model):
    """What became of a patient whose application was refused: optional, some three months later, once."""

    class Course(models.TextChoices):
        BETTER = "better", _("Better")
        UNCHANGED = "unchanged", _("Unchanged")
        WORSE = "worse", _("Worse")
        DIED = "died", _("Died")
        UNKNOWN = "unknown", _("Not known")

    class Treatment(models.TextChoices):
        NONE = "none", _("None")
        ALTERNATIVE = "alternative", _("Another medicine")
        SAME = "same", _("The same one, elsewhere")

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="follow_up_note")
    course = models.CharField(max_length=10, choices=Course)
    treatment = models.CharField(max_length=15, choices=Treatment)
    text = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
