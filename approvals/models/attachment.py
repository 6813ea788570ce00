"""The files of an application: what is known about each, and its bytes in a table of their own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from approvals.models.application import Application, Snapshot


class AttachmentKind(models.TextChoices):
    CONSENT = "consent", _("Signed consent")
    LITERATURE = "literature", _("Literature")
    TESTS = "tests", _("Examinations")
    OTHER = "other", _("Other document")


class ContentType(models.TextChoices):
    """What an attachment may be, found in its content and nowhere else."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"


class Attachment(models.Model):
    """One file. Name and kind may be corrected and the file deleted until a snapshot freezes it.

    The database freezes by itself: whatever is there when a snapshot is written belongs to it from then on,
    and no statement changes or deletes it (migrations/0007_attachments.py).
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="attachments")
    kind = models.CharField(max_length=20, choices=AttachmentKind)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=20, choices=ContentType)
    size = models.PositiveIntegerField(help_text="Bytes")
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # The first snapshot that names it; null while it was never sent. Written by the trigger only.
    frozen_in = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, editable=False, db_index=False, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            # A second click adds nothing; a snapshot's hash says which file it means.
            models.UniqueConstraint(fields=["application", "sha256"], name="one_attachment_per_content"),
            models.CheckConstraint(
                condition=Q(content_type__in=ContentType.values), name="attachment_is_pdf_jpeg_or_png"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$", size__gt=0), name="attachment_hash_with_size"
            ),
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk}"  # never its name: people write patients' names into names of files

    @property
    def is_frozen(self) -> bool:
        return self.frozen_in_id is not None

    @property
    def is_image(self) -> bool:
        return self.content_type != ContentType.PDF


class AttachmentContent(models.Model):
    """The bytes, exactly as they were given."""

    attachment = models.OneToOneField(
        Attachment, on_delete=models.CASCADE, primary_key=True, related_name="content"
    )
    data = models.BinaryField()
