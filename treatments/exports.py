"""Lists as files: XLSX, and CSV as Italian Excel reads it. Each leaves a line in the trail.

A cell that begins like a formula is never one: somebody's text must not run on the reader's machine.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
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
    file.seek(0)
    response = FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}-{timezone.localtime(at):%Y-%m-%d}.{format_}",
        content_type=content_type,
    )
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
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    titles = [WriteOnlyCell(sheet, title) for title in header]
    for title in titles:
        title.font = Font(bold=True)
    sheet.append(titles)
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])
    book.save(file)


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
