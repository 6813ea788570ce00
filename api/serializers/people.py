"""Who and where, as every answer says it."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import Unit, User


class PersonSerializer(serializers.ModelSerializer[User]):
    """Somebody of the hospital; `name` as it stands on pages and letters."""

    username = serializers.CharField()
    name = serializers.CharField(source="signature")

    class Meta:
        model = User
        fields = ("username", "name")


class UnitSerializer(serializers.ModelSerializer[Unit]):
    code = serializers.CharField()
    hospital = serializers.CharField(source="hospital.name")

    class Meta:
        model = Unit
        fields = ("code", "name", "hospital")
