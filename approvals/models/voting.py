"""The committee at one application: when it is heard, who is present, who has a conflict, how they vote."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from approvals.models.application import Application
from approvals.models.review import ReasonCode


class Hearing(models.Model):
    """The time in which a round may be voted on: from its opening to the decision, a question or a deferral.

    In a meeting those present vote (`Presence`); in a virtual round every member does, until `voting_until`.
    """

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("Authorised")
        REJECTED = "rejected", _("Not authorised")
        INFORMATION = "information", _("Information asked")
        DEFERRED = "deferred", _("Deferred")
        RATIFIED = "ratified", _("Ratified")
        NOT_RATIFIED = "not_ratified", _("Not ratified")
        # Withdrawn, or ended by the prescriber, while the committee was hearing it.
        OVERTAKEN = "overtaken", _("Ended meanwhile by the prescriber")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="hearings")
    round = models.PositiveIntegerField()
    is_virtual = models.BooleanField()
    voting_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=20, blank=True, choices=Outcome)
    reason = models.TextField(blank=True, help_text="Why it was deferred")
    deferred_to = models.DateField(null=True)
    # The members as they were when it was closed: key, ground of recusal, vote, presence. For the minutes:
    # roles and units change, what was minuted does not.
    roll = models.JSONField(default=list)

    class Meta:
        get_latest_by = "opened_at"
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(closed_at=None), name="one_open_hearing_per_application"
            ),
            models.CheckConstraint(
                condition=Q(is_virtual=False, voting_until=None)
                | Q(is_virtual=True, voting_until__isnull=False, voting_until__gt=F("opened_at")),
                name="virtual_round_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None, outcome="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")),
                name="closed_hearing_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="deferred") | (~Q(reason="") & Q(deferred_to__isnull=False)),
                name="deferral_says_why_and_until_when",
            ),
        ]


class Presence(models.Model):
    """A member was in the room from then to then, while this application was heard."""

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="presences")
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    arrived_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hearing", "member"], condition=Q(left_at=None), name="present_once_at_a_time"
            ),
        ]


class Declaration(models.Model):
    """What a member says of their conflicts of interest before they judge. Append-only by trigger.

    "None" holds for the round; a conflict holds for good, and voids the vote that was cast before it.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="declarations")
    round = models.PositiveIntegerField()
    has_conflict = models.BooleanField()
    text = models.TextField(blank=True)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "declared_by"],
                condition=Q(has_conflict=True),
                name="conflict_declared_once",
            ),
            models.UniqueConstraint(
                fields=["application", "round", "declared_by"],
                condition=Q(has_conflict=False),
                name="no_conflict_declared_once_a_round",
            ),
            models.CheckConstraint(
                condition=Q(has_conflict=False) | ~Q(text=""), name="conflict_is_described"
            ),
        ]


class VoteQuerySet(models.QuerySet["Vote"]):
    def standing(self, application: Application) -> list[Vote]:
        """Of each member the last vote in the round under way, in the order in which they were cast. Those
        voided by a conflict are among them; the votes changed since are kept, and count no more."""
        cast = self.filter(application=application, round=application.round).select_related("voted_by")
        latest = cast.order_by("voted_by", "-change").distinct("voted_by")
        return sorted(latest, key=lambda vote: (vote.voted_at, vote.pk))


class Vote(models.Model):
    """One member's voice in one round. Append-only by trigger: a changed vote is one more row, with the
    next `change`; the highest one counts.
    """

    class Choice(models.TextChoices):
        APPROVE = "approve", _("In favour")
        CONDITIONS = "conditions", _("In favour, with conditions")
        REJECT = "reject", _("Against")
        INFORMATION = "information", _("Further information is needed first")
        # Until 2026-11 this word meant a conflict of interest; those votes have their `Declaration` too.
        ABSTAIN = "abstain", _("I abstain")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="votes")
    round = models.PositiveIntegerField()
    change = models.PositiveIntegerField(default=0, db_default=0)
    choice = models.CharField(max_length=20, choices=Choice)
    reason_codes = ArrayField(
        models.CharField(max_length=3, choices=ReasonCode), default=list, db_default=models.Value("{}")
    )
    text = models.TextField(blank=True)
    voted_at = models.DateTimeField()
    voted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = VoteQuerySet.as_manager()

    # Whether its member declared a conflict after it; told by whoever reads a round (reading.py).
    is_void = False

    class Meta:
        ordering = ["voted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "round", "voted_by", "change"], name="one_vote_per_member_and_round"
            ),
            models.CheckConstraint(
                condition=~Q(choice__in=["conditions", "reject", "information", "abstain"]) | ~Q(text=""),
                name="vote_says_why",
            ),
        ]


class Appointment(models.Model):
    """A substitute whom the medical director appoints for one application, where too few members may judge
    it; `presides` in the chair's stead. Append-only by trigger.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="appointments")
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments")
    presides = models.BooleanField(default=False)
    reason = models.TextField()
    appointed_at = models.DateTimeField()
    appointed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "member"], name="appointed_once_per_application"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(presides=True), name="one_appointed_chair_per_application"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="appointment_says_why"),
        ]


class Disclosure(models.Model):
    """A member asked who the patient is, and why; from then on they read it for a while (disclosing.py).
    Append-only by trigger.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="disclosures")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="disclosure_says_why"),
        ]
