"""The name of an attachment: a person's words, made harmless for every screen, disk and header."""

from __future__ import annotations

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
# Endings that people's files come with; "12.03.2026" ends with a year, not with a type.
FOREIGN = re.compile(
    r"\.(bat|bmp|com|docx?|exe|gif|hei[cf]|html?|jfif|jpe?g|js|odt|p7m|pdf|png|rtf|svg|tiff?|txt|webp|xlsx?|xml|zip)$",
    re.IGNORECASE,
)


def tidy(name: str, content_type: str) -> str:
    """The last part of a path, in NFC, without control, invisible or direction characters, at most 150 long.

    It ends as its content says: "referto.exe" that is a PDF becomes "referto.pdf". Nothing left of it is
    "allegato.pdf".
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    # Format characters join or turn the letters around them: they go; line breaks and tabs become spaces.
    seen = "".join(" " if one in "\t\r\n\v\f\u2028\u2029" else one for one in last)
    kept = "".join(one for one in seen if unicodedata.category(one) not in DROPPED)
    words = re.sub(r"\s+", " ", FORBIDDEN.sub("-", kept)).rstrip(" .")
    endings = ENDINGS[ContentType(content_type)]
    stem, ending = _split(words, endings)
    # Cut in the middle of a letter and its marks, it would not be in NFC any more.
    stem = unicodedata.normalize("NFC", stem.lstrip(" .")[: LONGEST - len(ending)]).rstrip(" .")
    return (stem or "allegato") + ending


def _split(name: str, endings: tuple[str, ...]) -> tuple[str, str]:
    for ending in endings:
        if name.lower().endswith(ending):
            return name[: -len(ending)], ending
    return FOREIGN.sub("", name), endings[0]
