"""The application, the steps it took, and what was frozen when it was sent."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import BREAKING_ROLES, ON_CALL_ROLES, VOTING_ROLES, Role, Unit, User
from accounts.people import hospital_ids, unit_ids
from approvals.models import masking
from approvals.workflow import ON_TREATMENT, REFUSED, UNDECIDED, Action, Status, Workflow
from catalogue.doses import Dose
from catalogue.models import Indication
from patients.models import Patient

# Those who see a whole unit's applications, drafts included; and those who see a hospital's, once sent.
UNIT_ROLES = (Role.PRESCRIBER, Role.HEAD_OF_UNIT)
HOSPITAL_ROLES = (Role.PHARMACIST, Role.MEDICAL_DIRECTOR)
# Where the author has to write.
AT_AUTHOR = (Status.DRAFT, Status.INFORMATION_REQUESTED, Status.EMERGENCY_AUTHORISED)
ON_CALL_ACTIONS = (Action.AGREE_EMERGENCY, Action.AUTHORISE_EMERGENCY, Action.DECLINE_EMERGENCY)


class Type(models.TextChoices):
    """What the request is to the patient's treatment; all but the first follow an earlier application."""

    FIRST = "first", pgettext_lazy("type of application", "First request")
    CONTINUATION = "continuation", gettext_lazy("Continuation")
    DOSE_CHANGE = "dose_change", gettext_lazy("Change of dose")
    EXTRA_DOSE = "extra_dose", gettext_lazy("Extra dose")
    TRANSFER = "transfer", gettext_lazy("Transfer from another unit or hospital")


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User, *, at: datetime) -> ApplicationQuerySet:
        """Whose file the user may read: what concerns them, and the one they opened with a reason
        (`EmergencyAccess`), while that lasts. Who acts on a file looks through `concerning`."""
        return self.filter(_by_role(user, at) | _behind_broken_glass(user, at))

    def concerning(self, user: User, *, at: datetime) -> ApplicationQuerySet:
        """Whose file the user's roles open: own unit; a delegate the unit's drafts and whole forms of
        emergencies, and what they prepared while its questions are open; pharmacy and direction all that was
        sent; the committee what was referred to it; people on call the emergencies that wait for them, and
        those they answered. Administrators and auditors open no patient's file.

        A masked file is the unit's alone; for the others it exists only while they have to act on it."""
        return self.filter(_by_role(user, at))

    def overdue_emergencies(self, *, at: datetime) -> ApplicationQuerySet:
        """Emergencies whose whole form, or whose ratification, is late."""
        return self.filter(
            Q(status=Status.EMERGENCY_AUTHORISED, full_form_due__lt=at)
            | Q(
                status__in=UNDECIDED,
                emergency_authorised_at__isnull=False,
                decided_at=None,
                decision_due__lt=at,
            )
        )

    def auditable_by(self, user: User, *, at: datetime) -> ApplicationQuerySet:
        """Whose trail the user may read: the auditor's hospital."""
        return self.filter(unit__hospital__in=hospital_ids(user, Role.AUDITOR, at=at))


def _by_role(user: User, at: datetime) -> Q:
    drafting = unit_ids(user, Role.DELEGATE, at=at)
    sent = Q(number__isnull=False)
    pharmacies = hospital_ids(user, Role.PHARMACIST, at=at)
    directed = hospital_ids(user, Role.MEDICAL_DIRECTOR, at=at)
    committees = hospital_ids(user, *VOTING_ROLES, at=at)
    to_judge = masking.for_the_committee()
    return (
        Q(unit__in=unit_ids(user, *UNIT_ROLES, at=at))
        | Q(unit__in=drafting, status__in=[Status.DRAFT, Status.EMERGENCY_AUTHORISED])
        | Q(unit__in=drafting, status=Status.INFORMATION_REQUESTED, prepared_by=user)
        | Q(sent, masking.for_the_pharmacy(), unit__hospital__in=pharmacies)
        | Q(sent, masking.for_the_direction(), unit__hospital__in=directed)
        | _of_the_on_call(user, at)
        | Q(to_judge, unit__hospital__in=committees, referred_at__isnull=False)
        | Q(to_judge, _of_the_appointed(user))
    )


def _behind_broken_glass(user: User, at: datetime) -> Q:
    """One's own only, and only where a role of today could break it: no cost for anybody else."""
    hospitals = hospital_ids(user, *BREAKING_ROLES, at=at)
    if not hospitals:
        return Q(pk__in=[])
    opened = user.emergency_accesses.filter(opened_at__lte=at, lasts_until__gt=at)
    return Q(masked_at=None, unit__hospital__in=hospitals, pk__in=opened.values("application"))


def _of_the_appointed(user: User) -> Q:
    """Those for which the user was appointed to the committee: in person, not through another system."""
    return Q(pk__in=[] if user.through else user.appointments.values("application"))


def _of_the_on_call(user: User, at: datetime) -> Q:
    hospitals = hospital_ids(user, *ON_CALL_ROLES, at=at)
    if not hospitals:
        return Q(pk__in=[])
    answered = Step.objects.filter(by=user, action__in=ON_CALL_ACTIONS)
    return Q(unit__hospital__in=hospitals) & (
        Q(status=Status.EMERGENCY_REQUESTED) | Q(masked_at=None, pk__in=answered.values("application"))
    )


class Application(Workflow):
    """An off-label request (Richiesta), from its draft on.

    `answers` holds what was typed, section by section, and may be incomplete or wrong while the form is
    open; what was sent is in the snapshots and nowhere else. `version` grows by one with every action:
    a page that shows an older one is stale.
    """

    # Null, not "": a draft has no number, and numbers are unique.
    number = models.CharField(  # noqa: DJ001
        max_length=20, unique=True, null=True, editable=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0, editable=False)
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    # A delegate of the unit wrote in it last; says it is ready for the author's signature.
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ready_at = models.DateTimeField(null=True)
    ready_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # Whose answers a new draft began with.
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    # Set from the answers at submission; the constraints below read them.
    type = models.CharField(max_length=20, default=Type.FIRST, db_default=Type.FIRST, choices=Type)
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followers")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, related_name="applications")
    indication = models.ForeignKey(Indication, on_delete=models.PROTECT, null=True, related_name="+")
    indication_code = models.CharField(max_length=20, blank=True)
    # Which of the uses of that row, where it has several: precedents are of the same use.
    sub_criterion = models.CharField(max_length=30, blank=True, default="", db_default="")
    is_urgent = models.BooleanField(default=False)

    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    endorsed_at = models.DateTimeField(null=True)
    endorsed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    referred_at = models.DateTimeField(null=True)
    referred_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    # An emergency: asked for with the short form, agreed to by the on-call pharmacist, authorised for one
    # cycle by the on-call consultant; then the whole form is due.
    emergency_requested_at = models.DateTimeField(null=True)
    emergency_requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    emergency_agreed_at = models.DateTimeField(null=True)
    emergency_agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    emergency_authorised_at = models.DateTimeField(null=True)
    emergency_authorised_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    full_form_due = models.DateTimeField(null=True)

    # The member who reads the case for the others and presents it.
    rapporteur = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # An appeal, possible once: whoever judged in the rounds up to `appealed_round` does not judge again.
    appealed_at = models.DateTimeField(null=True)
    appealed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    appealed_round = models.PositiveIntegerField(null=True)

    # The committee votes in rounds: a round ends with a decision or with a question to the author.
    round = models.PositiveIntegerField(default=0)
    asked_from = models.CharField(max_length=30, blank=True, choices=Status)
    # Deadlines, moved by the actions (treatments/deadlines computes them).
    decision_due = models.DateTimeField(null=True)
    answer_due = models.DateTimeField(null=True)

    # The patient asked for it to be masked: kept by the trigger of `Masking`, never written by code.
    masked_at = models.DateTimeField(null=True, editable=False)
    masked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            # A masked one stands in nobody's way: a refusal would give it away.
            models.UniqueConstraint(
                fields=["patient", "indication_code"],
                condition=Q(status__in=UNDECIDED, masked_at=None),
                name="one_undecided_application_per_patient_and_indication",
            ),
            # An extra dose comes on top of a treatment; everything else takes its place.
            models.UniqueConstraint(
                fields=["patient", "indication_code"],
                condition=Q(status__in=ON_TREATMENT, masked_at=None) & ~Q(type=Type.EXTRA_DOSE),
                name="one_treatment_per_patient_and_indication",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT, Status.WITHDRAWN])
                | Q(
                    Q(submitted_at__isnull=False) | Q(emergency_requested_at__isnull=False),
                    number__isnull=False,
                    patient__isnull=False,
                    indication__isnull=False,
                ),
                name="sent_application_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.INFORMATION_REQUESTED)
                | Q(
                    asked_from__in=[Status.PHARMACY_REVIEW, Status.COMMITTEE_REVIEW], answer_due__isnull=False
                ),
                name="question_knows_who_asked",
            ),
        ]
        indexes = [
            models.Index(
                "unit", "decision_due", "id", name="worklist_by_unit", condition=Q(status__in=UNDECIDED)
            ),
            models.Index(
                "status", "decision_due", "id", name="worklist_by_status", condition=Q(status__in=UNDECIDED)
            ),
            # What waits for an author, among all that they ever wrote.
            models.Index(
                "author",
                "status",
                "id",
                name="waiting_for_author",
                condition=Q(status__in=AT_AUTHOR),
            ),
            # Questions whose time is over.
            models.Index(
                "answer_due", name="answers_by_date", condition=Q(status=Status.INFORMATION_REQUESTED)
            ),
            # What the delegates of a unit work on.
            models.Index("unit", "id", name="drafts_by_unit", condition=Q(status=Status.DRAFT)),
            # Drafts that nobody touches.
            models.Index("saved_at", name="drafts_by_date", condition=Q(status=Status.DRAFT)),
            models.Index("submitted_at", "id", name="sent_by_date", condition=Q(submitted_at__isnull=False)),
            # The precedents of a case (precedents.py).
            models.Index(
                "indication_code",
                "sub_criterion",
                name="decided_by_use",
                condition=Q(decided_at__isnull=False),
            ),
            # Few, and looked for on purpose only.
            models.Index("unit", "id", name="masked_by_unit", condition=Q(masked_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"

    @property
    def sent_at(self) -> datetime | None:
        """When it first left its author's hands: with the short form of an emergency, or the whole one."""
        return self.emergency_requested_at or self.submitted_at

    @property
    def awaits_ratification(self) -> bool:
        """Whether one cycle was authorised as an emergency and the committee has not decided since."""
        return self.emergency_authorised_at is not None and self.decided_at is None

    @property
    def chain(self) -> str:
        """The name of this application's chain in the audit trail."""
        return f"application:{self.pk}"

    @cached_property
    def snapshot(self) -> Snapshot:
        """What was last sent. Raises `Snapshot.DoesNotExist` for a draft."""
        return self.snapshots.latest("revision")

    @property
    def last_step(self) -> Step | None:
        return self.steps.select_related("by").order_by("-sequence").first()


class Step(models.Model):
    """One move, or one recorded fact (`source` and `target` alike). Append-only by database trigger."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="steps")
    sequence = models.PositiveIntegerField(help_text="The application's version after this step")
    action = models.CharField(max_length=30, choices=Action)
    source = models.CharField(max_length=30, choices=Status)
    target = models.CharField(max_length=30, choices=Status)
    at = models.DateTimeField()
    # Null where the program itself acted: nobody answered in time.
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    comment = models.TextField(blank=True)
    # The other system that acted for the person; empty where they did it themselves.
    through = models.CharField(max_length=255, blank=True, default="", db_default="")

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["application", "sequence"], name="one_step_per_version"),
        ]
        indexes = [
            # Refusals, for the note on what became of the patient.
            models.Index(
                "at",
                name="refusals_by_date",
                condition=Q(target__in=REFUSED) & ~Q(source=F("target")),
            ),
        ]


class Snapshot(models.Model):
    """What was sent: answers, catalogue row and edition, dose computation. Append-only by trigger.

    Revision 1 is the submission, or the short form of an emergency, whose whole form is the next one; every
    set of answers to questions adds one.
    The shape of `content` is in `approvals/snapshots.py`.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="snapshots")
    revision = models.PositiveIntegerField()
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "revision"], name="one_snapshot_per_revision"),
        ]

    @cached_property
    def dose(self) -> Dose:
        """The dose as it was computed then."""
        return Dose.from_dict(self.content["dose"])


class NumberSequence(models.Model):
    """The last number given in a year. Its row is locked last in a submission: numbers have no gaps."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField()
