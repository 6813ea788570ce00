"""An edition as an XLSX workbook, which can be imported again unchanged (`reading_xlsx.py`)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from catalogue.sheets import SHEETS, Sheet, lines

ROOM = 300  # lines below the last one in which the lists of choices are still offered


def write(file: IO[bytes], content: Mapping[str, Any]) -> None:
    """Writes the content of an edition, as `shape.edition_content` gives it."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in SHEETS:
        paper = book.create_sheet(sheet.title)
        _head(paper, sheet)
        for number, line in enumerate(lines(sheet, content), 2):
            for column, name in enumerate(sheet.columns, 1):
                _put(paper, number, column, sheet.field(name), line.get(name))
        _offer_choices(paper, sheet)
    book.save(file)


def _head(paper: Worksheet, sheet: Sheet) -> None:
    paper.freeze_panes = "B2"
    for column, name in enumerate(sheet.columns, 1):
        cell = paper.cell(1, column, sheet.heading(name))
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        is_long = type(sheet.field(name)) in (models.TextField, ArrayField)
        paper.column_dimensions[get_column_letter(column)].width = 50 if is_long and column > 1 else 16


def _put(paper: Worksheet, number: int, column: int, field: Any, value: Any) -> None:
    if value is None:
        return
    cell = paper.cell(number, column)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if isinstance(field, models.DecimalField):
        cell.value = Decimal(value)
    elif isinstance(field, models.DateField):
        cell.value = date.fromisoformat(value)
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, bool | int):
        cell.value = value
    else:
        cell.value = "\n".join(value) if isinstance(value, list) else value
        cell.data_type = "s"  # text, whatever it begins with


def _offer_choices(paper: Worksheet, sheet: Sheet) -> None:
    for column, name in enumerate(sheet.columns, 1):
        field = sheet.field(name)
        words = ["TRUE", "FALSE"] if isinstance(field, models.BooleanField) else []
        words = words or [str(value) for value, _label in field.choices or ()]
        if words:
            rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
            letter = get_column_letter(column)
            rule.add(f"{letter}2:{letter}{paper.max_row + ROOM}")
            paper.add_data_validation(rule)
