"""A calendar as text (RFC 5545): whole-day events, nothing else. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75  # octets, without the line break (RFC 5545, 3.1)


@dataclass(frozen=True)
class Event:
    """`uid` stays the same as long as the event is the same, also when it moves; `changed_at` is aware."""

    uid: str
    on: date
    summary: str
    description: str
    url: str
    changed_at: datetime


def calendar(name: str, events: Iterable[Event]) -> str:
    """The whole calendar. Clients are asked to look again every few hours; no event rings (no VALARM)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//nullaosta//deadlines//IT",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _event(event: Event) -> list[str]:
    changed = event.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(event.uid)}",
        f"DTSTAMP:{changed}",
        f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}",
        # The end is not part of the event: a whole day ends with the next one's beginning.
        f"DTEND;VALUE=DATE:{event.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(event.summary)}",
        f"DESCRIPTION:{escaped(event.description)}",
        f"URL:{event.url}",
        "TRANSP:TRANSPARENT",
        "CLASS:CONFIDENTIAL",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    """A TEXT value (3.3.11): no line break and no control character leaves it as such."""
    for plain, written in (("\r\n", "\n"), ("\r", "\n"), ("\\", "\\\\"), (";", "\\;"), (",", "\\,")):
        text = text.replace(plain, written)
    kept = "".join(sign for sign in text if sign in "\n\t" or sign.isprintable())
    return kept.replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """At most 75 octets a line; each following one begins with a space. No character is cut in two."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + octets
    yield part
