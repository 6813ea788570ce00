"""An edition as a workbook: which sheet and column holds what. Written and read by the same table.

A column's heading is its name for people and, in square brackets, the field's name in the file: the reader
goes by the latter, so a workbook may be filled in by somebody who reads another language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from catalogue.checking import LISTS
from catalogue.labels import ROW as ROWS
from catalogue.labels import label
from catalogue.models import Edition, Indication
from catalogue.shape import CHILDREN, EDITION, ROW

LINK = "row"  # the column of a sheet of parts that says which row the line belongs to


@dataclass(frozen=True)
class Sheet:
    """`part` is the part of the file it holds; its lines hang from a row unless it is the rows' own."""

    title: str
    part: str
    columns: tuple[str, ...]
    model: type[models.Model] | None = None

    @property
    def is_linked(self) -> bool:
        return self.columns[0] == LINK

    def field(self, name: str) -> Any:
        """The model's field of a column; a text field where the column is no field of its own."""
        if self.model is None or name in (LINK, "sub_criterion"):
            return _TEXT
        return self.model._meta.get_field(name)

    def heading(self, name: str) -> str:
        words = label(ROWS, "code") if name == LINK else label(self.part, name)
        return f"{words} [{name}]"


_TEXT = models.TextField()
_OF_ROW = tuple(name for name in ROW if name not in LISTS)
SHEETS = (
    Sheet("edition", "edition", EDITION, Edition),
    Sheet("rows", ROWS, _OF_ROW, Indication),
    *(
        Sheet(title, part, (LINK, *CHILDREN[part][1]), CHILDREN[part][0])
        for title, part in (
            ("sub-criteria", "sub_criteria"),
            ("therapies", "reference_therapies"),
            ("references", "references"),
        )
    ),
    Sheet("notes", "interpretation_notes", (LINK, *LISTS["interpretation_notes"])),
    Sheet("typos", "suspected_typos", (LINK, *LISTS["suspected_typos"])),
)


def lines(sheet: Sheet, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What stands on a sheet, line by line, as the file holds it."""
    if sheet.part == "edition":
        return [content["edition"]]
    if not sheet.is_linked:
        return list(content["indications"])
    return [{LINK: row["code"], **part} for row in content["indications"] for part in row.get(sheet.part, [])]
