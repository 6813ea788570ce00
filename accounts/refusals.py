"""What an action that did not happen says; every app above uses these words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shortcoming:
    """One thing the content lacks: the form's section and field, and the sentence to show beside it."""

    section: str
    field: str
    sentence: str


class Refused(Exception):
    """The action did not happen and nothing was written; the message says why, in the user's language."""

    def __init__(self, sentence: str, shortcomings: list[Shortcoming] | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.shortcomings = shortcomings or []


class Stale(Refused):
    """Somebody else acted after the page was drawn; the sentence says who, what and when."""


class AlreadyDone(Refused):
    """The same person already did exactly this (a double click): show the outcome, not an error."""
