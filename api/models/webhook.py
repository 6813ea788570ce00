"""Where a client is told what happened, and each telling."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from api.models.client import Client
from approvals.models import Step
from treatments.models import Authorisation


class Event(models.TextChoices):
    """What a client can be told of."""

    STATUS_CHANGED = "application.status_changed", _("An application changes its status")
    LETTER_ISSUED = "letter.issued", _("A letter is issued")
    OVERDUE = "authorisation.overdue", _("A reassessment is overdue")


TEST = "webhook.test"


class Endpoint(models.Model):
    """An address of a client that wants to be told (a webhook). Its secrets are encrypted (`secrets.py`); the
    former one signs too, until the receiver has had time to learn the new one."""

    class Why(models.TextChoices):
        BY_HAND = "by_hand", _("Stopped by an administrator")
        GONE = "gone", _("The receiver answered that it is gone (410)")
        FAILING = "failing", _("It has failed for too long")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="endpoints")
    url = models.CharField(max_length=500)
    events = ArrayField(models.CharField(max_length=40, choices=Event))
    secret = models.BinaryField()
    former_secret = models.BinaryField(null=True)
    former_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Nothing is sent while it is suspended. By nobody: the program itself did it.
    suspended_at = models.DateTimeField(null=True)
    suspended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    suspended_because = models.CharField(max_length=10, choices=Why, blank=True, default="")
    failing_since = models.DateTimeField(null=True, help_text="The first failure since the last success")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(suspended_at=None, suspended_because="")
                | (Q(suspended_at__isnull=False) & ~Q(suspended_because="")),
                name="suspended_endpoint_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One event for one endpoint. It exists if and only if what it tells was committed: written by triggers
    (migration 0003) and a sweep, beside the promise that sends it.

    The receiver knows it by `message`, the same at every attempt.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Not sent")  # meanwhile the client was revoked, or its mandate ended

    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="deliveries")
    message = models.UUIDField(default=uuid.uuid4, unique=True)
    type = models.CharField(max_length=40)
    # What happened when. A test is about neither.
    happened = models.DateTimeField()
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="+")
    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    outcome = models.CharField(
        max_length=10, choices=Outcome, default=Outcome.WAITING, db_default=Outcome.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    tried = models.DateTimeField(null=True, help_text="When it was last tried")
    answer = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="The status answered, or the error"
    )

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "type", "step"],
                condition=Q(step__isnull=False),
                name="one_delivery_per_step",
            ),
            models.UniqueConstraint(
                fields=["endpoint", "authorisation", "due_on"],
                condition=Q(authorisation__isnull=False),
                name="one_delivery_per_due_date",
            ),
        ]
        indexes = [models.Index(fields=["endpoint", "-happened", "-id"], name="deliveries_of_an_endpoint")]
