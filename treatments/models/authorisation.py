"""Periods in which treatment is allowed, and when their reassessment is recalled.

`application` is a key to the table of the lifecycle above; nothing of its code is known here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import BREAKING_ROLES, Hospital, Role, Unit, User
from accounts.people import hospital_ids, unit_ids
from catalogue.choices import ReassessmentTrigger
from patients.models import Patient
from treatments import numbers


class Verdict(models.TextChoices):
    """What the prescriber decides at reassessment; one that stops, also when closing earlier."""

    CONTINUE = "continue", _("Continue")
    REDUCE = "reduce", _("Continue at a reduced dose")
    MODIFY = "modify", _("Continue with a modified schedule")
    TRIAL_OFF = "trial_off", _("Trial without treatment")
    NOT_ASSESSABLE = "not_assessable", _("Not assessable: one more period, once")
    STOP_COMPLETED = "stop_completed", _("Stop: completed as planned")
    STOP_REMISSION = "stop_remission", _("Stop: remission")
    STOP_NO_BENEFIT = "stop_no_benefit", _("Stop: no benefit")
    STOP_TOXICITY = "stop_toxicity", _("Stop: toxicity")
    STOP_ALTERNATIVE = "stop_alternative", _("Stop: an alternative was found")
    STOP_CHOICE = "stop_choice", _("Stop: the patient's choice")
    STOP_DEATH = "stop_death", _("Stop: death")
    REPLACED = "replaced", _("Replaced by a later application")
    RATIFIED = "ratified", _("Emergency ratified by the committee")
    NOT_RATIFIED = "not_ratified", _("Not ratified by the committee")
    EXPIRED = "expired", _("Expired: not reassessed in time")
    REVOKED = "revoked", _("Revoked by the medical director")


CONTINUING = (Verdict.CONTINUE, Verdict.REDUCE, Verdict.MODIFY, Verdict.NOT_ASSESSABLE)
# What a prescriber may decide; the others follow from somebody else's decision, or from none in time.
BY_OTHERS = (
    Verdict.REPLACED,
    Verdict.RATIFIED,
    Verdict.NOT_RATIFIED,
    Verdict.EXPIRED,
    Verdict.REVOKED,
)
BY_HAND = tuple(verdict for verdict in Verdict if verdict not in BY_OTHERS)


TREATING = (Role.PRESCRIBER, Role.HEAD_OF_UNIT)
HANDING = (Role.PHARMACIST, Role.MEDICAL_DIRECTOR)

# Nobody reassesses the one cycle of an emergency: the committee judges it.
OPEN = Q(settled_at=None, is_provisional=False)

# What a line of a list shows of a period.
LINE = (
    *("number", "period", "application", "hospital", "unit", "prescriber", "indication_name", "area"),
    *("valid_from", "first_infusion_on", "last_dispensed_on", "interval_days", "due_on"),
    *("grams", "given_g", "unit__name"),
    *("prescriber__username", "prescriber__title", "prescriber__first_name", "prescriber__last_name"),
)

# Nobody dispenses under a masked period that is over: then it is the unit's alone.
SHOWN_OR_OPEN = Q(is_masked=False) | Q(settled_at=None)


class AuthorisationQuerySet(models.QuerySet["Authorisation"]):
    def live(self) -> AuthorisationQuerySet:
        """Periods that are open: they await their reassessment, or, provisional, the committee."""
        return self.filter(settled_at=None)

    def to_reassess(self) -> AuthorisationQuerySet:
        """Periods that still await their reassessment."""
        return self.filter(OPEN)

    def until_discharge(self) -> AuthorisationQuerySet:
        """Those to be judged at a discharge that nobody has recorded yet."""
        return self.filter(trigger=ReassessmentTrigger.DISCHARGE, discharged_on=None)

    def visible_to(self, user: User, *, at: datetime) -> AuthorisationQuerySet:
        """Whose ledger the user may read: their unit's who treat, the hospital's pharmacy and direction; the
        pharmacist on call those of emergencies."""
        on_call = hospital_ids(user, Role.ON_CALL_PHARMACIST, at=at)
        return self.filter(
            Q(unit__in=unit_ids(user, *TREATING, at=at))
            | Q(SHOWN_OR_OPEN, hospital__in=hospital_ids(user, *HANDING, at=at))
            | Q(SHOWN_OR_OPEN, hospital__in=on_call, is_provisional=True)
            | _behind_broken_glass(user, at)
        )

    def shown(self, *, own_units: Iterable[int] = ()) -> AuthorisationQuerySet:
        """Without those of masked applications, but of one's own units. By key: so lists and counts that
        read an index only go on doing so."""
        masked = Authorisation.objects.filter(is_masked=True).exclude(unit__in=own_units)
        return self.exclude(pk__in=masked.values("pk"))

    def listed(self) -> AuthorisationQuerySet:
        """With the names of unit and prescriber, and without what a line does not show: the dose is long."""
        return self.select_related("unit", "prescriber").only(*LINE)

    def overdue(self, *, on: date) -> AuthorisationQuerySet:
        return self.to_reassess().filter(due_on__lt=on)


def _behind_broken_glass(user: User, at: datetime) -> Q:
    """The ledgers of the file that the user opened with a reason (approvals/breaking.py), while it lasts."""
    opened = Authorisation.objects.filter(
        is_masked=False,
        hospital__in=hospital_ids(user, *BREAKING_ROLES, at=at),
        application__emergency_accesses__opened_by=user,
        application__emergency_accesses__opened_at__lte=at,
        application__emergency_accesses__lasts_until__gt=at,
    )
    return Q(pk__in=opened.values("pk")) if hospital_ids(user, *BREAKING_ROLES, at=at) else Q(pk__in=[])


class Authorisation(models.Model):
    """A period in which treatment is allowed (Autorizzazione).

    `due_on` is the day of the reassessment: three months (setting) after the first infusion, or after
    `valid_from` while no infusion is recorded. `settled_at` is set when the reassessment, or an end of the
    treatment, closes the period; `verdict` says how it goes on or why it ends. `grams` is the total allotted,
    `dose` the computation behind it.
    """

    number = models.CharField(max_length=30, unique=True)
    application = models.ForeignKey(
        "approvals.Application", on_delete=models.PROTECT, related_name="authorisations"
    )
    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    prescriber = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    indication_code = models.CharField(max_length=20)
    indication_name = models.CharField(max_length=300)
    area = models.CharField(max_length=60)
    edition_code = models.CharField(max_length=40)
    period = models.PositiveIntegerField()
    valid_from = models.DateField()
    due_on = models.DateField()
    dose = models.JSONField()
    cycles = models.PositiveIntegerField()
    grams = models.DecimalField(max_digits=9, decimal_places=3)
    conditions = models.TextField(blank=True)
    # What the committee's conditions limit, beside the totals above; dispensing and the due date obey them.
    cycle_g = models.DecimalField(
        max_digits=7, decimal_places=3, null=True, help_text="At most so many grams per cycle"
    )
    reassess_by = models.DateField(null=True, help_text="Reassessed on this day at the latest")
    # What the catalogue row says about the reassessment, and after how many (ReassessmentTrigger).
    trigger = models.CharField(max_length=10, blank=True, default="", db_default="")
    trigger_after = models.PositiveSmallIntegerField(null=True)
    # One cycle of an emergency, until the committee has ratified it or not.
    is_provisional = models.BooleanField(default=False, db_default=False)
    # Days at least between the starts of two cycles; null where the dose names no interval.
    interval_days = models.PositiveSmallIntegerField(null=True)
    # Kept by the ledger's trigger (migration 0012), never by code: what the patient had, net of returns and
    # waste; and the last day for which anything was dispensed.
    given_g = models.DecimalField(max_digits=9, decimal_places=3, default=0, db_default=0)
    last_dispensed_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    first_infusion_on = models.DateField(null=True)
    infusion_recorded_at = models.DateTimeField(null=True)
    infusion_recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    # Where the row is judged at the discharge (newborns).
    discharged_on = models.DateField(null=True)
    discharge_recorded_at = models.DateTimeField(null=True)
    discharge_recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=20, blank=True, default="", db_default="", choices=Verdict)

    # Of a masked application: kept by that one's trigger, never written by code. For anybody but the unit
    # such a period exists only while it is open.
    is_masked = models.BooleanField(default=False, db_default=False, editable=False)

    objects = AuthorisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(settled_at=None), name="one_live_period_per_application"
            ),
            models.UniqueConstraint(fields=["application", "period"], name="period_once_per_application"),
            models.CheckConstraint(condition=Q(due_on__gt=models.F("valid_from")), name="due_after_start"),
            models.CheckConstraint(
                condition=Q(given_g__gte=0, given_g__lte=models.F("grams")),
                name="given_within_what_is_allotted",
            ),
        ]
        indexes = [
            # The sweep's and the deadlines page's: live rows only, small beside the table.
            models.Index("due_on", "id", name="live_by_due_date", condition=OPEN),
            models.Index(
                "hospital",
                "due_on",
                "id",
                include=["unit", "area"],
                name="live_by_hospital",
                condition=OPEN,
            ),
            # The deadlines of one unit; what one prescriber has to reassess.
            models.Index("unit", "due_on", "id", name="live_by_unit", condition=OPEN),
            models.Index("prescriber", "due_on", "id", name="live_by_prescriber", condition=OPEN),
            # The few that lists leave out (`shown`).
            models.Index("id", name="masked_periods", condition=Q(is_masked=True)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def code(self) -> str:
        """The number with its check character, as printed."""
        return numbers.code(self.number)

    @property
    def address(self) -> str:
        """The code as it stands in addresses."""
        return numbers.in_address(self.number)

    @property
    def left_g(self) -> Decimal:
        """What may still be dispensed in the whole period."""
        return self.grams - self.given_g


class NextReminder(models.Model):
    """The day on which the sweep has to look at an authorisation again; null once all was promised.
    `reassessment_on` is the due date that the reminders are counted from.

    Written by the sweep and by the trigger of migration 0002, never by other code. A narrow table of its
    own: moving a date here touches two small indexes, not those of the authorisation.
    """

    authorisation = models.OneToOneField(
        Authorisation, on_delete=models.CASCADE, primary_key=True, related_name="next_reminder"
    )
    due_on = models.DateField(null=True)
    reassessment_on = models.DateField()

    class Meta:
        indexes = [
            models.Index("due_on", name="next_reminder_due", condition=Q(due_on__isnull=False)),
        ]
