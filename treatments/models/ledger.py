"""The ledger of a period: what was dispensed, came back, or was wasted. Entries are added, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalogue.models import Product
from treatments.models.authorisation import Authorisation


class Dispensing(models.Model):
    """One entry of the ledger. `grams` is what it adds to what the patient had: more than zero for a
    dispensing, less than zero for what came back or was wasted, the opposite of another entry for a reversal.

    `balance_g` is what the patient had after it; the trigger of migration 0012 refuses any other figure, an
    entry that leaves less than zero of its dispensing, and every change. `cycle` counts from 1 per period.
    """

    class Kind(models.TextChoices):
        DISPENSED = "dispensed", _("Dispensed")
        RETURNED = "returned", _("Returned unused")
        WASTED = "wasted", _("Wasted")
        REVERSED = "reversed", _("Reversed")

    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="dispensings")
    sequence = models.PositiveIntegerField(help_text="From 1 in each authorisation, without gaps")
    kind = models.CharField(max_length=10, choices=Kind)
    # The dispensing that this entry comes back from; and, for a reversal, the entry that it takes back.
    dispensed = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")
    cycle = models.PositiveSmallIntegerField()
    happened_on = models.DateField(
        help_text="The day for which it is dispensed; of the return, waste or reversal"
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    lot = models.CharField(max_length=40)
    expires_on = models.DateField()
    grams = models.DecimalField(max_digits=9, decimal_places=3)
    balance_g = models.DecimalField(max_digits=9, decimal_places=3)
    # Already prepared when the reassessment became overdue, and given all the same (setting).
    is_grace = models.BooleanField(default=False, db_default=False)
    reason = models.TextField(blank=True, default="", db_default="")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["authorisation", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["authorisation", "sequence"], name="one_entry_per_sequence"),
            models.CheckConstraint(
                condition=Q(kind="dispensed", grams__gt=0, dispensed=None, reverses=None)
                | Q(kind__in=["returned", "wasted"], grams__lt=0, dispensed__isnull=False, reverses=None)
                | Q(kind="reversed", reverses__isnull=False),
                name="entry_adds_up_with_its_kind",
            ),
            models.CheckConstraint(condition=Q(kind="dispensed") | ~Q(reason=""), name="entry_says_why"),
        ]
        indexes = [
            # "Who received lot X?" is asked in a hurry.
            models.Index(Upper("lot"), name="dispensed_lot"),
            models.Index("product", "happened_on", name="dispensed_product"),
            # What was given lately: the blood counts that follow a high dose.
            models.Index("happened_on", name="dispensed_by_day", condition=Q(kind="dispensed")),
        ]


class CycleReport(models.Model):
    """Two answers after a cycle: did it help, was it borne. May be asked before the next one is released."""

    class Response(models.TextChoices):
        BETTER = "better", _("Better")
        UNCHANGED = "unchanged", _("Unchanged")
        WORSE = "worse", _("Worse")

    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="cycle_reports")
    cycle = models.PositiveSmallIntegerField()
    response = models.CharField(max_length=10, choices=Response)
    adverse_events = models.TextField(blank=True, help_text="Empty: none")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["authorisation", "cycle"]
        constraints = [
            models.UniqueConstraint(fields=["authorisation", "cycle"], name="one_report_per_cycle"),
        ]
