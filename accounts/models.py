"""Users, hospitals, units, and who holds which role where and when."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may be in a unit; `design/domain.md` §1."""

    PRESCRIBER = "prescriber", _("Prescriber")
    DELEGATE = "delegate", _("Delegate")
    HEAD_OF_UNIT = "head_of_unit", _("Head of unit")
    PHARMACIST = "pharmacist", _("Pharmacist")
    COMMITTEE_MEMBER = "committee_member", _("Committee member")
    CHAIR = "chair", _("Chair of the committee")
    MEDICAL_DIRECTOR = "medical_director", _("Medical director")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")
    # On call: held from a day to a day, as the roster says. The two together authorise an emergency.
    ON_CALL_PHARMACIST = "on_call_pharmacist", _("On-call pharmacist")
    ON_CALL_CONSULTANT = "on_call_consultant", _("On-call consultant")


VOTING_ROLES = (Role.COMMITTEE_MEMBER, Role.CHAIR)
ON_CALL_ROLES = (Role.ON_CALL_PHARMACIST, Role.ON_CALL_CONSULTANT)
# Who may open another unit's file by saying why.
BREAKING_ROLES = (Role.PRESCRIBER, Role.HEAD_OF_UNIT, *ON_CALL_ROLES)


class Profession(models.TextChoices):
    """What somebody is, whatever role they hold: the committee's quorum wants pharmacist and doctor."""

    DOCTOR = "doctor", _("Doctor")
    PHARMACIST = "pharmacist", _("Pharmacist")
    OTHER = "other", _("Another profession")


class Hospital(models.Model):
    """A hospital of this installation; its name and address head the letters."""

    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300)
    city = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="hospital_name_once")]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A unit (Unità Operativa Complessa) of a hospital."""

    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="units")
    code = models.SlugField(max_length=30)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["hospital", "code"], name="unit_code_once_per_hospital")
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who signs in. What they may do comes from their memberships, never from flags."""

    title = models.CharField(max_length=20, blank=True, help_text="Dott., Dott.ssa, Prof. …")
    registration_number = models.CharField(
        max_length=30, blank=True, help_text="Number in the medical register"
    )
    profession = models.CharField(
        max_length=20, choices=Profession, default=Profession.OTHER, db_default=Profession.OTHER
    )
    language = models.CharField(max_length=5, default="it")
    # Mails that can wait come once a day, together; what is urgent or overdue comes at once all the same.
    wants_digest = models.BooleanField(default=False, db_default=False)
    # The other system that acts for the person in this call (api/acting_for.py); "": they do it themselves.
    through = ""
    # Closed by an administrator; the roles stay on record and are in force again if it is reopened.
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    closed_because = models.CharField(max_length=300, blank=True, default="", db_default="", editable=False)

    # The one role the person works in during this request (accounts/switching.py); None: all of theirs.
    acting_as: Role | None = None

    class Meta(AbstractUser.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None, closed_because="")
                | models.Q(closed_at__isnull=False, closed_by__isnull=False, is_active=False),
                name="closed_account_says_who_and_when",
            ),
        ]

    @property
    def signature(self) -> str:
        """The name as it stands on pages and letters, for example "Dott.ssa Anna Verdi"."""
        return (
            " ".join(part for part in (self.title, self.first_name, self.last_name) if part) or self.username
        )

    def __str__(self) -> str:
        return self.signature


class MembershipQuerySet(models.QuerySet["Membership"]):
    def valid(self, *, on: date) -> MembershipQuerySet:
        """Those in force on that day; `to_on` is the last day of validity."""
        return self.filter(from_on__lte=on).filter(models.Q(to_on=None) | models.Q(to_on__gte=on))

    def ever(self) -> MembershipQuerySet:
        """Without those taken back before they began."""
        return self.filter(models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")))

    def overlapping(self, from_on: date, to_on: date | None) -> MembershipQuerySet:
        """In force on one of those days; None: without end."""
        found = self.ever().filter(models.Q(to_on=None) | models.Q(to_on__gte=from_on))
        return found.filter(from_on__lte=to_on) if to_on else found


class Membership(models.Model):
    """A role held by a person in a unit, from a day to a day (both included).

    It is never deleted: what is taken back before it began ends on the day before. Every decision on it is a
    `RoleChange`.

    `stands_in_for` is the role that this one fills meanwhile. A seat on the committee: while it is in force,
    the member stood in for neither votes nor counts. A head of unit: this is their deputy. A prescriber: this
    is the delegate whom they named.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)
    stands_in_for = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="substitutes"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_on=None)
                | models.Q(to_on__gte=models.F("from_on") - models.Value(1, models.IntegerField())),
                name="membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "role", "from_on"],
                condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")),
                name="membership_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.unit}"


class DemoClock(models.Model):
    """How far ahead of the real time a demonstration lives (one row, or none). Never in a hospital."""

    is_the_only_one = models.BooleanField(primary_key=True, default=True, editable=False)
    ahead = models.DurationField()
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(is_the_only_one=True), name="one_demo_clock"),
        ]


class FeedToken(models.Model):
    """The key of a person's calendar feed, which calendars fetch without signing in: its hash only."""

    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="feed_tokens")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    last_used_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["made_by"], condition=models.Q(revoked_at=None), name="one_feed_token_in_force"
            )
        ]


from accounts.role_models import ClaimsStop, RoleChange, RoleConfirmation, RoleProposal  # noqa: E402

__all__ = [
    "ON_CALL_ROLES",
    "VOTING_ROLES",
    "ClaimsStop",
    "DemoClock",
    "FeedToken",
    "Hospital",
    "Membership",
    "MembershipQuerySet",
    "Profession",
    "Role",
    "RoleChange",
    "RoleConfirmation",
    "RoleProposal",
    "Unit",
    "User",
]
