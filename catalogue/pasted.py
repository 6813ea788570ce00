"""Texts pasted from a word processor, without what only its own fonts and layout engine understand.

What a reader sees stays: curly quotes, dashes, Greek letters, superscripts, emoji. What nobody sees goes
(hyphens that only allow a break, marks of width nought, controls of the writing direction, which could turn a
sentence of a letter round), and what a private font showed gets the character that means it: "F0B3" of the
font Symbol is "≥", and a threshold without its sign is another threshold.
"""

from __future__ import annotations

import unicodedata

# NUL stays: the field refuses it in words. Line feed and tab mean something.
KEPT = {0x00, 0x09, 0x0A}

LINE_BREAKS = (0x0B, 0x0C, 0x0D, 0x2028, 0x2029)
SPACES = (0x07, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F)  # 07 ends a cell of a table
INVISIBLE = (0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)

# The fonts Symbol and Wingdings put their signs at F000 plus their own code.
BULLETS = (0xF0A7, 0xF0A8, 0xF0B7, 0xF0D8, 0xF076, 0xF06E, 0xF071)
SYMBOLS = {
    0xF044: "Δ",
    0xF061: "α",
    0xF062: "β",
    0xF067: "γ",
    0xF06D: "µ",
    0xF0A3: "≤",
    0xF0AE: "→",
    0xF0B0: "°",
    0xF0B1: "±",
    0xF0B3: "≥",
    0xF0B4: "×",
    0xF0E0: "→",
    0xF0FC: "✓",
}


def _windows_1252(code: int) -> str:
    """The quotes and dashes of Windows, where a wrong decoding left them as controls."""
    return bytes([code]).decode("cp1252", errors="ignore")


TABLE: dict[int, str] = {
    **{code: "" for code in (*range(0x20), 0x7F) if code not in KEPT},
    **{code: _windows_1252(code) for code in range(0x80, 0xA0)},
    0x1E: "-",  # Word's hyphen that does not break
    **dict.fromkeys(LINE_BREAKS, "\n"),
    **dict.fromkeys(SPACES, " "),
    **dict.fromkeys(INVISIBLE, ""),
    **dict.fromkeys(BULLETS, "•"),
    **SYMBOLS,
}


def clean_text(text: str) -> str:
    """The text as its author saw it, in Unicode's composed form (NFC). Doing it twice changes nothing."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(TABLE))
