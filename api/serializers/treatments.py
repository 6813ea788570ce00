"""Periods of treatment, their ledger, their reassessment, and when that is due."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers.people import PersonSerializer, UnitSerializer
from treatments.models import Authorisation, Dispensing, Measured, Reassessment, Verdict
from treatments.standings import State

GRAMS: dict[str, Any] = {"max_digits": 9, "decimal_places": 3}


class PeriodSerializer(serializers.ModelSerializer[Authorisation]):
    """A period in which treatment is allowed. Grams throughout; `due_on` is the day of its reassessment."""

    code = serializers.CharField(source="address")
    application = serializers.CharField(source="application.number")
    unit = UnitSerializer()
    prescriber = PersonSerializer()
    left_g = serializers.DecimalField(**GRAMS)
    is_open = serializers.SerializerMethodField()
    verdict = serializers.ChoiceField(Verdict.choices, allow_blank=True)

    class Meta:
        model = Authorisation
        fields: tuple[str, ...] = (
            "code",
            "number",
            "application",
            "period",
            "unit",
            "prescriber",
            "indication_code",
            "indication_name",
            "valid_from",
            "due_on",
            "first_infusion_on",
            "last_dispensed_on",
            "cycles",
            "grams",
            "given_g",
            "left_g",
            "is_provisional",
            "is_open",
            "verdict",
        )

    def get_is_open(self, period: Authorisation) -> bool:
        return period.settled_at is None


class EntrySerializer(serializers.ModelSerializer[Dispensing]):
    """An entry of the ledger; see `Dispensing` for the signs of `grams`."""

    kind = serializers.ChoiceField(Dispensing.Kind.choices)
    product = serializers.CharField(source="product.code")
    of = serializers.IntegerField(
        source="dispensed.sequence", allow_null=True, default=None, help_text="The dispensing it belongs to."
    )
    reverses = serializers.IntegerField(source="reverses.sequence", allow_null=True, default=None)
    recorded_by = PersonSerializer()

    class Meta:
        model = Dispensing
        fields = (
            "sequence",
            "kind",
            "cycle",
            "happened_on",
            "product",
            "lot",
            "expires_on",
            "grams",
            "balance_g",
            "of",
            "reverses",
            "reason",
            "recorded_at",
            "recorded_by",
        )


class StandingSerializer(serializers.Serializer[Any]):
    """What may be dispensed today."""

    state = serializers.ChoiceField(State.choices)
    sentence = serializers.CharField(allow_blank=True)
    cycle = serializers.IntegerField(help_text="Of the next dispensing; 0 where none is possible.")
    left_g = serializers.DecimalField(help_text="Grams left in that cycle.", **GRAMS)


class LedgerSerializer(PeriodSerializer):
    patient_initials = serializers.CharField(source="patient.initials")
    conditions = serializers.CharField(allow_blank=True)
    standing = StandingSerializer()
    dispensings = EntrySerializer(many=True, source="entries")

    class Meta(PeriodSerializer.Meta):
        fields = (*PeriodSerializer.Meta.fields, "patient_initials", "conditions", "standing", "dispensings")


class MeasuredSerializer(serializers.ModelSerializer[Measured]):
    class Meta:
        model = Measured
        fields = ("measure", "unit_of_measure", "baseline", "target", "value_now", "is_met", "has_benefit")


class ReassessmentSerializer(serializers.ModelSerializer[Reassessment]):
    """The judgement at the end of a period."""

    authorisation = serializers.CharField(source="authorisation.address")
    verdict = serializers.ChoiceField(Verdict.choices)
    measures = MeasuredSerializer(many=True)
    reassessed_by = PersonSerializer()

    class Meta:
        model = Reassessment
        fields = (
            "authorisation",
            "verdict",
            "has_benefit",
            "weight_kg",
            "judgement",
            "therapy_changes",
            "measures",
            "unused_g",
            "reassessed_at",
            "reassessed_by",
        )


class DeadlineSerializer(serializers.ModelSerializer[Authorisation]):
    """A reassessment that is due. Numbers and units only: no patient stands here."""

    code = serializers.CharField(source="address")
    application = serializers.SerializerMethodField()
    unit = UnitSerializer()
    prescriber = PersonSerializer()
    days_left = serializers.IntegerField(help_text="Below zero: overdue.")

    class Meta:
        model = Authorisation
        fields = ("code", "application", "period", "unit", "area", "prescriber", "due_on", "days_left")

    def get_application(self, period: Authorisation) -> str:
        return period.number.rsplit("/", 1)[0]
