"""What the doors for machines answer, field by field."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalogue.dose_values import Severity
from catalogue.dose_words import finding_sentence, weight_sentence
from catalogue.doses import Dose
from catalogue.models import Edition, Indication
from catalogue.weights import WeightReason


class EditionSerializer(serializers.ModelSerializer[Edition]):
    """The whole catalogue as valid from a day."""

    code = serializers.CharField()
    is_in_force = serializers.SerializerMethodField()

    class Meta:
        model = Edition
        fields = ("code", "title", "effective_on", "published_at", "superseded_at", "is_in_force")

    def get_is_in_force(self, edition: Edition) -> bool:
        return edition.superseded_at is None


class IndicationSerializer(serializers.ModelSerializer[Indication]):
    """A row of the catalogue in short. Doses in g/kg on `basis`, the cap in grams a cycle."""

    edition = serializers.CharField(source="edition.code")

    class Meta:
        model = Indication
        fields: tuple[str, ...] = (
            "edition",
            "code",
            "area",
            "priority",
            "name_it",
            "name_en",
            "max_age_years",
            "not_routinely_indicated",
            "basis",
            "dose_min",
            "dose_max",
            "days_min",
            "days_max",
            "cap_g",
            "cycles",
        )


class UseSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name_it = serializers.CharField(allow_blank=True)
    name_en = serializers.CharField(allow_blank=True)


class TherapySerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    printed = serializers.CharField(allow_blank=True)
    role = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)


class ReferenceSerializer(serializers.Serializer[Any]):
    printed = serializers.CharField()
    status = serializers.CharField()


class WholeIndicationSerializer(IndicationSerializer):
    """A row with its printed text, its uses, its therapies and its references."""

    sub_criteria = serializers.SerializerMethodField()
    reference_therapies = serializers.SerializerMethodField()
    references = serializers.SerializerMethodField()

    class Meta(IndicationSerializer.Meta):
        fields = (
            *IndicationSerializer.Meta.fields,
            "printed_condition",
            "printed_reference_therapies",
            "printed_schedule",
            "sub_criteria",
            "reference_therapies",
            "references",
        )

    @extend_schema_field(UseSerializer(many=True))
    def get_sub_criteria(self, row: Indication) -> list[dict[str, Any]]:
        return [
            {"code": use.code, "name_it": use.name_it, "name_en": use.name_en}
            for use in row.sub_criteria.all()
        ]

    @extend_schema_field(TherapySerializer(many=True))
    def get_reference_therapies(self, row: Indication) -> list[dict[str, Any]]:
        return [
            {"code": each.code, "printed": each.printed, "role": each.role, "line": each.line}
            for each in row.reference_therapies.all()
        ]

    @extend_schema_field(ReferenceSerializer(many=True))
    def get_references(self, row: Indication) -> list[dict[str, Any]]:
        return [{"printed": each.printed, "status": each.status} for each in row.references.all()]


class FindingSerializer(serializers.Serializer[Any]):
    """A remark of the arithmetic, in words."""

    code = serializers.CharField()
    severity = serializers.ChoiceField([one.value for one in Severity])
    sentence = serializers.SerializerMethodField()

    def get_sentence(self, finding: Any) -> str:
        return finding_sentence(finding)


class VialsSerializer(serializers.Serializer[Any]):
    size_g = serializers.DecimalField(6, 3)
    count = serializers.IntegerField()


class InfusionSerializer(serializers.Serializer[Any]):
    day = serializers.IntegerField()
    grams = serializers.DecimalField(9, 3)
    vials = VialsSerializer(many=True)


class WeightSerializer(serializers.Serializer[Any]):
    """The weight that was used, and among which it was chosen; kg."""

    kg = serializers.DecimalField(9, 3)
    reason = serializers.ChoiceField([one.value for one in WeightReason])
    ideal = serializers.DecimalField(9, 3, allow_null=True)
    adjusted = serializers.DecimalField(9, 3, allow_null=True)
    bmi = serializers.DecimalField(9, 3, allow_null=True)


class OtherReadingSerializer(serializers.Serializer[Any]):
    """The same request under the other reading of g/kg."""

    reading = serializers.CharField()
    day_g = serializers.DecimalField(9, 3)
    cycle_g = serializers.DecimalField(9, 3)


class DoseSerializer(serializers.Serializer[Dose]):
    """What a request comes to: grams throughout."""

    weight = WeightSerializer()
    weight_because = serializers.SerializerMethodField()
    g_per_kg_cycle = serializers.DecimalField(9, 3)
    exact_g = serializers.DecimalField(9, 3, help_text="Of a cycle, before rounding to vials.")
    cycle_g = serializers.DecimalField(9, 3)
    course_g = serializers.DecimalField(9, 3, help_text="Of all cycles.")
    cap_applied = serializers.BooleanField()
    rounded = serializers.BooleanField()
    infusions = InfusionSerializer(many=True)
    other = OtherReadingSerializer(allow_null=True)
    findings = FindingSerializer(many=True)

    def get_weight_because(self, dose: Dose) -> str:
        return weight_sentence(dose)
