"""Files opened with a reason outside the care relation, files masked, and the patient's report on accesses.

All of it append-only by trigger: what somebody did here is never unsaid.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from approvals.models.application import Application
from patients.models import Patient


class EmergencyAccess(models.Model):
    """Somebody broke the glass: opens one file to read it, for a while, having said why (breaking.py)."""

    class Ground(models.TextChoices):
        EMERGENCY = "emergency", _("Emergency: the patient is in front of me")
        CONSULTATION = "consultation", _("A colleague asked for my advice")
        CONTINUITY = "continuity", _("Continuity of care: the patient comes to my unit")
        SAFETY = "safety", _("Safety: a suspected adverse reaction or a recall")
        OTHER = "other", _("Another reason")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="emergency_accesses")
    ground = models.CharField(max_length=20, choices=Ground)
    reason = models.TextField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="emergency_accesses")
    # Fixed when it begins: a setting changed meanwhile lengthens nothing.
    lasts_until = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="emergency_access_says_why"),
            models.CheckConstraint(
                condition=Q(lasts_until__gt=F("opened_at")), name="emergency_access_ends_after_it_begins"
            ),
        ]
        indexes = [
            # What somebody reads now, asked on every list of theirs.
            models.Index("opened_by", "lasts_until", name="broken_glass_of_a_person"),
        ]


class AccessReview(models.Model):
    """The head of the unit, or the medical director, looked at an emergency access, and what they found."""

    access = models.OneToOneField(EmergencyAccess, on_delete=models.PROTECT, related_name="review")
    is_justified = models.BooleanField()
    note = models.TextField()
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="access_review_says_what")]


class Way(models.TextChoices):
    """How a patient's request reached the hospital."""

    WRITTEN = "written", _("Written request")
    ORAL = "oral", _("Oral request, during a visit")
    CONSENT = "consent", _("With the consent form")
    OFFICE = "office", _("Through the public relations or privacy office")


class Masking(models.Model):
    """The patient asked that a file be masked (oscuramento), or that it be shown again.

    The latest row counts. A trigger carries it into `Application.masked_at` and
    `Authorisation.is_masked`, which the lists read; nothing else writes them.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="maskings")
    is_masked = models.BooleanField()
    way = models.CharField(max_length=20, choices=Way)
    requested_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]


class AccessReport(models.Model):
    """A patient asked who opened their files; drawn and sealed afterwards, under the key `document_key`."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="access_reports")
    way = models.CharField(max_length=20, choices=Way)
    requested_on = models.DateField()
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]

    @property
    def document_key(self) -> str:
        return f"access_report:{self.pk}"
