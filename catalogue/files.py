"""A catalogue file as a person or a command hands it over, JSON or XLSX: read and judged, nothing written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from catalogue import reading_xlsx
from catalogue.checking import problems
from catalogue.faults import Fault
from catalogue.refusals import CatalogueError

MOST_BYTES = 5_000_000


@dataclass(frozen=True)
class Read:
    """The content of a file, and everything that is wrong with it."""

    content: Any
    faults: list[Fault]


def read(file: IO[bytes]) -> Read:
    """By what is in it, not by its name. Raises CatalogueError where it is neither JSON nor a workbook."""
    file.seek(0)
    start = file.read(4)
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise CatalogueError(_("The file is larger than 5 MB: a catalogue is not."))
    file.seek(0)
    if start.startswith(b"PK"):
        book = reading_xlsx.read(file)
        # Where a sheet or a heading is wrong, what stands below it would be complained about in vain.
        return Read(book.content, book.faults or [book.located(fault) for fault in problems(book.content)])
    content = _json(file)
    return Read(content, problems(content))


def _json(file: IO[bytes]) -> Any:
    try:
        content = json.loads(file.read().decode("utf-8-sig"))
        json.dumps(content, ensure_ascii=False).encode()  # an escaped half of a pair is no text
        return content
    except (ValueError, RecursionError) as error:
        raise CatalogueError(_("This is not a JSON file in UTF-8: %(error)s.") % {"error": error}) from error
