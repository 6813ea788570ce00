"""What the doors for machines remember."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Answer(models.Model):
    """What a call with an `Idempotency-Key` was answered, to answer the same again.

    Written in the transaction of what the call did: there is an answer if and only if it happened. `caller`
    is who called, a person or a client for a person; `request` the hash of method, path and body.
    """

    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=100)
    request = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    # Bytes, so that it is the same to the last one. It may hold a patient's data, like the application.
    body = models.BinaryField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="api_answer_once")]
        indexes = [models.Index(fields=["answered_at"], name="api_answer_age")]
