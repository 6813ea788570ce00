"""Small helpers of the templates, loaded everywhere (settings, `builtins`): icons, fields, error summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BaseForm, BaseFormSet, CheckboxInput, RadioSelect
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of static/img/icons.svg; it says nothing by itself, so put the words beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.filter
def unit(field: BoundField) -> str:
    """Return the unit shown after a number, from the widget's `data-unit`."""
    return str(field.field.widget.attrs.get("data-unit", ""))


@register.filter
def is_one_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the field is a list of radios or checkboxes."""
    return isinstance(field.field.widget, RadioSelect)


@register.filter
def inline(field: BoundField) -> bool:
    """Whether the choices stand on one line, from the widget's `data-inline`."""
    return "data-inline" in field.field.widget.attrs


@register.filter
def is_optional(field: BoundField) -> bool:
    """Whether "(optional)" is shown.

    A draft accepts every field empty: such a form names the ones that may stay empty for good in `optional`.
    """
    named: Iterable[str] | None = getattr(field.form, "optional", None)
    return field.name in named if named is not None else not field.field.required


@register.filter
def anchor(field: BoundField) -> str:
    """Return the id a link in the error summary goes to: the input, or the first of a group of choices."""
    return field.id_for_label or f"{field.auto_id}_0"


def _problems(forms: Iterable[BaseForm | BaseFormSet[Any]]) -> Iterator[tuple[str, str]]:
    for form in forms:
        if isinstance(form, BaseFormSet):
            yield from (("", str(error)) for error in form.non_form_errors())
            yield from _problems(form.forms)
            continue
        yield from (("", str(error)) for error in form.non_field_errors())
        for field in form:
            target = "" if field.is_hidden else anchor(field)
            yield from ((target, str(error)) for error in field.errors)


@register.inclusion_tag("forms/errors.html")
def error_summary(*forms: BaseForm | BaseFormSet[Any] | None) -> dict[str, Any]:
    """List what is wrong in these forms and formsets, in field order, each linked to its field."""
    bound = [form for form in forms if form and form.is_bound]
    return {"problems": list(_problems(bound))}


@register.simple_tag(takes_context=True)
def address(context: dict[str, Any], **changes: object) -> str:
    """Return `?…`: the page's query with these parameters replaced; None or "" drops one."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return "?" + urlencode(list(query.lists()), doseq=True)
