"""What was decided on roles, and what waits for a decision. Part of `accounts.models`, which exports it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Where a decision came from."""

    ADMINISTRATOR = "administrator", _("An administrator")
    DELEGATION = "delegation", _("Whoever delegates")
    REVIEW = "review", _("Periodic review")
    CLAIMS = "claims", _("Identity provider")


class RoleChange(models.Model):
    """One decision on a role: given, or its end moved. Append-only by trigger; the trail says the same.

    `changed_by` is None where nobody decided: the groups of the identity provider did.
    """

    membership = models.ForeignKey("accounts.Membership", on_delete=models.PROTECT, related_name="changes")
    is_new = models.BooleanField(help_text="The role was given; else its last day was moved")
    to_on = models.DateField(null=True, help_text="The last day from now on; none: without end")
    was_to_on = models.DateField(null=True, help_text="The last day before")
    reason = models.CharField(max_length=300)
    source = models.CharField(max_length=20, choices=Source)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["changed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(source=Source.CLAIMS, changed_by=None)
                | (~Q(source=Source.CLAIMS) & Q(changed_by__isnull=False)),
                name="role_change_says_who",
            ),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="role_change_source_known"),
            models.UniqueConstraint(fields=["membership"], condition=Q(is_new=True), name="role_given_once"),
        ]
        indexes = [models.Index(fields=["source", "changed_at"], name="role_change_by_source")]


class RoleConfirmation(models.Model):
    """At the periodic review somebody looked at a role and found that it is still wanted. Append-only."""

    membership = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="confirmations"
    )
    period_on = models.DateField(help_text="The first day of the half year reviewed")
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "period_on"], name="role_confirmed_once_a_period")
        ]


class Because(models.TextChoices):
    """Why a role that the identity provider no longer names was not ended by itself."""

    BY_HAND = "by_hand", _("It was given here, not by the identity provider.")
    LAST_ROLE = "last_role", _("The person would be left without any role.")
    LAST_HOLDER = "last_holder", _("Nobody else holds this role in the unit.")
    MANY = "many", _("The identity provider takes roles from many people at once: removals are stopped.")


class Settled(models.TextChoices):
    ENDED = "ended", _("Role ended")
    KEPT = "kept", _("Role kept")
    MOOT = "moot", _("No longer proposed")  # the group is back, or the role ended otherwise


class RoleProposal(models.Model):
    """A role that the identity provider no longer names: an administrator ends it, or keeps it."""

    membership = models.ForeignKey("accounts.Membership", on_delete=models.PROTECT, related_name="proposals")
    because = models.CharField(max_length=20, choices=Because)
    proposed_at = models.DateTimeField()
    settled = models.CharField(max_length=10, choices=Settled, blank=True, default="", db_default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=Q(settled=""), name="one_open_proposal_per_role"
            ),
            models.CheckConstraint(
                condition=Q(settled="", settled_at=None, settled_by=None)
                | Q(settled=Settled.MOOT, settled_at__isnull=False, settled_by=None)
                | Q(
                    settled__in=[Settled.ENDED, Settled.KEPT],
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                ),
                name="settled_proposal_says_who_and_when",
            ),
        ]


class ClaimsStop(models.Model):
    """The identity provider took roles from many people at once: since then none is ended by itself."""

    hospital = models.ForeignKey("accounts.Hospital", on_delete=models.PROTECT, related_name="+")
    people = models.PositiveIntegerField(help_text="How many people within a day")
    stopped_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hospital"], condition=Q(released_at=None), name="one_claims_stop_in_force"
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="released_stop_says_who_and_when",
            ),
        ]
