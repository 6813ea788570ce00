"""The catalogue: published editions, their rows, and what a dose under a row comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.people import day
from api import schema
from api.bodies import Body
from api.doors import Door
from api.problems import error, invalid, pointer
from api.serializers.catalogue import (
    DoseSerializer,
    EditionSerializer,
    IndicationSerializer,
    WholeIndicationSerializer,
)
from catalogue import dosing
from catalogue.choices import EditionStatus
from catalogue.dose_words import error_sentence
from catalogue.doses import DosePolicy
from catalogue.models import Edition, Indication, Product
from catalogue.schedules import Request as Asked
from catalogue.schedules import Unit
from catalogue.weights import PatientFacts, Sex

SCOPES = {"GET": "catalogue:read", "POST": "catalogue:read"}


class CatalogueDoor(Door):
    required_scopes: ClassVar[dict[str, str]] = SCOPES
    needs_person = False  # the catalogue is nobody's

    def row(self, code: str) -> Indication:
        if not code.isprintable():
            raise Http404
        return get_object_or_404(Indication.objects.current().with_everything(), code=code)


class Editions(CatalogueDoor):
    @extend_schema(operation_id="editions_list", responses=EditionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Editions that are or were in force, the latest first."""
        found = Edition.objects.exclude(status=EditionStatus.DRAFT).order_by("-effective_on", "-pk")
        return Response(EditionSerializer(found, many=True).data)


class EditionRows(CatalogueDoor):
    @extend_schema(
        operation_id="editions_indications",
        responses={200: IndicationSerializer(many=True), **schema.problems(404)},
    )
    def get(self, request: Request, code: str) -> Response:
        """The rows of one edition, in printed order. A published edition never changes."""
        edition = get_object_or_404(Edition.objects.exclude(status=EditionStatus.DRAFT), code=code)
        rows = edition.indications.with_everything().order_by("position")
        return Response(IndicationSerializer(rows, many=True).data)


class Indications(CatalogueDoor):
    @extend_schema(operation_id="indications_list", responses=IndicationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The rows of the edition in force, in printed order."""
        rows = Indication.objects.current().with_everything().order_by("position")
        return Response(IndicationSerializer(rows, many=True).data)


class IndicationView(CatalogueDoor):
    @extend_schema(
        operation_id="indications_read", responses={200: WholeIndicationSerializer, **schema.problems(404)}
    )
    def get(self, request: Request, code: str) -> Response:
        """One row with its printed text, its uses, its therapies and its references."""
        return Response(WholeIndicationSerializer(self.row(code)).data)


class DoseBody(Body):
    """Who is treated, and with what; weight in kg, height in cm, dose in g/kg as the row's `basis` says."""

    sex = serializers.ChoiceField([one.value for one in Sex])
    age_years = serializers.IntegerField(min_value=0, max_value=130)
    age_days = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=50_000)
    weight_kg = serializers.DecimalField(6, 3, min_value=Decimal("0.3"), max_value=Decimal(350))
    height_cm = serializers.DecimalField(
        5, 1, required=False, allow_null=True, min_value=Decimal(20), max_value=Decimal(260)
    )
    pregnant = serializers.BooleanField(required=False, default=False)
    g_per_kg = serializers.DecimalField(4, 3, min_value=Decimal("0.001"), max_value=Decimal(5))
    days = serializers.IntegerField(min_value=1, max_value=10)
    cycles = serializers.IntegerField(required=False, default=1, min_value=1, max_value=24)
    interval = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=365)
    interval_unit = serializers.ChoiceField([one.value for one in Unit], required=False)
    product = serializers.CharField(required=False, max_length=40, help_text="Code of the product.")


class DoseView(CatalogueDoor):
    @extend_schema(
        operation_id="indications_dose",
        request=DoseBody,
        responses={200: DoseSerializer, **schema.problems(404, 422)},
    )
    def post(self, request: Request, code: str) -> Response:
        """Compute a dose under a row; nothing is stored. A dose too high is computed, never cut: see
        `findings`."""
        row = self.row(code)
        body = DoseBody(data=request.data)
        body.is_valid(raise_exception=True)
        told = body.validated_data
        try:
            dose = dosing.dose(
                row.schedule(),
                facts(told),
                asked(told, on=day(self.at)),
                DosePolicy.of_the_hospital(settings.DOSE_POLICY),
            )
        except dosing.DoseError as wrong:
            field = wrong.field if wrong.field in body.fields else ""
            raise invalid([error(pointer(field) if field else "", error_sentence(wrong))]) from wrong
        return Response(DoseSerializer(dose).data)


def facts(told: dict[str, Any]) -> PatientFacts:
    return PatientFacts(
        Sex(told["sex"]),
        told["age_years"],
        told["weight_kg"],
        told.get("height_cm"),
        told["pregnant"],
        told.get("age_days"),
    )


def asked(told: dict[str, Any], *, on: Any) -> Asked:
    product = None
    if code := told.get("product"):
        found = Product.objects.active().filter(code=code).first()
        if found is None:
            raise invalid([error(pointer("product"), _("There is no product with this code."))])
        product = found.value(on=on)
    return Asked(
        told["g_per_kg"],
        told["days"],
        told["cycles"],
        told.get("interval"),
        Unit(told.get("interval_unit") or Unit.MONTHS),
        product,
    )
