"""What the doors for machines answer, field by field."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalogue.models import Indication


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

    def get_sub_criteria(self, row: Indication) -> list[dict[str, Any]]:
        return [
            {"code": use.code, "name_it": use.name_it, "name_en": use.name_en}
            for use in row.sub_criteria.all()
        ]

    def get_reference_therapies(self, row: Indication) -> list[dict[str, Any]]:
        return [
            {"code": each.code, "printed": each.printed, "role": each.role, "line": each.line}
            for each in row.reference_therapies.all()
        ]

    def get_references(self, row: Indication) -> list[dict[str, Any]]:
        return [{"printed": each.printed, "status": each.status} for each in row.references.all()]
