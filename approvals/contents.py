"""Reading what was frozen in more than one shape: later versions asked more, old contents stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.choices import ReferenceStatus
from catalogue.dose_words import number

Content = dict[str, Any]

# A plan has up to so many measures; the fields of the first have no number.
MOST_MEASURES = 3
SUFFIXES = ("", *(f"_{n}" for n in range(2, MOST_MEASURES + 1)))


def day_of(text: str | None) -> str:
    """A stored date in words, for example 5 March 2026."""
    return date_format(date.fromisoformat(text), "DATE_FORMAT") if text else ""


def figure(text: str | None, unit: str = "") -> str:
    """A stored decimal with the reader's comma and its unit."""
    return f"{number(Decimal(text), 3)} {unit}".strip() if text else ""


@dataclass(frozen=True)
class Measure:
    """One declared outcome measure, as frozen: decimals as text, `target_on` as 2026-02-01.

    `better` is "up" or "down". Before the second release there was one, without date and direction.
    """

    name: str
    unit: str
    baseline: str | None
    target: str | None
    target_on: str | None
    better: str | None

    @property
    def goal(self) -> str:
        """ "8 → 10 g/dL by 5 March 2026"."""
        words = f"{figure(self.baseline)} → {figure(self.target, self.unit)}"
        if not self.target_on:
            return words
        return _("%(goal)s by %(day)s") % {"goal": words, "day": day_of(self.target_on)}


def measures(content: Content) -> list[Measure]:
    """The measures of the plan, in its order; none in an emergency whose whole form is still to come."""
    return [one for suffix in SUFFIXES if (one := measure_at(content, suffix)).name]


def measure_at(content: Content, suffix: str) -> Measure:
    """The measure of the fields with that suffix."""
    plan = content["outcome"]
    return Measure(
        name=plan.get(f"measure{suffix}") or "",
        unit=plan.get(f"unit{suffix}") or "",
        baseline=plan.get(f"baseline{suffix}"),
        target=plan.get(f"target{suffix}"),
        target_on=plan.get(f"target_on{suffix}"),
        better=plan.get(f"better{suffix}"),
    )


def works(content: Content) -> list[str]:
    """The author's own literature, one work a line. Before the second release it was one free text."""
    given = content["justification"]
    former = (given.get("own_literature") or "").splitlines()
    return [line for line in former if line.strip()] + [_cited(**work) for work in given.get("works") or []]


def _cited(doi: str, pmid: str, citation: str) -> str:
    """A work as one cites it: the text first, then what finds it."""
    found = [f"doi:{doi}" if doi else "", f"PMID {pmid}" if pmid else ""]
    return " ".join(filter(None, [citation, *found]))


def cited(content: Content) -> list[str]:
    """The catalogue's works as printed; a superseded or contradicting one says so."""
    given = content["justification"]
    doubts = {one["printed"]: one for one in given.get("doubtful") or []}
    return [
        f"{printed} [{_doubt(doubts[printed])}]" if printed in doubts else printed
        for printed in given["references"]
    ]


def _doubt(one: Content) -> str:
    note = (one["note_en"] if get_language() == "en" else "") or one["note"]
    return ": ".join(filter(None, [str(ReferenceStatus(one["status"]).label), note]))


def course(therapy: Content) -> str:
    """Dose and dates of a therapy that was given; until the second release they stood with the reason."""
    start, end = therapy.get("from_on"), therapy.get("to_on")
    days = ""
    if start:
        told = {"start": day_of(start), "end": day_of(end)}
        days = _("from %(start)s to %(end)s") % told if end else _("since %(start)s, still going on") % told
    return ", ".join(filter(None, [therapy.get("dose"), days]))


def reason(therapy: Content) -> str:
    """Everything that was said about a therapy beside its outcome, a sentence each."""
    told = course(therapy)
    return "\n".join(filter(None, [f"{told}." if told else "", therapy["details"]]))
