"""The forms of the editions: they hold what was typed; what is wrong with it is for `checking.py` to say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy

from catalogue.faults import Fault
from catalogue.labels import LABELS
from catalogue.models import Edition
from catalogue.models.indication import PRINTED
from catalogue.shape import EDITION as HEADING
from catalogue.typed import taken

LONG = models.TextField()
HINTS = {
    "synonyms": gettext_lazy("One on each line."),
    "overlaps_with": gettext_lazy("Codes of rows of this edition, one on each line."),
    "cap_g": gettext_lazy("Only where the schedule is per cycle with a cap."),
    "cycles": gettext_lazy("Empty where no number is printed."),
    "basis_settled_on": gettext_lazy("Day/month/year, for example 5/3/2026."),
    "printed": gettext_lazy("Exactly as printed, slips included."),
    "effective_on": gettext_lazy("Day/month/year, for example 5/3/2026."),
    "alternatives": gettext_lazy("The same letter for those of which one is enough."),
    "line": gettext_lazy("Where the table prints lines of therapy."),
    "where": gettext_lazy("condition, reference_therapies, schedule, note, reference:1 …"),
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File of the edition"),
        help_text=gettext_lazy(
            "JSON or XLSX, at most 5 MB. Nothing is written before you have seen what changes."
        ),
        error_messages={
            "required": gettext_lazy("Choose a file"),
            "missing": gettext_lazy("Choose a file"),
            "empty": gettext_lazy("The file is empty"),
        },
        widget=forms.ClearableFileInput({"accept": ".json,.xlsx"}),
    )


class PartForm(forms.Form):
    """Fields made from the model's, none of them required here; `content` is what a file would hold."""

    use_required_attribute = False
    optional: tuple[str, ...] = ()

    def build(self, part: str, model: type[models.Model] | None, names: Iterable[str]) -> None:
        self.kinds: dict[str, Any] = {}
        for name in names:
            is_field = model is not None and name != "sub_criterion"
            kind: Any = model._meta.get_field(name) if model is not None and is_field else LONG
            self.kinds[name] = kind
            self.fields[name] = input_for(kind, LABELS[part][name], HINTS.get(name, ""), name)
        self.optional = tuple(name for name, kind in self.kinds.items() if _may_be_empty(name, kind))

    def content(self) -> dict[str, Any]:
        values = {name: taken(kind, self.cleaned_data.get(name)) for name, kind in self.kinds.items()}
        return {name: value for name, value in values.items() if value is not None}

    def place(self, name: str, sentence: str) -> None:
        """A fault beside its field, named in the summary; above the form where it is nobody's."""
        if name in self.fields:
            sentence = f"{self.fields[name].label}: {sentence[:1].lower()}{sentence[1:]}"
        self.add_error(name if name in self.fields else None, sentence)


def _may_be_empty(name: str, kind: Any) -> bool:
    if isinstance(kind, models.BooleanField):
        return False
    if name in PRINTED:  # the row outside the catalogue alone prints nothing
        return False
    return name in ("sub_criterion", "line", "alternatives") or (kind is not LONG and bool(kind.blank))


def input_for(kind: Any, label: Any, hint: Any, name: str) -> forms.Field:
    """The input that suits a field of the catalogue."""
    common: dict[str, Any] = {"label": label, "help_text": hint, "required": False}
    if kind.choices:
        return forms.ChoiceField(choices=[("", "—"), *kind.flatchoices], **common)
    if isinstance(kind, models.BooleanField):
        return forms.BooleanField(**common)
    if isinstance(kind, models.TextField | ArrayField) and name not in ("sub_criterion", "where"):
        return forms.CharField(widget=forms.Textarea({"rows": 3}), **common)
    numeric = isinstance(kind, models.DecimalField | models.PositiveSmallIntegerField)
    size = "6" if numeric else "12" if isinstance(kind, models.DateField) else ""
    attrs = {"autocomplete": "off"} | ({"data-size": size} if size else {})
    return forms.CharField(widget=forms.TextInput(attrs), **common)


class HeadingForm(PartForm):
    """The heading of a draft; its code is given once, when it is started."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, names: Iterable[str] = HEADING, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.build("edition", Edition, names)

    def refuse(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self.place(str(fault.path[0]), fault.sentence)


class PublishForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput)
    effective_on = forms.DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("Day/month/year, for example 5/3/2026. Not later than today."),
        input_formats=["%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d"],
        widget=forms.DateInput({"data-size": "12", "autocomplete": "off"}, format="%d/%m/%Y"),
        error_messages={
            "required": gettext_lazy("Write the day"),
            "invalid": gettext_lazy("Write a date as day/month/year, for example 5/3/2026."),
        },
    )


def renew(form: forms.Form, seen: str) -> None:
    """Keeps what was typed, for the content as it is now."""
    data: Any = form.data
    form.data = data = data.copy()
    data["seen"] = seen
