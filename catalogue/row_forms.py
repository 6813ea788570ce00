"""One row of a draft as a page to edit: its own fields, and the lists that hang from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.checking import LISTS
from catalogue.dose_words import number
from catalogue.faults import Fault
from catalogue.forms import PartForm
from catalogue.labels import PARTS, ROW
from catalogue.models import Indication
from catalogue.shape import CHILDREN
from catalogue.shape import ROW as FIELDS

# The cards of the page, line by line: what belongs together stands side by side.
GROUPS: tuple[tuple[Any, tuple[tuple[str, ...], ...]], ...] = (
    (
        gettext_lazy("Names"),
        (("code",), ("area", "priority"), ("name_it", "name_en"), ("synonyms", "overlaps_with")),
    ),
    (
        gettext_lazy("As printed"),
        (("printed_condition",), ("printed_reference_therapies",), ("printed_schedule",), ("printed_note",)),
    ),
    (
        gettext_lazy("For whom"),
        (("population", "max_age_years"), ("emergency_allowed", "not_routinely_indicated")),
    ),
    (
        gettext_lazy("Dose"),
        (
            ("basis", "basis_source"),
            ("basis_settled_by_it", "basis_settled_by_en"),
            ("basis_settled_on",),
            ("dose_min", "dose_max", "days_min", "days_max"),
            ("cap_g", "cycles", "cadence"),
            ("is_repeatable", "is_open_ended"),
        ),
    ),
    (gettext_lazy("Reassessment"), (("reassessment_trigger", "reassessment_after"),)),
)


class ChildForm(PartForm):
    """One use, therapy, reference, note or typo of a row."""

    part = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model, names = CHILDREN.get(self.part) or (None, LISTS[self.part])
        self.build(self.part, model, names)

    def has_changed(self) -> bool:
        """Something was typed, or ticked: a choice left as it came is nothing."""
        return any(self.data.get(self.add_prefix(name)) for name in self.kinds)


if TYPE_CHECKING:
    BaseFormSet = forms.BaseFormSet[ChildForm]
else:
    BaseFormSet = forms.BaseFormSet


class ChildFormSet(BaseFormSet):
    deletion_widget = forms.CheckboxInput
    ordering_widget = forms.TextInput({"data-size": "4", "inputmode": "numeric", "autocomplete": "off"})  # type: ignore[assignment]

    def add_fields(self, form: ChildForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Place")
        form.fields["DELETE"].label = _("Take out")
        form.optional = (*form.optional, "ORDER")

    @cached_property
    def kept(self) -> list[ChildForm]:
        """The filled forms in the order wanted, one for each entry of the file's list; known once valid."""
        return list(self.ordered_forms)

    @property
    def title(self) -> str:
        return str(PARTS[self.form.part][0])

    @property
    def one(self) -> str:
        return str(PARTS[self.form.part][1])


def child_forms(part: str) -> type[ChildFormSet]:
    form = type("Form", (ChildForm,), {"part": part})
    made = forms.formset_factory(
        form, formset=ChildFormSet, extra=1, can_order=True, can_delete=True, max_num=100, absolute_max=120
    )
    return made  # type: ignore[return-value]


class RowForm(PartForm):
    """The fields of a row itself."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [
            name for _title, lines in GROUPS for line in lines for name in line if is_new or name != "code"
        ]
        self.build(ROW, Indication, names)
        if is_new:
            self.fields["code"].help_text = _(
                "Area and number, for example IMM-01. It stays the same in later editions."
            )
        # In the order of the page, and with the fields of a file that stand in none of its cards.
        assert {*names, *LISTS, "code"} == set(FIELDS)  # noqa: S101 - a new column needs its card

    def groups(self) -> list[tuple[Any, list[list[forms.BoundField]]]]:
        return [
            (title, [[self[name] for name in line if name in self.fields] for line in lines])
            for title, lines in GROUPS
        ]


class WholeRow:
    """A row's form with those of its parts; knows how a row of a file becomes inputs, and back."""

    PARTS = (*CHILDREN, *LISTS)

    def __init__(
        self, row: Mapping[str, Any], *, seen: str = "", data: Any = None, is_new: bool = False
    ) -> None:
        fields = {name: value for name, value in row.items() if name in FIELDS}
        initial = {name: shown(Indication._meta.get_field(name), value) for name, value in fields.items()}
        self.form = RowForm(data, initial={**initial, "seen": seen}, is_new=is_new)
        self.sets = [
            child_forms(part)(data, prefix=part, initial=[*row.get(part, [])]) for part in self.PARTS
        ]

    def is_valid(self) -> bool:
        """Only what a browser can get wrong; the rest is told when it is saved."""
        return all([self.form.is_valid(), *(one.is_valid() for one in self.sets)])

    def content(self) -> dict[str, Any]:
        parts = {str(one.prefix): [form.content() for form in one.kept] for one in self.sets}
        return self.form.content() | {name: part for name, part in parts.items() if part}

    def refuse(self, faults: Iterable[Fault]) -> None:
        """Each fault beside its field."""
        sets = {one.prefix: one for one in self.sets}
        for fault in faults:
            part, *inner = fault.path
            if part in sets and inner:
                place = str(inner[1]) if len(inner) > 1 else ""
                sets[str(part)].kept[int(inner[0])].place(place, fault.sentence)
            else:
                words = f"{PARTS[str(part)][0]}: " if part in sets else ""
                self.form.place(str(part), words + fault.sentence)

    def has_errors(self) -> bool:
        return bool(self.form.errors) or any(any(one.errors) for one in self.sets)


def shown(kind: Any, value: Any) -> Any:
    """A value of a file as one types it: decimal comma, day before month, one entry on each line."""
    if isinstance(kind, models.DecimalField):
        return number(Decimal(value), 3)
    if isinstance(kind, models.DateField):
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return "\n".join(value) if isinstance(kind, ArrayField) else value
