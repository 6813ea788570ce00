"""How an edition came to be: who changed it, what waits to be imported, what was thrown away."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.models.edition import Edition


class Edit(models.Model):
    """Somebody changed a draft. Whoever stands here never publishes that edition (`permissions.py`).

    Where the edition is published this never changes, by the trigger that guards its rows.
    """

    class What(models.TextChoices):
        COPIED = "copied", _("Started as a copy of the edition in force")
        LOADED = "loaded", _("Loaded from a file")
        HEADING = "heading", _("Heading changed")
        ROW_ADDED = "row_added", _("Row added")
        ROW_CHANGED = "row_changed", _("Row changed")
        ROW_REMOVED = "row_removed", _("Row removed")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="edits")
    what = models.CharField(max_length=15, choices=What)
    row = models.CharField(max_length=10, blank=True, help_text="Code of the row, where it was one row")
    edited_at = models.DateTimeField()
    # Null is the installation itself, as in Edition.loaded_by.
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]


class Upload(models.Model):
    """A checked file between its preview and the click that makes it a draft: not yet in the catalogue."""

    name = models.CharField(max_length=200)
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")


class Discarded(models.Model):
    """A draft that was thrown away: the installation does not bring it again at its next start."""

    code = models.SlugField(max_length=20, unique=True)
    discarded_at = models.DateTimeField()
    discarded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
