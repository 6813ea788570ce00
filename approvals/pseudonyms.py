"""A content (see `snapshots.py`) without the person in it, for those who judge the case only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from patients.models import initials

Content = dict[str, Any]
Eraser = Callable[[str], str]

HIDDEN = "[…]"
# Answers that say who somebody is, or where they live and are treated, by section; and that the patient asked
# for masking, which must not show. Who made the diagnosis is staff, and counts for how certain it is.
IDENTIFYING = {
    "patient": (
        *("tax_code", "surname", "name", "born_on", "birth_time", "mismatch_reason"),
        *("local_health_authority", "episode_number"),
    ),
    "consent": ("guardian", "not_obtainable_reason", "masking_requested", "others_to_inform"),
}
# Shorter names are syllables of ordinary words.
SHORTEST = 3
CAPITALISED = r"[^\W\d_a-zà-öø-ÿ][\w'’-]+"
FULL_NAME = re.compile(rf"{CAPITALISED}(?:\s+{CAPITALISED})+")


def as_is(text: str) -> str:
    return text


def eraser(*contents: Content) -> Eraser:
    """A function that takes the patient's names, tax code and birth date out of a text somebody typed.

    Names count where they are written like names ("Rosa", "ROSA"): the word "rosa" of a diagnosis stays.
    `contents` are all revisions: a name corrected since may still stand in an older text.
    """
    written = {form for content in contents for form in _written(content["patient"])}
    written |= {form for content in contents for form in _relatives(content.get("consent") or {})}
    if not written:
        return as_is
    longest_first = sorted(map(re.escape, written), key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")
    return lambda text: pattern.sub(HIDDEN, text)


def _written(patient: Content) -> Iterator[str]:
    """The ways in which texts name this patient."""
    for word in f"{patient['surname'] or ''} {patient['name'] or ''}".split():
        if len(word) >= SHORTEST:
            yield from (word, word.title(), word.upper())
    if patient["tax_code"]:
        yield from (patient["tax_code"].upper(), patient["tax_code"].lower())
    if patient["born_on"]:
        born_on = date.fromisoformat(patient["born_on"])
        yield from (born_on.strftime(shape) for shape in ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%-d/%-m/%Y"))
    # A number of three digits may be any figure of the case.
    if len(episode := patient.get("episode_number") or "") > SHORTEST:
        yield from (episode, episode.upper(), episode.lower())


def _relatives(consent: Content) -> Iterator[str]:
    """The names of those who consented for the patient: two or more capitalised words in a row."""
    for name in FULL_NAME.findall(consent.get("guardian") or ""):
        for word in name.split():
            if len(word) >= SHORTEST:
                yield from (word, word.upper())


def hide(content: Content, erase: Eraser) -> Content:
    """The content as the committee reads it: initials instead of names, no code, no birth date."""
    hidden: Content = {section: _erased(value, erase) for section, value in content.items()}
    for section, names in IDENTIFYING.items():
        hidden[section] = {**hidden[section], **{name: None for name in names if name in hidden[section]}}
    if "attachments" in hidden:  # "consenso_rossi.pdf": no way of writing a name is safe to look for here
        hidden["attachments"] = [{**file, "name": ""} for file in hidden["attachments"]]
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
