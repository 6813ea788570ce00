"""Work promised inside a transaction and kept after it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    SUPERSEDED = "superseded", _("Superseded")  # meanwhile there was nothing left to do
    FAILED = "failed", _("Failed")  # given up; a person may send it again


class Promise(models.Model):
    """One piece of work for one job. It exists if and only if what it follows was committed.

    A sweep may write promises in SQL; everything it leaves out has a default in the database:
    `INSERT INTO outbox_promise (key, job, arguments, promised_at, not_before) SELECT … ON CONFLICT (key)
    DO NOTHING`.

    While a worker is at it, `leased_until` and `token` are set; when the lease runs out (the worker was
    killed), the promise is due again. Only the holder of the latest token may settle it.
    """

    key = models.CharField(
        max_length=200, help_text="What makes it the same promise: promised once, kept once"
    )
    job = models.CharField(max_length=60)
    arguments = models.JSONField(help_text="Ids only: nothing about a patient")
    promised_at = models.DateTimeField()
    promised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    not_before = models.DateTimeField(help_text="Moved forward by each failure")
    status = models.CharField(
        max_length=10, choices=Status, default=Status.WAITING, db_default=Status.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True, default="", db_default="")
    request = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="In which request, as the log calls it",
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(
        max_length=100, blank=True, default="", db_default="", help_text="The worker, as host:process"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="promise_key_once"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="promise_status_known"),
            models.CheckConstraint(
                condition=Q(status=Status.WAITING, settled_at=None)
                | (~Q(status=Status.WAITING) & Q(settled_at__isnull=False)),
                name="promise_settled_says_when",
            ),
            models.CheckConstraint(
                condition=Q(leased_until=None, token=None)
                | Q(status=Status.WAITING, leased_until__isnull=False, token__isnull=False),
                name="promise_lease_has_a_token",
            ),
        ]
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(status=Status.WAITING), name="promise_due"),
            models.Index(fields=["-settled_at"], condition=Q(status=Status.FAILED), name="promise_failed"),
        ]


class Sweep(models.Model):
    """When each sweep last looked for what is due, and how it went: what the watchdog reads.

    A sweep promises, in one statement, everything of its kind that is due.
    """

    name = models.CharField(max_length=60, primary_key=True)
    tried_at = models.DateTimeField()
    swept_at = models.DateTimeField(null=True, help_text="The last time it ended well")
    promised = models.PositiveIntegerField(default=0, help_text="How many were new then")
    last_error = models.CharField(max_length=500, blank=True, default="")


class Worker(models.Model):
    """A worker and when it last looked for work."""

    name = models.CharField(max_length=100, primary_key=True)
    seen_at = models.DateTimeField()


class Line(models.Model):
    """One mail that waits for the day's digest of a person who wants one.

    `job` and `arguments` are those of the mail it would have been: what it says is made when the digest is
    sent, so that what was settled meanwhile is left out.
    """

    key = models.CharField(max_length=200, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest_on = models.DateField()
    job = models.CharField(max_length=60)
    arguments = models.JSONField(help_text="Ids only: nothing about a patient")
    promised_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "digest_on"], name="line_of_a_digest")]
