"""Recomputes the chains in Python, independently of the database, and says what does not hold.

It finds entries changed, removed, inserted or put in another order. It cannot find a chain rewritten
from some entry to its end together with its head: nothing inside the database could.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise
from operator import attrgetter

from audit.canonical import GENESIS, digest
from audit.models import Entry, Head


class Fault(StrEnum):
    CHANGED = "changed"  # the content does not give the hash
    REMOVED = "removed"  # numbers are missing
    INSERTED = "inserted"  # it follows no entry of the chain, or lies beyond its head
    REORDERED = "reordered"  # it follows an entry of the chain, but not the one before it
    HEAD = "head"  # the head is not the last entry


@dataclass(frozen=True)
class Finding:
    """One thing wrong, at one place of one chain."""

    chain: str
    sequence: int
    fault: Fault
    sentence: str

    def __str__(self) -> str:
        return f"{self.chain} · entry {self.sequence} · {self.fault}: {self.sentence}"


def verify(chain: str) -> list[Finding]:
    """What is wrong with one chain; an empty list if it holds."""
    entries = list(Entry.objects.filter(chain=chain).order_by("sequence", "id"))
    return list(_findings(chain, entries, Head.objects.filter(chain=chain).first()))


def verify_all() -> Iterator[Finding]:
    """What is wrong with any chain. Reads the whole trail once, one chain in memory at a time."""
    heads = {head.chain: head for head in Head.objects.iterator()}
    rows = Entry.objects.order_by("chain", "sequence", "id").iterator()
    for chain, entries in groupby(rows, key=attrgetter("chain")):
        yield from _findings(chain, list(entries), heads.pop(chain, None))
    for chain, head in heads.items():
        yield from _findings(chain, [], head)


def _findings(chain: str, entries: list[Entry], head: Head | None) -> Iterator[Finding]:
    first = Entry(chain=chain, sequence=0, hash=GENESIS)
    places = {entry.hash: entry.sequence for entry in [first, *entries]}
    for before, entry in pairwise([first, *entries]):
        for fault, sentence in _faults(before, entry, places):
            yield Finding(chain, entry.sequence, fault, sentence)
    last = entries[-1] if entries else first
    for fault, sentence in _head_faults(last, head):
        yield Finding(chain, last.sequence, fault, sentence)


def _faults(before: Entry, entry: Entry, places: dict[str, int]) -> Iterator[tuple[Fault, str]]:
    if entry.hash != _digest(entry):
        yield Fault.CHANGED, "its content does not give its hash"
    missing = entry.sequence - before.sequence - 1
    if missing > 0:
        yield Fault.REMOVED, f"{missing} missing between {before.sequence} and {entry.sequence}"
    elif missing < 0:
        yield Fault.INSERTED, f"number {entry.sequence} is there twice"
    elif entry.previous_hash != before.hash:
        place = places.get(entry.previous_hash)
        if place is None:
            yield Fault.INSERTED, f"it follows no entry of the chain, and stands after {before.sequence}"
        else:
            yield Fault.REORDERED, f"it was written after {place}, and stands after {before.sequence}"


def _head_faults(last: Entry, head: Head | None) -> Iterator[tuple[Fault, str]]:
    if head is None:
        yield Fault.HEAD, "the chain has no head"
    elif head.sequence > last.sequence:
        yield Fault.REMOVED, f"the chain went on to {head.sequence}"
    elif head.sequence < last.sequence:
        yield Fault.INSERTED, f"the chain ended at {head.sequence}"
    elif head.hash != last.hash:
        yield Fault.HEAD, "the head has another hash than the last entry"


def _digest(entry: Entry) -> str:
    return digest(
        entry.previous_hash,
        entry.pk,
        entry.chain,
        entry.sequence,
        entry.at,
        entry.actor_id,
        entry.action,
        entry.data,
    )
