"""Pages of a list by cursor: the place is the last row's, so nothing is skipped while others are added."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request

from api.problems import bad_query, error, flattened
from treatments.paging import Keyset

Row = TypeVar("Row", bound=Model)
SIZE, MOST = 50, 200
UNKNOWN = gettext_lazy("There is no such parameter.")


class Query(serializers.Serializer[Any]):
    """The parameters of a list; one that is unknown or cannot be read is told, not dropped."""

    cursor = serializers.CharField(
        required=False, max_length=200, help_text="From `next` of the page before; empty: the first page."
    )
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST, default=SIZE)

    @classmethod
    def of(cls, request: Request, **context: Any) -> dict[str, Any]:
        """The parameters as values. Raises `Problem` 400 with each that cannot be taken."""
        asked = request.query_params
        lists = (serializers.MultipleChoiceField, serializers.ListField)
        told = {
            name: asked.getlist(name) if isinstance(field, lists) else asked[name]
            for name, field in cls().fields.items()
            if name in asked
        }
        query = cls(data=told, context=context)
        if unknown := [name for name in asked if name not in query.fields]:
            raise bad_query(error(f"/{name}", UNKNOWN) for name in unknown)
        if not query.is_valid():
            raise bad_query(flattened(query.errors))
        return dict(query.validated_data)


def page(
    order: Keyset, rows: QuerySet[Row], asked: Mapping[str, Any], *, told: Callable[[list[Row]], list[Any]]
) -> dict[str, Any]:
    """`{"results": […], "next": cursor or null}`. Raises `Problem` 400 for a cursor that is none."""
    cursor = asked.get("cursor") or ""
    if cursor and order.read(rows.model, cursor) is None:
        raise bad_query([error("/cursor", _("This cursor is none of ours: begin with the first page."))])
    found = order.page(rows, {"after": cursor} if cursor else {}, size=asked["limit"])
    return {"results": told(found.rows), "next": found.after or None}


def paged(one: type[serializers.BaseSerializer[Any]], name: str) -> type[serializers.Serializer[Any]]:
    """The description of a page of those."""
    fields = {
        "results": one(many=True),
        "next": serializers.CharField(allow_null=True, help_text="The cursor of the next page."),
    }
    return type(name, (serializers.Serializer,), fields)
