"""Form fields for what clinicians type: Italian numbers and dates, long texts, questions with few answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.dose_words import number
from catalogue.pasted import clean_text

SHORT, LONG = 200, 10_000

PLAIN_NUMBER = re.compile(r"-?[0-9]{1,12}([.,][0-9]{1,12})?")
# "1.250" may be one and a quarter or one thousand two hundred and fifty; "0.250" is not in doubt.
AMBIGUOUS = re.compile(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+")

CLOCK_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.,]([0-5][0-9])")


class Text(forms.CharField):
    """A line, or with `rows` a text area, of at most `max_length` characters.

    The limit is told, not enforced by the browser: a pasted text would be cut without a word.
    """

    def __init__(self, *, rows: int = 0, size: int = 0, max_length: int = SHORT, **kwargs: Any) -> None:
        self.rows = rows
        attrs: dict[str, Any] = {"rows": rows} if rows else {"autocomplete": "off"}
        if size:
            attrs["data-size"] = str(size)
        widget = forms.Textarea(attrs) if rows else forms.TextInput(attrs)
        super().__init__(widget=widget, max_length=max_length, **kwargs)
        self.error_messages.setdefault("max_length", "")
        self.error_messages["max_length"] = gettext_lazy(
            "The text is too long: %(limit_value)d characters at most, these are %(show_value)d."
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def to_python(self, value: Any) -> str:
        text = clean_text(str(value or ""))
        return str(super().to_python(text if self.rows else re.sub(r"[\n\t]+", " ", text)) or "")


class Number(forms.Field):
    """A number written the Italian or the English way, between `least` and `most`, `places` decimals at most.

    Never Django's localised field, which reads "82.500" as eighty-two thousand five hundred.
    """

    def __init__(
        self, *, least: str, most: str, places: int = 0, unit: Any = "", example: str = "", **kwargs: Any
    ) -> None:
        self.least, self.most, self.places, self.example = Decimal(least), Decimal(most), places, example
        self.unit = unit
        attrs = {"inputmode": "decimal" if places else "numeric", "autocomplete": "off", "data-size": "6"}
        if unit:
            attrs["data-unit"] = unit
        super().__init__(widget=forms.TextInput(attrs), **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        text = re.sub(r"[\s\u00a0\u202f]", "", str(value or "")).replace("−", "-")
        if not text:
            return None
        if AMBIGUOUS.fullmatch(text):
            raise ValidationError(
                _("“%(text)s” can be read in two ways: write %(small)s or %(large)s.")
                % {
                    "text": text,
                    "small": number(Decimal(text), 3) if text.count(".") == 1 else "…",
                    "large": text.replace(".", ""),
                },
                code="ambiguous",
            )
        if not PLAIN_NUMBER.fullmatch(text):
            raise ValidationError(
                _("Write a number, for example %(example)s.") % {"example": self._example()}, code="invalid"
            )
        return Decimal(text.replace(",", "."))

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        if not self.least <= value <= self.most:
            raise ValidationError(
                _("Write a number between %(least)s and %(most)s.")
                % {"least": number(self.least, 3), "most": number(self.most, 3)},
                code="out_of_range",
            )
        if value != value.quantize(Decimal(1).scaleb(-self.places)):
            raise ValidationError(self._too_precise(), code="too_precise")

    def _too_precise(self) -> str:
        if not self.places:
            return _("Write a whole number.")
        return _("Write %(places)d decimals at most.") % {"places": self.places}

    def _example(self) -> str:
        return self.example or number((self.least + self.most) / 2, min(self.places, 1))


class Whole(Number):
    """A whole number."""

    def clean(self, value: Any) -> int | None:
        read = super().clean(value)
        return None if read is None else int(read)


class Day(forms.DateField):
    """A date typed as day/month/year (1/2/2026, 01.02.2026) or sent as 2026-02-01."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Day/month/year, for example 5/3/2026."))
        super().__init__(
            input_formats=["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d"],
            widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "data-size": "12"}),
            **kwargs,
        )
        self.error_messages["invalid"] = gettext_lazy("Write a date as day/month/year, for example 5/3/2026.")

    def to_python(self, value: Any) -> date | None:
        read = super().to_python(re.sub(r"\s", "", str(value or "")))
        if read is not None and not 1890 <= read.year <= 2200:
            raise ValidationError(_("Check the year: %(year)d.") % {"year": read.year}, code="year")
        return read


class ClockTime(Text):
    """A time of day as a text "HH:MM"; typed also as 8.05."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(size=6, max_length=20, **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        read = CLOCK_TIME.fullmatch(text)
        if not read:
            raise ValidationError(_("Write a time as hours:minutes, for example 8:05."), code="invalid")
        return f"{int(read[1]):02d}:{read[2]}"


class Choice(forms.ChoiceField):
    """Radio buttons, none of them chosen beforehand."""

    def __init__(self, choices: Iterable[tuple[str, Any]], *, inline: bool = False, **kwargs: Any) -> None:
        attrs = {"data-inline": ""} if inline else {}
        super().__init__(choices=list(choices), widget=forms.RadioSelect(attrs), **kwargs)
        self.error_messages["invalid_choice"] = gettext_lazy("Choose one of the answers.")


class YesNo(Choice):
    """Yes or no, as a boolean; None as long as nobody answered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))], inline=True, **kwargs)

    def clean(self, value: Any) -> bool | None:
        answer = super().clean(value)
        return None if answer == "" else answer == "yes"


class Ticks(forms.MultipleChoiceField):
    """Boxes to tick. What is no longer on offer (another row was chosen since) is dropped in silence."""

    def __init__(self, choices: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        self.offered = dict(choices)
        super().__init__(choices=list(self.offered.items()), widget=forms.CheckboxSelectMultiple, **kwargs)

    def to_python(self, value: Any) -> list[str]:
        ticked = [value] if isinstance(value, str) else value or []
        return [str(one) for one in ticked if str(one) in self.offered]


class Tick(forms.BooleanField):
    """One box: stored as "yes" where it is ticked."""

    widget = forms.CheckboxInput(attrs={"value": "yes"})


def day_words(day: date) -> str:
    """5 March 2026, in the reader's language."""
    return date_format(day, "DATE_FORMAT")
