"""What is not judged at all, unless a second pharmacist objects; and the appeal against a refusal."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from approvals.models.application import Application
from approvals.models.review import ReasonCode


class Inadmissibility(models.Model):
    """The pharmacist in charge holds that the application is not to be judged: on-label, a duplicate, another
    product, research. A second pharmacist countersigns or objects; settled once, by trigger.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="inadmissibilities")
    reason_codes = ArrayField(models.CharField(max_length=3, choices=ReasonCode))
    text = models.TextField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    is_countersigned = models.BooleanField(default=False)
    objection = models.TextField(blank=True)

    class Meta:
        get_latest_by = "proposed_at"
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(settled_at=None), name="one_open_proposal_per_application"
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(reason_codes=[]), name="inadmissibility_says_why"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, is_countersigned=False, objection="")
                | Q(settled_at__isnull=False, settled_by__isnull=False, is_countersigned=True, objection="")
                | (
                    Q(settled_at__isnull=False, settled_by__isnull=False, is_countersigned=False)
                    & ~Q(objection="")
                ),
                name="countersigned_or_objected_to",
            ),
            models.CheckConstraint(
                condition=Q(is_countersigned=False) | ~Q(settled_by=models.F("proposed_by")),
                name="countersigned_by_somebody_else",
            ),
        ]


class Appeal(models.Model):
    """The author asks, once, that others judge a refusal again. Append-only by trigger."""

    class Ground(models.TextChoices):
        NEW_INFORMATION = "new_information", _("New clinical information")
        PROCEDURE = "procedure", _("An error of procedure")

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="appeal_made")
    ground = models.CharField(max_length=20, choices=Ground)
    text = models.TextField()
    appealed_at = models.DateTimeField()
    appealed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="appeal_says_why")]
