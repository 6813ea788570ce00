"""What stops an application before the committee, and what brings it back: not admissible, appealed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from approvals.models.application import Application
from approvals.models.review import ReasonCode


class Inadmissibility(models.Model):
    """The pharmacist in charge proposes that an application is not admissible; it is settled once: by a
    second pharmacist, who countersigns or objects, or by the first, who takes it back.
    """

    class Outcome(models.TextChoices):
        COUNTERSIGNED = "countersigned", _("Countersigned: not admissible")
        OBJECTED = "objected", _("The second pharmacist objects: admissible")
        TAKEN_BACK = "taken_back", _("Taken back by the pharmacist in charge")
        # Withdrawn by its author before anybody countersigned.
        OVERTAKEN = "overtaken", _("Withdrawn meanwhile by the author")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="inadmissibilities")
    reason_codes = ArrayField(models.CharField(max_length=3, choices=ReasonCode))
    text = models.TextField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, blank=True, choices=Outcome)
    reply = models.TextField(blank=True, help_text="Why it is admissible, or why it is taken back")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        get_latest_by = "pk"
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(settled_at=None), name="one_open_proposal_per_application"
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(reason_codes=[]), name="inadmissibility_says_why"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, outcome="", reply="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(outcome="")),
                name="settled_proposal_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["objected", "taken_back"]) | ~Q(reply=""),
                name="objection_says_why",
            ),
            # Segregation of duties, in the database too: two different people, whichever way it goes.
            models.CheckConstraint(
                condition=~Q(outcome__in=["countersigned", "objected"]) | ~Q(settled_by=F("proposed_by")),
                name="countersigned_by_a_second_pharmacist",
            ),
        ]


class Appeal(models.Model):
    """The author appeals a refusal, once. Append-only by trigger."""

    class Ground(models.TextChoices):
        NEW_INFORMATION = "new_information", _("New clinical information")
        PROCEDURE = "procedure", _("Procedural error")

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="appeal_made")
    ground = models.CharField(max_length=20, choices=Ground)
    text = models.TextField()
    # Who had read the case for the others when it was refused: judges it no more.
    rapporteur = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    appealed_at = models.DateTimeField()
    appealed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ground__in=["new_information", "procedure"]), name="appeal_has_a_ground"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="appeal_says_why"),
        ]
