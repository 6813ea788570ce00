"""Whether strangers' bytes are a PDF, JPEG or PNG that everybody can open and that does nothing by itself.

Run apart (`python -m approvals.examining`, bytes on stdin, the answer as JSON on stdout) with little memory
and time: a file made to break a reader breaks this process and nothing else. Knows no Django.

Kept as given: nothing is re-encoded, the hash in the snapshot is of what the person chose. So what could act
is refused instead of removed: JavaScript, starting programs, sending forms, XFA, media players. A restriction
on printing or copying is no obstacle to a reader and is let through; a password to open is. Files inside a
PDF are refused but for XML: Italian reports carry their own data as a CDA document (electronic health record,
"FSE 2.0"), and refusing those would mean scanning paper.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO
from typing import Any

import pikepdf
from PIL import Image

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
# The type is what the very first bytes say: a file that is two things at once is one of them here, and is
# served as that one only.
BEGINNINGS = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
# A page of A4 at 600 dots per inch is 35 million, a telephone's picture up to 50 million.
MAX_PIXELS = 50_000_000
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20

ACTING = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/RichMediaExecute"}
PLAYING = {"/RichMedia", "/3D", "/Movie", "/Screen", "/Sound"}
XML = (b"<?xml", b"<ClinicalDocument")


class Finding(StrEnum):
    FINE = ""
    EMPTY = "empty"
    UNKNOWN = "unknown"  # neither PDF nor JPEG nor PNG
    DAMAGED = "damaged"  # cut off, or made to break the reader
    LOCKED = "locked"  # needs a password to open
    ACTIVE = "active"  # a PDF that would do something
    ENCLOSING = "enclosing"  # a PDF with other files in it
    HUGE = "huge"  # more pixels than anybody's computer should unfold


def examine(data: bytes) -> tuple[Finding, str]:
    """What is wrong with the bytes, and their content type (of every beginning that is known)."""
    if not data:
        return Finding.EMPTY, ""
    content_type = next((found for begins, found in BEGINNINGS.items() if data.startswith(begins)), "")
    if not content_type:
        return Finding.UNKNOWN, ""
    return (_pdf(data) if content_type == PDF else _image(data, content_type)), content_type


def _image(data: bytes, content_type: str) -> Finding:
    try:
        with Image.open(BytesIO(data), formats=[content_type.removeprefix("image/").upper()]) as image:
            if image.width * image.height > MAX_PIXELS:
                return Finding.HUGE
            image.load()
    except Image.DecompressionBombError:
        return Finding.HUGE
    except Exception:
        # A parser of hostile bytes: whatever it raises means the same.
        return Finding.DAMAGED
    return Finding.FINE


def _pdf(data: bytes) -> Finding:
    try:
        # Without repairs: what is cut off half-way must not pass for the whole.
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            if not len(pdf.pages):
                return Finding.DAMAGED
            return next((found for thing in _dictionaries(pdf) if (found := _judge(thing))), Finding.FINE)
    except pikepdf.PasswordError:
        return Finding.LOCKED
    except Exception:
        return Finding.DAMAGED


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file, wherever it lies, those of streams included."""
    waiting: list[Any] = list(pdf.objects)
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Array):
            inside = list(thing)
        elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            yield thing
            inside = [value for _, value in thing.items()]
        else:
            continue
        # Indirect ones come by themselves.
        waiting += [one for one in inside if isinstance(one, pikepdf.Object) and not one.is_indirect]


def _judge(thing: Any) -> Finding:
    keys = set(thing.keys())
    kinds = [thing[key] for key in ("/S", "/Subtype") if key in keys]
    named = {str(kind) for kind in kinds if isinstance(kind, pikepdf.Name)}
    if keys & {"/JS", "/JavaScript", "/XFA"} or named & (ACTING | PLAYING):
        return Finding.ACTIVE
    if "/EF" in keys and not all(_is_xml(stream) for _, stream in thing["/EF"].items()):
        return Finding.ENCLOSING
    return Finding.FINE


def _is_xml(stream: Any) -> bool:
    begins: bytes = stream.read_bytes()[:200]
    return begins.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(XML)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    finding, content_type = examine(sys.stdin.buffer.read())
    json.dump({"finding": finding, "content_type": content_type}, sys.stdout)


if __name__ == "__main__":
    main()
