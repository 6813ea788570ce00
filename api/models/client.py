"""A client (another system of the hospital), its secrets, and its mandates to act for prescribers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from accounts.models import Hospital, Role, User
from accounts.people import hospital_ids

# What a person may lend to a client. Never a vote, an endorsement, an opinion, a dispensing.
LENT_ROLES = (Role.PRESCRIBER, Role.DELEGATE)


class ClientQuerySet(models.QuerySet["Client"]):
    def managed_by(self, user: User, *, at: datetime) -> ClientQuerySet:
        """Those of the hospitals whose administrator the user is."""
        return self.filter(hospital__in=hospital_ids(user, Role.ADMINISTRATOR, at=at))


class Client(AbstractApplication):  # type: ignore[misc]  # the library has no types
    """Another system of the hospital: an application of django-oauth-toolkit that is only ever a client of
    the client credentials grant. Its secrets are in `ClientSecret`, two while one takes the other's place.
    """

    # Of the library, for what we do not offer: people's applications, metadata documents.
    user = None
    cimd_expires_at = None

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="+")
    scopes = ArrayField(models.CharField(max_length=40), help_text="What it may ask a token for")
    networks = ArrayField(
        models.CharField(max_length=50),
        default=list,
        blank=True,
        help_text="Where it may call from, as addresses or CIDR ranges; empty: from anywhere",
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ClientQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hospital", "name"],
                condition=Q(revoked_at=None),
                name="client_name_once_per_hospital",
            ),
            models.CheckConstraint(
                condition=Q(client_type="confidential", authorization_grant_type="client-credentials"),
                name="client_has_client_credentials_only",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def is_active(self) -> bool:
        return self.revoked_at is None

    @property
    def chain(self) -> str:
        """The name of this client's chain in the audit trail."""
        return f"client:{self.pk}"

    def is_usable(self, request: Any) -> bool:
        """Asked by the library at each token and each call."""
        return self.is_active


class ClientSecretQuerySet(models.QuerySet["ClientSecret"]):
    def valid(self, *, at: datetime) -> ClientSecretQuerySet:
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=at))


class ClientSecret(models.Model):
    """One secret of a client: its hash only. SHA-256 is enough for 256 random bits, and costs an attacker
    who floods the token endpoint more than us."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="secrets")
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    valid_until = models.DateTimeField(null=True, help_text="Set when the next one takes its place")

    objects = ClientSecretQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(valid_until=None), name="one_lasting_secret_per_client"
            )
        ]


class MandateQuerySet(models.QuerySet["Mandate"]):
    def valid(self, *, on: date) -> MandateQuerySet:
        """Those in force on that day; `to_on` is the last day of validity."""
        return self.filter(ended_at=None, from_on__lte=on).filter(Q(to_on=None) | Q(to_on__gte=on))


class Mandate(models.Model):
    """A client may act for a person, in one of their roles, from a day to a day (both included)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="mandates")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mandates")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in LENT_ROLES])
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = MandateQuerySet.as_manager()

    class Meta:
        ordering = ["user__last_name", "user__first_name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=models.F("from_on")),
                name="mandate_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in LENT_ROLES]), name="mandate_lends_no_other_role"
            ),
            models.UniqueConstraint(
                fields=["client", "user", "role"], condition=Q(ended_at=None), name="one_open_mandate"
            ),
        ]
        verbose_name = _("mandate")
