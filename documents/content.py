"""What a letter says, as plain data.

Whoever issues a letter composes a `Letter`; `letters.draw` turns it into a PDF. Every string is plain text
(no markup); a line break inside a string stays a line break. Nothing here knows what an application is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from documents.models import Kind

Rows = tuple[tuple[str, str], ...]


class Address(str):
    """An address of this program that a QR code holds. It stays as it is: in a person's text a long word gets
    places to break, which would make it another address.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: printed at the top of the first page. `logo` is a PNG (shown 18 mm high) or None."""

    hospital: str
    office: str
    address: tuple[str, ...] = ()
    logo: bytes | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs under a heading; `quoted` sets them as a quotation, word for word, and `source` says from
    where.
    """

    heading: str
    paragraphs: tuple[str, ...]
    quoted: bool = False
    source: str = ""
    shape: str = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value, one pair a row."""

    heading: str
    rows: Rows
    shape: str = field(default="facts", init=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with column headings; the first cell of each row names the row. `widths` in per cent, else
    equal.
    """

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    shape: str = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Points:
    """A list; `numbered` for conditions and questions one must be able to cite."""

    heading: str
    items: tuple[str, ...]
    numbered: bool = False
    shape: str = field(default="points", init=False)


@dataclass(frozen=True, slots=True)
class Box:
    """The part nobody may misread, in a frame: a headline ("155 g per ciclo"), its facts, remarks below."""

    heading: str
    headline: str
    detail: str = ""
    rows: Rows = ()
    remarks: tuple[str, ...] = ()
    shape: str = field(default="box", init=False)


Section = Text | Facts | Table | Points | Box


@dataclass(frozen=True, slots=True)
class Scan:
    """A code that whoever works with the letter types, or scans to open the address. The QR code stands
    beside the decision; the code itself is one of the highlights, whose label says what for.
    """

    code: str
    address: Address


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who answers for the letter: "Il Presidente della Commissione", "Dott.ssa Anna Verdi"."""

    role: str
    name: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything on the page, top to bottom.

    `number`, `code` and `issued_at` come from the reserved `Document`. `verdict` is the word set large
    ("Autorizzata"), `summary` its sentence, `highlights` up to three pairs beside each other (valid until,
    reassessment by, grams). `decision` travels inside the PDF as `decision.json`: anything `json` writes, no
    free text about the patient that the page does not show. `issued_at` is aware; the page shows its date in
    the hospital's time zone.
    """

    kind: Kind
    number: str
    code: str
    issued_at: datetime
    verify_url: Address
    letterhead: Letterhead
    title: str
    subject: str
    verdict: str
    summary: str
    sections: tuple[Section, ...]
    decision: Mapping[str, object]
    recipients: tuple[str, ...] = ()
    highlights: Rows = ()
    scan: Scan | None = None
    signatories: tuple[Signatory, ...] = ()
    closing: tuple[str, ...] = ()
    # A word at the top of every page, for what is not the last word: "PROVVISORIA".
    watermark: str = ""
    language: str = "it"
