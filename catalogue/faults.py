"""What is wrong with a catalogue file, or with a row as typed, and where."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where in the content: `("indications", 3, "references", 0, "doi")`."""

    path: Path
    sentence: str
    row: str = ""  # code of the row, or its number where it has none
    cell: str = ""  # in a workbook: "therapies!B7"

    def within(self, *path: str | int, row: str = "") -> Fault:
        return replace(self, path=(*path, *self.path), row=row or self.row)

    @property
    def place(self) -> str:
        """ "row IMM-01, references 1, doi": in the words of a JSON file."""
        inner = self.path[2:] if self.path[:1] == ("indications",) else self.path
        parts = [_("row %(row)s") % {"row": self.row}] if self.row else []
        for part in inner:
            if isinstance(part, int):
                parts[-1] += f" {part + 1}"
            else:
                parts.append(part)
        return ", ".join(parts)

    def __str__(self) -> str:
        places = [place for place in (self.cell, self.place) if place]
        return f"{', '.join(places)}: {self.sentence}" if places else self.sentence
