"""People's text made safe to draw: what the fonts cannot show or the layout cannot afford never reaches the
page.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

MAX_CHARACTERS = 20_000
MAX_LINES = 200
MAX_MARKS = 3
CUT = " […]"
MISSING = "\ufffd"
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# Longer than any address one may want to copy; never between a letter and its marks.
_LONG_WORD = re.compile(r"\S{60,63}?(?=[^\s\u0300-\u036f])")
_BREAK_HERE = "\u200b"
_DROPPED = {"Cc", "Cf", "Cs"}


def clean(text: str, drawable: frozenset[int]) -> str:
    """One text as it may be drawn; `drawable` are the code points the letter's fonts hold.

    NFC; control, format and bidirectional override characters gone; at most three combining marks on a letter
    (more cost seconds of layout each); runs of spaces joined; what no font holds becomes U+FFFD (an absent
    glyph fails PDF/A and PDF/UA); long words with places to break (where to is otherwise tried letter by
    letter); at most 20,000 characters and 200 lines, a cut being shown as "[…]".
    """
    cut = len(text) > MAX_CHARACTERS
    text = unicodedata.normalize("NFC", _BREAKS.sub("\n", text[:MAX_CHARACTERS]))
    kept: list[str] = []
    marks = 0
    for character in text:
        if character == "\n" or character == "\t":
            kept.append(character)
            continue
        category = unicodedata.category(character)
        if category in _DROPPED:
            continue
        marks = marks + 1 if category[0] == "M" else 0
        if marks <= MAX_MARKS:
            shown = ord(character) in drawable or category == "Zs"
            kept.append(character if shown else MISSING)
    lines = [_SPACES.sub(_one_space, line).strip() for line in "".join(kept).split("\n")]
    return _LONG_WORD.sub(lambda word: word[0] + _BREAK_HERE, _joined(lines)) + (CUT if cut else "")


def _one_space(run: re.Match[str]) -> str:
    """Typographers' single no-break spaces ("155 g") stay; every longer or other run is one space."""
    return "\u00a0" if run[0] in "\u00a0\u202f" else " "


def _joined(lines: list[str]) -> str:
    """Single blank lines stay, more are one; beyond the cap the rest runs on as one line."""
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    if len(kept) > MAX_LINES:
        kept = [*kept[: MAX_LINES - 1], " ".join(line for line in kept[MAX_LINES - 1 :] if line)]
    return "\n".join(kept).strip()


def cleaned(value: Any, drawable: frozenset[int]) -> Any:
    """The same dataclass (tuple, string) with every string in it cleaned; mappings and bytes are left
    alone.
    """
    if isinstance(value, str):
        # A choice (an enum) keeps its type; its value is ours, not a person's.
        return clean(value, drawable) if type(value) is str else value
    if isinstance(value, tuple):
        return tuple(cleaned(item, drawable) for item in value)
    if is_dataclass(value) and not isinstance(value, (type, Mapping)):
        changes = {f.name: cleaned(getattr(value, f.name), drawable) for f in fields(value) if f.init}
        return replace(value, **changes)
    return value
