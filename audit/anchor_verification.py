"""Whether the chains still pass through what the anchors recorded, and whether the anchors themselves
hold."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter

from django.db import connection
from django.db.models.functions import Collate

from audit.anchors import digest, heads_digest
from audit.canonical import GENESIS
from audit.findings import ANCHORS, Fault, Finding
from audit.models import Anchor, AnchoredHead

# What an anchor recorded and the chain does not say; and up to where the chain agrees with the anchors.
BROKEN = """
SELECT recorded.chain, recorded.sequence, recorded.anchor_id, entry.id IS NULL,
    coalesce((SELECT max(sound.sequence) FROM audit_anchoredhead sound
              JOIN audit_entry USING (chain, sequence, hash)
              WHERE sound.chain = recorded.chain AND sound.sequence < recorded.sequence), 0)
FROM audit_anchoredhead recorded LEFT JOIN audit_entry entry USING (chain, sequence)
WHERE entry.hash IS DISTINCT FROM recorded.hash AND (%(chain)s = '' OR recorded.chain = %(chain)s)
ORDER BY recorded.chain, recorded.sequence
"""
RECORDED = """
SELECT DISTINCT ON (chain) chain, sequence, hash FROM audit_anchoredhead WHERE anchor_id <= %s
ORDER BY chain, sequence DESC
"""
# Whoever else keeps the hashes of anchors: `{number: hash}` of those beyond a number, or why there is none.
Witness = Callable[[int], dict[int, str]]
_witnesses: dict[str, Witness] = {}


def witness(name: str, function: Witness) -> None:
    """Anchors are compared with what it holds; its name stands in the finding."""
    _witnesses[name] = function


def broken_heads(*, chain: str = "") -> Iterator[Finding]:
    """Where a chain no longer passes through what an anchor recorded: one finding a recorded head."""
    with connection.cursor() as cursor:
        cursor.execute(BROKEN, {"chain": chain})
        for name, sequence, anchor, is_gone, sound in cursor.fetchall():
            if is_gone:
                told = f"anchor {anchor} recorded it, and it is gone; up to {sound} the anchors agree"
                yield Finding(name, sequence, Fault.REMOVED, told)
            else:
                told = f"anchor {anchor} recorded another hash: rewritten from some entry after {sound}"
                yield Finding(name, sequence, Fault.REWRITTEN, told)


def last_before(day: date) -> int:
    """The number of the last anchor of an earlier day; 0 if there is none."""
    found = Anchor.objects.filter(day__lt=day).order_by("-number").values_list("number", flat=True).first()
    return found or 0


def recorded(number: int) -> dict[str, tuple[int, str]]:
    """Where each chain ended according to the anchors up to that one."""
    with connection.cursor() as cursor:
        cursor.execute(RECORDED, [number])
        return {chain: (sequence, hash_) for chain, sequence, hash_ in cursor.fetchall()}


def verify_anchors(*, after: int = 0) -> Iterator[Finding]:
    """What is wrong with the anchors beyond that number: their order, their hashes, the heads they
    recorded."""
    before = Anchor.objects.filter(number=after).first()
    anchors = list(Anchor.objects.filter(number__gt=after).order_by("number"))
    heads = dict(_heads_hashes(after))
    for anchor in anchors:
        for fault, sentence in _faults(before, anchor, heads.pop(anchor.number, None)):
            yield Finding(ANCHORS, anchor.number, fault, sentence)
        before = anchor
    for number in heads:
        yield Finding(ANCHORS, number, Fault.REMOVED, "heads were recorded by it, and it is gone")
    yield from _contradictions(anchors, after)


def _faults(
    before: Anchor | None, anchor: Anchor, heads: tuple[str, int] | None
) -> Iterator[tuple[Fault, str]]:
    if anchor.hash != _digest(anchor):
        yield Fault.CHANGED, "its content does not give its hash"
    if (heads or (heads_digest([]), 0)) != (anchor.heads_hash, anchor.moved):
        yield Fault.CHANGED, "the heads recorded with it are not those it was made of"
    last = before.number if before else 0
    if anchor.number != last + 1:
        yield Fault.REMOVED, f"{anchor.number - last - 1} missing between {last} and {anchor.number}"
    elif anchor.previous_hash != (before.hash if before else GENESIS):
        yield Fault.REWRITTEN, f"it was made after another anchor {last} than the one that stands there"


def _heads_hashes(after: int) -> Iterator[tuple[int, tuple[str, int]]]:
    """For each anchor the digest of its recorded heads and how many they are. Streamed: there may be
    millions."""
    rows = AnchoredHead.objects.filter(anchor__gt=after).order_by("anchor_id", Collate("chain", "C"))
    ordered = rows.values_list("anchor_id", "chain", "sequence", "hash").iterator(chunk_size=10_000)
    for number, heads in groupby(ordered, key=itemgetter(0)):
        counted = _Counted(row[1:] for row in heads)
        yield number, (heads_digest(counted), counted.seen)


class _Counted:
    """Passes on what it is given and counts it."""

    def __init__(self, rows: Iterable[tuple[str, int, str]]) -> None:
        self.rows, self.seen = rows, 0

    def __iter__(self) -> Iterator[tuple[str, int, str]]:
        for row in self.rows:
            self.seen += 1
            yield row


def _contradictions(anchors: list[Anchor], after: int) -> Iterator[Finding]:
    stand = {anchor.number: anchor.hash for anchor in anchors}
    for name, held in _witnesses.items():
        for number, said in sorted(held(after).items()):
            if number not in stand:
                yield Finding(ANCHORS, number, Fault.REMOVED, f"{name} says that there was one")
            elif said != stand[number]:
                yield Finding(ANCHORS, number, Fault.REWRITTEN, f"{name} says: {said}")


def _digest(anchor: Anchor) -> str:
    return digest(
        anchor.previous_hash,
        anchor.number,
        anchor.day,
        anchor.at,
        anchor.chains,
        anchor.entries,
        anchor.moved,
        anchor.heads_hash,
    )
