"""From what a person typed, into a cell of a spreadsheet or a field of a page, to the value a file holds."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from catalogue.dose_values import plain

YES = {"true", "vero", "sì", "si", "yes", "x", "1"}
NO = {"false", "falso", "no", "0"}
NUMBER = re.compile(r"[0-9]{1,6}([.,][0-9]{1,6})?")
DAY = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")


def taken(field: Any, typed: object) -> Any:
    """The value for the field, None for nothing; what cannot be read stays as it is: the checks name it."""
    value = _text(typed) if isinstance(typed, str) else typed
    if value is None or value == "":
        return None
    if isinstance(field, models.BooleanField):
        return _truth(value)
    if isinstance(field, models.PositiveSmallIntegerField):
        return _whole(value)
    if isinstance(field, models.DecimalField):
        return _decimal(value)
    if isinstance(field, models.DateField):
        return _day(value)
    if isinstance(field, ArrayField):
        return [line.strip() for line in str(value).splitlines() if line.strip()]
    return _words(value)


def _text(typed: str) -> str:
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip()


def _truth(value: object) -> Any:
    if isinstance(value, bool):
        return value
    word = str(value).casefold()
    return True if word in YES else False if word in NO else value


def _whole(value: object) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
        return int(value)
    return value


def _decimal(value: object) -> Any:
    """Decimals travel as text; what a spreadsheet computed in binary is rounded to what was meant."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return plain(Decimal(str(round(value, 6))))
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return plain(Decimal(value.replace(",", ".")))
    return str(value)


def _day(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if parts := DAY.fullmatch(str(value)):
        day, month, year = parts.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    return str(value)


def _words(value: object) -> str:
    """Text, also where the spreadsheet made a number of it (a PMID, a code)."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
