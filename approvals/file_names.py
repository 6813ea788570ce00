"""The name of an attachment: a person's words, made harmless for every screen, disk and header."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

from approvals.models import ContentType

LONGEST = 150
ENDINGS = {
    ContentType.PDF: (".pdf",),
    ContentType.JPEG: (".jpg", ".jpeg"),
    ContentType.PNG: (".png",),
}
# Characters that no disk takes, or that only make a name look like another one.
FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_known = mimetypes.MimeTypes()  # the same on every machine: asks no system file


def tidy(name: str, content_type: str) -> str:
    """The last part of a path, in NFC, without control, invisible or direction characters, at most 150 long.

    It ends as its content says: "referto.exe" that is a PDF becomes "referto.pdf". Nothing left of it is
    "allegato.pdf".
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    # Format characters join or turn the letters around them: they go; line breaks and tabs become spaces.
    seen = "".join(" " if one in "\t\r\n\v\f\u2028\u2029" else one for one in last)
    kept = "".join(one for one in seen if unicodedata.category(one) not in DROPPED)
    words = re.sub(r"\s+", " ", FORBIDDEN.sub("-", kept)).strip(" .")
    endings = ENDINGS[ContentType(content_type)]
    stem, ending = _split(words, endings)
    # Cut in the middle of a letter and its marks, it would not be in NFC any more.
    stem = unicodedata.normalize("NFC", stem[: LONGEST - len(ending)]).rstrip(" .")
    return (stem or "allegato") + ending


def _split(name: str, endings: tuple[str, ...]) -> tuple[str, str]:
    for ending in endings:
        if name.lower().endswith(ending):
            return name[: -len(ending)].rstrip(" ."), ending
    stem, dot, suffix = name.rpartition(".")
    # "referto 12.03.2026" ends with a year, not with a type.
    if dot and (_known.guess_type(f"x.{suffix}")[0] or suffix.lower() in {"heic", "jfif"}):
        return stem.rstrip(" ."), endings[0]
    return name, endings[0]
