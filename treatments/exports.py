"""Lists as files: XLSX, and CSV as Italian Excel reads it. Each leaves a line in the trail.

A cell that begins like a formula is never one: somebody's text must not run on the reader's machine.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.http import FileResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from accounts.models import User
from audit import trail

Cell = str | int | Decimal | date | datetime | None
Rows = Iterable[Sequence[Cell]]

# More rows than anybody reads; the last line of the file says that it stops there.
MOST = 100_000
IN_MEMORY = 1_000_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def answer(
    format_: str,
    name: str,
    header: Sequence[str],
    rows: Rows,
    *,
    filters: dict[str, Any],
    by: User,
    at: datetime,
) -> FileResponse:
    """The list as a file to download; `filters` (words and ids, no patient) goes into the trail.

    Raises KeyError for a format that is none of FORMATS.
    """
    write, content_type = FORMATS[format_]
    counted = Counted(rows)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    write(file, header, counted)
    data = {"list": name, "format": format_, "rows": counted.count, "filters": filters}
    trail.record(f"export:{by.pk}", "exported", by=by, at=at, data=data)
    return download(file, f"{name}-{timezone.localtime(at):%Y-%m-%d}.{format_}", content_type)


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook."""

    title: str
    header: Sequence[str]
    rows: Rows


def answer_book(
    name: str, sheets: Sequence[Sheet], *, filters: dict[str, Any], by: User, at: datetime
) -> FileResponse:
    """Several tables as one XLSX, a sheet each; the trail says so as of any list."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    book, count = Workbook(write_only=True), 0
    titles: list[str] = []
    for sheet in sheets:
        titles.append(sheet_title(sheet.title, taken=titles))
        counted = Counted(sheet.rows)
        write_sheet(book, titles[-1], sheet.header, counted)
        count += counted.count
    book.save(file)
    data = {"list": name, "format": "xlsx", "rows": count, "filters": filters}
    trail.record(f"export:{by.pk}", "exported", by=by, at=at, data=data)
    return download(file, f"{name}-{timezone.localtime(at):%Y-%m-%d}.xlsx", FORMATS["xlsx"][1])


def sheet_title(title: str, *, taken: Sequence[str]) -> str:
    """Excel takes 31 signs, some of them never, and no title twice whatever its case."""
    clean = re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip("' ")
    held = {one.lower() for one in taken}
    found, n = clean, 2
    while found.lower() in held:
        found, n = f"{clean[:28]} {n}", n + 1
    return found


def download(file: IO[bytes], filename: str, content_type: str) -> FileResponse:
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=filename, content_type=content_type)
    response["Cache-Control"] = "no-store, private"
    return response


class Counted:
    """The rows, counted while they pass, up to MOST; then one line that says so."""

    def __init__(self, rows: Rows) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        for row in self.rows:
            if self.count == MOST:
                yield [_("The list stops here, after %(n)d rows: narrow the filters.") % {"n": MOST}]
                return
            self.count += 1
            yield row


def write_csv(file: IO[bytes], header: Sequence[str], rows: Rows) -> None:
    """Semicolons, byte-order mark, decimal comma: what Italian Excel opens by a double click."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(header)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return f"{timezone.localtime(cell):%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case Decimal():
            return f"{cell:f}".replace(".", ",")
        case int():
            return str(cell)
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def write_xlsx(file: IO[bytes], header: Sequence[str], rows: Rows) -> None:
    """Written row by row: memory does not grow with the list."""
    book = Workbook(write_only=True)
    write_sheet(book, None, header, rows)
    book.save(file)


def write_sheet(book: Workbook, name: str | None, header: Sequence[str], rows: Rows) -> None:
    sheet: Any = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    titles = [WriteOnlyCell(sheet, title) for title in header]
    for title in titles:
        title.font = Font(bold=True)
    sheet.append(titles)
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])


def _cell(sheet: Any, cell: Cell) -> Any:
    if isinstance(cell, str):
        made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", cell))
        made.data_type = "s"  # text, whatever it begins with
        return made
    if isinstance(cell, datetime):
        return timezone.localtime(cell).replace(tzinfo=None)
    return cell


Writer = Callable[[IO[bytes], Sequence[str], Rows], None]
FORMATS: dict[str, tuple[Writer, str]] = {
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (write_csv, "text/csv; charset=utf-8"),
}
