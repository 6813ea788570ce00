"""From the forms of the screens to the bodies of the API and back: one rulebook, two ways to it.

`body_of` makes the description of a form (what OpenAPI shows, what is refused for its shape); `posted` turns
a body into what a browser would have sent, which the form then reads as ever. The API speaks plainly: numbers
with a point, dates as 2026-02-01, true and false. The screens' commas and "yes" stay inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from catalogue.fields import Day, Number, Text, Tick, Ticks, Whole, YesNo

Fields = dict[str, serializers.Field[Any, Any, Any, Any]]

# What a page carries for itself; the headers of a call say it instead.
OF_THE_PAGE = ("version", "round", "seen", "search")
LONGEST = 10_000


class Body(serializers.Serializer[Any]):
    """A body that refuses fields it does not know: a misspelt one would be lost without a word."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [name for name in data if name not in self.fields]):
            told = {str(name): [UNKNOWN] for name in unknown}
            raise serializers.ValidationError(told)
        return super().to_internal_value(data)


UNKNOWN = gettext_lazy("There is no such field.")


def field_of(field: forms.Field) -> serializers.Field[Any, Any, Any, Any]:
    """The description of one field. Whether it may be empty is for the rules to say: none is required."""
    usual: dict[str, Any] = {"required": False, "allow_null": True, "help_text": field.label or ""}
    match field:
        case Whole():
            return serializers.IntegerField(min_value=int(field.least), max_value=int(field.most), **usual)
        case Number():
            digits = len(str(int(max(abs(field.least), abs(field.most))))) + field.places
            bounds: dict[str, Any] = {"min_value": field.least, "max_value": field.most}
            return serializers.DecimalField(digits, field.places, **bounds, **usual)
        case Day():
            return serializers.DateField(**usual)
        case YesNo() | Tick():
            return serializers.BooleanField(**usual)
        case Ticks():
            choices = serializers.ChoiceField([str(value) for value in field.offered])
            return serializers.ListField(child=choices if field.offered else text(), **usual)
        case forms.ChoiceField() if values := [str(value) for value, _label in listed(field) if value != ""]:
            return serializers.ChoiceField(values, **usual)
        case Text():
            return text(field.max_length or LONGEST, **usual)
    return text(**usual)


def listed(field: forms.ChoiceField) -> list[tuple[Any, Any]]:
    offered: Any = field.choices
    return [(value, label) for value, label in offered if not isinstance(label, list | tuple)]


def text(longest: int = LONGEST, **usual: Any) -> serializers.CharField:
    return serializers.CharField(max_length=longest, allow_blank=True, trim_whitespace=False, **usual)


def fields_of(given: Mapping[str, forms.Field]) -> Fields:
    return {name: field_of(field) for name, field in given.items() if name not in OF_THE_PAGE}


def body_of(name: str, form: type[forms.Form], **others: Any) -> type[Body]:
    """The body that a form stands for; `others` are the fields that depend on the application, or replace
    what only a page can choose from. None leaves one out."""
    declared: Any = form.base_fields
    found = {**fields_of(declared), **others}
    return type(name, (Body,), {key: field for key, field in found.items() if field is not None})


def posted(told: Mapping[str, Any], given: Mapping[str, forms.Field]) -> QueryDict:
    """What a browser would have sent for these values; `given` are the form's fields."""
    data = QueryDict(mutable=True)
    for name, value in told.items():
        data.setlist(name, [*words(value, given.get(name))])
    return data


def is_plain(value: Any) -> bool:
    """What an answer of the form may be: a text, a number, yes or no, nothing, or a list of such."""
    if isinstance(value, list):
        return all(isinstance(one, str | int | float) for one in value)
    return value is None or isinstance(value, str | int | float)


def words(value: Any, field: forms.Field | None) -> list[str]:
    match value:
        case None:
            return []
        case bool():
            if isinstance(field, YesNo) or not isinstance(field, forms.BooleanField):
                return ["yes" if value else "no"]
            return ["yes"] if value else []
        case Decimal() | float():
            return [f"{Decimal(str(value)):f}".replace(".", ",")]
        case date():
            return [value.isoformat()]
        case list() | tuple():
            return [one for part in value for one in words(part, None)]
    return [str(value)]
