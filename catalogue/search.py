"""Finding a row as a clinician types it: any order of words, beginnings of words, no accents, acronyms."""

import re
import unicodedata
from collections.abc import Iterable

from catalogue.models import Indication


def words(text: str) -> list[str]:
    """The words of a text as they are compared: without accents, capitals and punctuation."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.findall(r"[a-z0-9]+", bare.casefold())


def terms(indication: Indication) -> str:
    """All a row is found by: code, area, names in both languages, printed condition, synonyms, uses."""
    uses = [name for use in indication.sub_criteria.all() for name in (use.name_it, use.name_en)]
    names = [indication.code, indication.get_area_display(), indication.name_it, indication.name_en]
    return " ".join([*names, indication.printed_condition, *indication.synonyms, *uses])


def matching(indications: Iterable[Indication], text: str) -> list[Indication]:
    """The rows in which every word of the text begins some word; all of them for an empty text.

    Reads the sub-criteria of each row: pass a queryset `with_everything()`.
    """
    sought = words(text)
    return [row for row in indications if _begin(sought, words(terms(row)))]


def _begin(beginnings: list[str], known: list[str]) -> bool:
    return all(any(word.startswith(beginning) for word in known) for beginning in beginnings)
