"""Recomputes the chains in Python, independently of the database, and says what does not hold.

It finds entries changed, removed, inserted or put in another order. What a chain alone cannot show, that it
was rewritten from some entry to its end together with its head, the anchors show
(`audit/anchor_verification.py`).
"""

from collections.abc import Iterator
from datetime import date
from itertools import groupby, pairwise
from operator import attrgetter

from audit import anchor_verification as anchors
from audit.canonical import GENESIS, digest
from audit.findings import Fault, Finding, still
from audit.models import Entry, Head

__all__ = ["Fault", "Finding", "verify", "verify_all"]

# Each entry that stands after the last head recorded by the anchors up to %s.
AFTER = """
SELECT entry.* FROM audit_entry entry
LEFT JOIN (
    SELECT DISTINCT ON (chain) chain, sequence FROM audit_anchoredhead WHERE anchor_id <= %s
    ORDER BY chain, sequence DESC
) begun USING (chain)
WHERE entry.sequence > coalesce(begun.sequence, 0)
ORDER BY entry.chain, entry.sequence, entry.id
"""


def verify(chain: str) -> list[Finding]:
    """What is wrong with one chain; an empty list if it holds."""
    with still():
        entries = list(Entry.objects.filter(chain=chain).order_by("sequence", "id"))
        head = Head.objects.filter(chain=chain).first()
        return [*_findings(chain, entries, head), *anchors.broken_heads(chain=chain)]


def verify_all(*, since: date | None = None) -> Iterator[Finding]:
    """What is wrong with any chain or anchor. Reads the trail once, one chain in memory at a time.

    With `since`, what the last anchor before that day recorded is taken as checked, and only what came later
    is read; the anchors themselves are always compared with the chains as a whole.
    """
    with still():
        base = anchors.last_before(since) if since else 0
        begun = anchors.recorded(base) if base else {}
        heads = {head.chain: head for head in Head.objects.iterator()}
        for chain, entries in groupby(_rows(base), key=attrgetter("chain")):
            yield from _findings(chain, list(entries), heads.pop(chain, None), begun.get(chain))
        for chain, head in heads.items():
            yield from _findings(chain, [], head, begun.get(chain))
        yield from anchors.broken_heads()
        yield from anchors.verify_anchors(after=base)


def _rows(base: int) -> Iterator[Entry]:
    if base:
        return iter(Entry.objects.raw(AFTER, [base]).iterator())
    return Entry.objects.order_by("chain", "sequence", "id").iterator()


def _findings(
    chain: str, entries: list[Entry], head: Head | None, begun: tuple[int, str] | None = None
) -> Iterator[Finding]:
    sequence, hash_ = begun or (0, GENESIS)
    first = Entry(chain=chain, sequence=sequence, hash=hash_)
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
