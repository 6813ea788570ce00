"""A workbook of an edition, read into the content of a catalogue file, with the cell each value stood in.

The file comes from a person and is judged, not trusted: how large it may unfold, no formulas (a cached result
is not what the reader sees), no sheet or column that would be ignored in silence.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from catalogue.faults import Fault, Path
from catalogue.refusals import CatalogueError
from catalogue.sheets import LINK, SHEETS, Sheet
from catalogue.typed import taken

MOST_BYTES = 20_000_000  # unfolded
MOST_FILES = 200
MOST_LINES = 5_000  # of a sheet
MOST_COLUMNS = 60
NAME = re.compile(r"\[([a-z_]+)\]\s*$")


Cells = dict[Path, str]
Line = dict[str, Any]


@dataclass
class Book:
    """What was read: the content, the cell of every value by its path, and what could not be read."""

    content: dict[str, Any] = field(default_factory=lambda: {"edition": {}, "indications": []})
    cells: Cells = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    def located(self, fault: Fault) -> Fault:
        """The fault with the cell its value stands in, or the line it belongs to: "therapies!B7"."""
        for length in range(len(fault.path), 0, -1):
            if cell := self.cells.get(fault.path[:length]):
                return replace(fault, cell=cell)
        return fault

    def wrong(self, cell: str, sentence: str) -> None:
        self.faults.append(Fault((), sentence, cell=cell))


def read(file: IO[bytes]) -> Book:
    """Raises CatalogueError where the file is no workbook, or one that nobody would have filled in."""
    _judge(file)
    try:
        workbook = load_workbook(file, read_only=True)
        papers = {paper.title.strip().casefold(): paper for paper in workbook.worksheets}
        return _read(papers)
    except CatalogueError:
        raise
    except Exception as error:  # openpyxl raises whatever its parts raise
        raise CatalogueError(_("The file cannot be read as an XLSX workbook.")) from error


def _judge(file: IO[bytes]) -> None:
    """Sizes as the archive declares them: the reader stops there, whatever is packed."""
    try:
        entries = zipfile.ZipFile(file).infolist()
    except zipfile.BadZipFile as error:
        raise CatalogueError(_("The file is not an XLSX workbook.")) from error
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise CatalogueError(_("The workbook unfolds to more than a catalogue can be: nothing was read."))
    file.seek(0)


def _read(papers: dict[str, Any]) -> Book:
    book = Book()
    for sheet in SHEETS:
        paper = papers.pop(sheet.title, None)
        if paper is not None:
            for number, line in _lines(book, sheet, paper):
                _place(book, sheet, number, line)
        elif not sheet.is_linked:
            book.wrong(sheet.title, _("This sheet is missing."))
    for title in papers:
        book.wrong(title, _("No sheet has this name: rename it or take it out."))
    return book


def _lines(book: Book, sheet: Sheet, paper: Any) -> Iterator[tuple[int, Line]]:
    """The lines that hold something, by column name, as typed."""
    paper.reset_dimensions()
    columns: dict[int, str] = {}
    for number, cells in enumerate(paper.iter_rows(max_row=MOST_LINES + 1, max_col=MOST_COLUMNS), 1):
        typed = {index: cell for index, cell in enumerate(cells, 1) if cell.value not in (None, "")}
        if number == 1:
            columns = _columns(book, sheet, typed)
        elif number > MOST_LINES and typed:
            book.wrong(f"{sheet.title}!A{number}", _("Too many lines: the file is read up to here."))
        elif typed:
            yield number, _values(book, sheet, number, columns, typed)


def _columns(book: Book, sheet: Sheet, typed: dict[int, Any]) -> dict[int, str]:
    columns: dict[int, str] = {}
    for index, cell in typed.items():
        words = str(cell.value)
        named = NAME.search(words)
        name = named.group(1) if named else words.strip()
        if name in sheet.columns and name not in columns.values():
            columns[index] = name
        else:
            book.wrong(
                _cell(sheet, index, 1),
                _("“%(name)s” is no column of this sheet, or it stands here twice.") % {"name": name[:50]},
            )
    return columns


def _values(book: Book, sheet: Sheet, number: int, columns: dict[int, str], typed: dict[int, Any]) -> Line:
    values: Line = {}
    for index, cell in typed.items():
        name = columns.get(index)
        if cell.data_type == "f":
            book.wrong(_cell(sheet, index, number), _("This is a formula: write the value itself."))
        elif name is None:
            book.wrong(_cell(sheet, index, number), _("This column has no heading."))
        else:
            values[name] = taken(sheet.field(name), cell.value)
    values["_cells"] = {name: _cell(sheet, index, number) for index, name in columns.items()}
    return values


def _place(book: Book, sheet: Sheet, number: int, line: Line) -> None:
    """Puts a line where it belongs in the content, and remembers its cells."""
    cells: dict[str, str] = line.pop("_cells")
    values = {name: value for name, value in line.items() if value is not None}
    first = f"{sheet.title}!A{number}"
    rows = book.content["indications"]
    path: Path
    if sheet.part == "edition":
        if book.content["edition"]:
            book.wrong(first, _("Only the first line of this sheet counts: take this one out."))
            return
        book.content["edition"], path = values, ("edition",)
    elif not sheet.is_linked:
        path = ("indications", len(rows))
        book.rows.setdefault(str(values.get("code")), len(rows))
        rows.append(values)
    else:
        index = book.rows.get(str(values.pop(LINK, "")))
        if index is None:
            book.wrong(cells.get(LINK, first), _("The sheet “rows” holds no row with this code."))
            return
        parts = rows[index].setdefault(sheet.part, [])
        path = ("indications", index, sheet.part, len(parts))
        parts.append(values)
        book.cells.setdefault(path[:-1], first)
    book.cells |= {path: first} | {(*path, name): cell for name, cell in cells.items()}


def _cell(sheet: Sheet, index: int, number: int) -> str:
    return f"{sheet.title}!{get_column_letter(index)}{number}"
