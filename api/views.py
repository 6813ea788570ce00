"""Doors for machines. So far the published catalogue, to read; for whoever is signed in."""

from __future__ import annotations

from django.db.models import QuerySet
from rest_framework.viewsets import ReadOnlyModelViewSet

from api.serializers import IndicationSerializer, WholeIndicationSerializer
from catalogue.models import Indication


class IndicationViewSet(ReadOnlyModelViewSet[Indication]):
    """The rows of the published edition, in printed order."""

    lookup_field = "code"
    lookup_value_regex = "[A-Z]{3}-[0-9]{2}"
    required_scopes = {"GET": "catalogue:read"}
    needs_person = False
    pagination_class = None  # an edition is a page, not a stream

    def get_queryset(self) -> QuerySet[Indication]:
        return Indication.objects.current().with_everything().order_by("position")

    def get_serializer_class(self) -> type[IndicationSerializer]:
        return WholeIndicationSerializer if self.action == "retrieve" else IndicationSerializer
