"""What others add to an application: questions, the pharmacy's opinion, votes, the decision, letters."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from approvals.models.application import Application, Step
from documents.models import Document


class Question(models.Model):
    """One numbered question to the author; `number` counts within the application."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="questions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="question_number_once"),
        ]


class Conclusion(models.TextChoices):
    FAVOURABLE = "favourable", _("Favourable")
    WITH_CHANGES = "with_changes", _("Favourable with changes")
    UNFAVOURABLE = "unfavourable", _("Unfavourable")
    NONE = "none", _("No opinion")


class Opinion(models.Model):
    """The pharmacy's report: what was checked (`checks`: check → note) and the conclusion."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="opinions")
    checks = models.JSONField(default=dict)
    conclusion = models.CharField(max_length=20, choices=Conclusion)
    text = models.TextField()
    ceiling_reason = models.TextField(
        blank=True, default="", db_default="", help_text="Why a dose above the ceiling may pass"
    )
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        get_latest_by = "given_at"


class ReasonCode(models.TextChoices):
    """Why an application is refused; `design/domain.md` §2."""

    R01 = "R01", _("Criteria not met")
    R02 = "R02", _("Approved treatment neither tried nor contraindicated")
    R03 = "R03", _("Insufficient or contradictory evidence")
    R04 = "R04", _("Diagnosis not confirmed")
    R05 = "R05", _("Dose or duration beyond the schedule without justification")
    R06 = "R06", _("No measurable outcome")
    R07 = "R07", _("Safety risk not mitigated")
    R08 = "R08", _("On-label use: no approval needed")
    R09 = "R09", _("Research: belongs to the ethics committee")
    R10 = "R10", _("Another product")
    R11 = "R11", _("Prioritisation during a shortage")
    R12 = "R12", _("Duplicate of an active authorisation")
    R13 = "R13", _("Consent missing")
    R14 = "R14", _("No benefit at reassessment")
    R15 = "R15", _("Procedural")


class DecisionQuerySet(models.QuerySet["Decision"]):
    def unratified(self) -> DecisionQuerySet:
        """What a chair decided alone, until the committee has decided something on the same application:
        it ratifies it, or does not; or judges the treatment anew after a reassessment."""
        later = Decision.objects.filter(application=OuterRef("application"), round__gt=OuterRef("round"))
        return self.exclude(alone_because="").filter(~Exists(later))


class Decision(models.Model):
    """How a round of the committee ended. Append-only by trigger; a decision never changes."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="decision")
    round = models.PositiveIntegerField()
    is_approval = models.BooleanField()
    # Votes as counts, entitled members, quorum and the majority asked for: voting.Tally.as_dict().
    tally = models.JSONField()
    conditions = models.TextField(blank=True)
    ceiling_reason = models.TextField(
        blank=True, default="", db_default="", help_text="Why a dose above the ceiling may pass"
    )
    reason_codes = ArrayField(models.CharField(max_length=3, choices=ReasonCode), default=list)
    reasons = models.TextField(blank=True)
    would_change = models.TextField(blank=True)
    # What the committee allows less than was asked; empty where it allows what was asked.
    cycles = models.PositiveIntegerField(null=True, help_text="At most so many cycles")
    cycle_g = models.DecimalField(
        max_digits=7, decimal_places=3, null=True, help_text="At most so many grams per cycle"
    )
    co_therapy = models.TextField(blank=True, default="", db_default="", help_text="To be given with it")
    reassess_on = models.DateField(null=True, help_text="Reassessed on this day at the latest")
    because = models.TextField(
        blank=True, default="", db_default="", help_text="Why it departs from the decisions before it"
    )
    # Taken by the chair alone between two sittings, for this reason; the committee ratifies it or does not.
    alone_because = models.TextField(blank=True, default="", db_default="")
    ratifies = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="ratifications")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        get_latest_by = "decided_at"
        constraints = [
            models.UniqueConstraint(fields=["application", "round"], name="one_decision_per_round"),
            models.CheckConstraint(
                condition=Q(is_approval=True) | (~Q(reasons="") & ~Q(would_change="") & ~Q(reason_codes=[])),
                name="refusal_says_why",
            ),
            models.UniqueConstraint(fields=["ratifies"], name="ratified_or_not_once"),
        ]
        indexes = [
            # The few that wait to be ratified, among all that were ever decided.
            models.Index("application", name="decided_alone", condition=~Q(alone_because="")),
        ]


class Letter(models.Model):
    """The letter issued after a step: from the step to the document as filed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="letters")
    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="letter")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
