"""A content (see `snapshots.py`) without the person in it, for those who judge the case only."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from patients.models import initials

Content = dict[str, Any]
Eraser = Callable[[str], str]

HIDDEN = "[…]"
# Answers that say who somebody is, by section.
IDENTIFYING = {
    "patient": ("tax_code", "surname", "name", "born_on", "mismatch_reason"),
    "consent": ("guardian",),
}
# Shorter names are syllables of ordinary words.
SHORTEST = 3


def as_is(text: str) -> str:
    return text


def eraser(content: Content) -> Eraser:
    """A function that takes the patient's names, tax code and birth date out of a text somebody typed.

    Names count where they are written like names ("Rosa", "ROSA"): the word "rosa" of a diagnosis stays.
    """
    patient = content["patient"]
    words = {part for key in ("surname", "name") for part in (patient[key] or "").split()}
    written = {form for word in words if len(word) >= SHORTEST for form in (word, word.title(), word.upper())}
    if patient["tax_code"]:
        written |= {patient["tax_code"].upper(), patient["tax_code"].lower()}
    if patient["born_on"]:
        born_on = date.fromisoformat(patient["born_on"])
        shapes = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%-d/%-m/%Y")
        written |= {born_on.strftime(shape) for shape in shapes}
    if not written:
        return as_is
    longest_first = sorted(map(re.escape, written), key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")
    return lambda text: pattern.sub(HIDDEN, text)


def hide(content: Content) -> Content:
    """The content as the committee reads it: initials instead of names, no code, no birth date."""
    erase = eraser(content)
    hidden: Content = {section: _erased(value, erase) for section, value in content.items()}
    for section, names in IDENTIFYING.items():
        hidden[section] = {**hidden[section], **{name: None for name in names if name in hidden[section]}}
    return hidden


def short_name(content: Content) -> str:
    """ "R. M.", whoever reads."""
    patient = content["patient"]
    return initials(patient["surname"] or "", patient["name"] or "")


def _erased(value: Any, erase: Eraser) -> Any:
    if isinstance(value, str):
        return erase(value)
    if isinstance(value, list):
        return [_erased(one, erase) for one in value]
    if isinstance(value, dict):
        return {key: _erased(one, erase) for key, one in value.items()}
    return value
