"""Documents as issued: what is known about each, and its bytes, which never change."""

from datetime import date, datetime
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    APPROVAL = "approval", _("Approval")
    REJECTION = "rejection", _("Rejection")
    INFORMATION_REQUEST = "information_request", _("Request for information")
    REASSESSMENT = "reassessment", _("Reassessment")
    DOSE_CHANGE = "dose_change", _("Dose changed")
    MINUTES = "minutes", _("Minutes of the committee")
    PROVISIONAL = "provisional", _("Provisional emergency authorisation")
    INADMISSIBILITY = "inadmissibility", _("Not admissible")
    REPORT = "report", _("Yearly report for the public")
    ANCHOR = "anchor", _("Anchor of the trail")
    ACCESS_REPORT = "access_report", _("Report on accesses for the patient")


class Standing(StrEnum):
    """What a document is worth today; computed, never stored. In words: `documents/wording.py`."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"


class DocumentQuerySet(models.QuerySet["Document"]):
    def filed(self) -> "DocumentQuerySet":
        """Those whose bytes exist; a reserved number alone is not a document yet."""
        return self.exclude(sha256="")


class Document(models.Model):
    """One letter the hospital issued.

    The row comes first (number and code are printed on the letter, so they must exist before it is drawn);
    its bytes are filed once and a database trigger refuses any later change of them, of the number or of the
    code.
    """

    # Whose letter this is, in the caller's words ("approval:123"): the caller's second attempt finds the
    # first one's.
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    number = models.CharField(max_length=40, unique=True)
    code = models.CharField(max_length=16)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_until = models.DateField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    size = models.PositiveIntegerField(default=0)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    # What it allows is interrupted; null again once that is over.
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="document_hash_with_size",
                condition=models.Q(sha256="", size=0) | models.Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0),
            ),
            models.CheckConstraint(
                name="document_revoked_at_with_by",
                condition=models.Q(revoked_at=None, revoked_by=None)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="document_suspended_at_with_by",
                condition=models.Q(suspended_at=None, suspended_by=None)
                | models.Q(suspended_at__isnull=False, suspended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_filed(self) -> bool:
        return bool(self.sha256)

    @property
    def printed_code(self) -> str:
        """The code as printed on the letter: two halves, easier to read and to type."""
        half = len(self.code) // 2
        return f"{self.code[:half]}-{self.code[half:]}"

    @property
    def filename(self) -> str:
        return f"{self.number.replace('/', '-')}.pdf"

    def standing(self, on: date | datetime) -> Standing:
        """What the document is worth on that day: a revocation outweighs a successor, a successor an
        expiry, an expiry a suspension.
        """
        day = on.date() if isinstance(on, datetime) else on
        if self.revoked_at is not None:
            return Standing.REVOKED
        if self.superseded_by_id is not None:
            return Standing.SUPERSEDED
        if self.valid_until is not None and day > self.valid_until:
            return Standing.EXPIRED
        return Standing.VALID if self.suspended_at is None else Standing.SUSPENDED


class Content(models.Model):
    """The bytes of a document, in a table of their own so that no list ever loads them."""

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="content")
    data = models.BinaryField()
