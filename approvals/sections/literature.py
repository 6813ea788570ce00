"""A work of one's own: what finds it. Only the shape is checked: the hospital's network may know no other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.fields import Text

# ISO 26324: "10.", the registrant's number (with parts of its own perhaps), a slash, anything without spaces.
DOI = re.compile(r"10\.[0-9]{4,9}(\.[0-9]+)*/\S+")
DOI_ADDRESS = re.compile(r"(https?://)?(dx\.|www\.)?doi\.org/", re.IGNORECASE)
DOI_WORD = re.compile(r"doi\s*[:=]?\s*", re.IGNORECASE)
PMID = re.compile(r"[1-9][0-9]{0,7}")
PMID_WORD = re.compile(r"pmid\s*[:=]?\s*|(https?://)?pubmed\.ncbi\.nlm\.nih\.gov/", re.IGNORECASE)


class Doi(Text):
    """A DOI without its address: "https://doi.org/10.1111/bjd.15850" is read as "10.1111/bjd.15850"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="DOI", help_text=gettext_lazy("For example 10.1111/bjd.15850."), required=False, **kwargs
        )

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if address := DOI_ADDRESS.match(text):
            text = unquote(text[address.end() :])
        elif word := DOI_WORD.match(text):
            text = text[word.end() :]
        text = text.strip().rstrip(".,;")
        if not text or DOI.fullmatch(text):
            return text
        if PMID.fullmatch(text):
            raise ValidationError(_("This is no DOI: write a PMID in its own field."), code="pmid")
        raise ValidationError(
            _("Write a DOI: it begins with 10. and has a slash, for example 10.1111/bjd.15850."),
            code="invalid",
        )


class Pmid(Text):
    """The number of a work in PubMed, without the word or the address before it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="PMID", size=12, help_text=gettext_lazy("For example 29660074."), required=False, **kwargs
        )

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if word := PMID_WORD.match(text):
            text = text[word.end() :]
        text = text.strip().rstrip("/.,;")
        if not text or PMID.fullmatch(text):
            return text
        if DOI.search(text):
            raise ValidationError(_("This is no PMID: write a DOI in its own field."), code="doi")
        raise ValidationError(_("Write a PMID: at most eight digits, for example 29660074."), code="invalid")


@dataclass(frozen=True)
class Work:
    """A work by at least one of its names."""

    doi: str
    pmid: str
    citation: str

    def names(self) -> set[str]:
        """What identifies it, written so that the same work is recognised."""
        found = {f"doi {self.doi.casefold()}" if self.doi else "", f"pmid {self.pmid}" if self.pmid else ""}
        words = " ".join(re.findall(r"\w+", self.citation.casefold()))
        return (found | {words}) - {""}
