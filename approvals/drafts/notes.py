"""Notes that lie beside the sections in `answers`: about the writing, never sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from approvals.models import Application

# Which page saved each section last, and who did when; what was copied and nobody has looked at yet;
# from whom the draft comes.
PAGES, HANDS, TO_CHECK, HANDED_OVER = "pages", "hands", "to_check", "handed_over"


@dataclass(frozen=True)
class Hand:
    """Who did something to the draft, and when; `reason` where one was given."""

    name: str
    at: datetime
    reason: str = ""


def written(by: User, at: datetime, **more: str) -> dict[str, str]:
    return {"name": by.signature, "at": at.isoformat(), **more}


def hand_of(application: Application, slug: str) -> Hand | None:
    """Who saved the section last; None where nobody did since this is noted."""
    return _hand(application.answers.get(HANDS, {}).get(slug))


def handed_over(application: Application) -> Hand | None:
    """Who handed the form to its present author, and why."""
    return _hand(application.answers.get(HANDED_OVER))


def to_check(application: Application) -> list[str]:
    """The sections that were copied and not saved since."""
    return list(application.answers.get(TO_CHECK, []))


def _hand(note: dict[str, Any] | None) -> Hand | None:
    if not note:
        return None
    return Hand(note["name"], datetime.fromisoformat(note["at"]), note.get("reason", ""))
