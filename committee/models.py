"""Sittings of the committee: their agenda, who was in the room, their minutes.

How an application is heard and voted on belongs to the application (`approvals/models/voting.py`); an item of
an agenda points at its hearing.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import VOTING_ROLES, Hospital, Membership, Role, User
from accounts.people import hospital_ids
from approvals.models import Application, Hearing
from committee.workflow import Status, Workflow
from documents.models import Document

# Who reads the agenda besides the members: they answer the committee's questions.
READERS = (Role.PHARMACIST, Role.MEDICAL_DIRECTOR)


class Mode(models.TextChoices):
    MEETING = "meeting", _("Meeting")
    VIRTUAL = "virtual", _("Virtual round")


class SittingQuerySet(models.QuerySet["Sitting"]):
    def visible_to(self, user: User, *, at: datetime) -> SittingQuerySet:
        """The sittings of the user's committee, and those that hear what the user is appointed to judge."""
        return self.filter(
            Q(hospital__in=hospital_ids(user, *VOTING_ROLES, *READERS, at=at))
            | Q(pk__in=Item.objects.filter(application__appointments__member=user).values("sitting"))
        )


class Sitting(Workflow):
    """A meeting on a day, or a virtual round until `voting_until` (Seduta)."""

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    mode = models.CharField(max_length=10, choices=Mode)
    begins = models.DateTimeField()
    voting_until = models.DateTimeField(null=True)
    place = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=0)

    convened_at = models.DateTimeField()
    convened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_because = models.TextField(blank=True)

    # What the chair adds to the minutes that the program drafts, until they are signed.
    remarks = models.TextField(blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    minutes = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SittingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mode=Mode.MEETING, voting_until=None)
                # A comparison with nothing is no refusal: so that there is an end has to be said too.
                | Q(mode=Mode.VIRTUAL, voting_until__gt=F("begins"), voting_until__isnull=False),
                name="virtual_sitting_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.SCHEDULED, opened_at=None)
                | Q(status=Status.CANCELLED, cancelled_at__isnull=False)
                | Q(status=Status.OPEN, opened_at__isnull=False, closed_at=None)
                | Q(status=Status.CLOSED, closed_at__isnull=False, signed_at=None)
                | Q(status=Status.MINUTED, closed_at__isnull=False, signed_at__isnull=False),
                name="sitting_status_says_what_happened",
            ),
        ]
        indexes = [models.Index("hospital", "begins", "id", name="sittings_by_date")]

    def __str__(self) -> str:
        return self.number

    @property
    def chain(self) -> str:
        """The name of this sitting's chain in the audit trail."""
        return f"sitting:{self.pk}"

    @property
    def is_virtual(self) -> bool:
        return self.mode == Mode.VIRTUAL


class Item(models.Model):
    """One application on the agenda; heard, it points at its hearing. Taken off again, it stays on record."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="items")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    hearing = models.OneToOneField(Hearing, on_delete=models.PROTECT, null=True, related_name="item")
    note = models.TextField(blank=True, help_text="What the minutes say of the discussion")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(hearing=None, removed_at=None),
                name="waits_on_one_agenda_only",
            ),
            models.CheckConstraint(
                condition=Q(hearing=None) | Q(removed_at=None), name="what_was_heard_stays_on_the_agenda"
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.hearing_id is None and self.removed_at is None


class Attendance(models.Model):
    """A member in the room, from then to then; whoever comes back has one more."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="attendances")
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    arrived_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["arrived_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "member"], condition=Q(left_at=None), name="in_the_room_once_at_a_time"
            ),
        ]


class Substitution(models.Model):
    """Why somebody sits in a member's stead; the days are those of the membership made for it."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="substitution")
    reason = models.TextField()
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
