from django.conf import settings
from django.db import models
from django.db.models import Q

from catalogue.choices import EditionStatus


class Edition(models.Model):
    """The whole catalogue as valid from a day. At most one edition is published at a time."""

    code = models.SlugField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    printed_title = models.TextField()
    status = models.CharField(max_length=10, choices=EditionStatus, default=EditionStatus.DRAFT)
    effective_on = models.DateField()
    loaded_at = models.DateTimeField()
    # No user stands behind a command of the installation: null is "the installation itself".
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="published"), name="edition_only_one_published"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at=None)
                | (~Q(status="draft") & Q(published_at__isnull=False)),
                name="edition_published_at_matches_status",
            ),
            models.CheckConstraint(
                condition=Q(status="superseded", superseded_at__isnull=False)
                | (~Q(status="superseded") & Q(superseded_at=None)),
                name="edition_superseded_at_matches_status",
            ),
        ]

    def __str__(self) -> str:
        return self.code
