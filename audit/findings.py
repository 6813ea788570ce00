"""What may be wrong with the trail, and the still picture in which it is looked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum

from django.db import connection, transaction

ANCHORS = "anchors"  # stands where a chain is named, and the anchor's number where its entry is


class Fault(StrEnum):
    CHANGED = "changed"  # the content does not give the hash
    REMOVED = "removed"  # numbers are missing
    INSERTED = "inserted"  # it follows no entry of the chain, or lies beyond its head
    REORDERED = "reordered"  # it follows an entry of the chain, but not the one before it
    HEAD = "head"  # the head is not the last entry
    REWRITTEN = "rewritten"  # an anchor recorded another hash


@dataclass(frozen=True)
class Finding:
    """One thing wrong, at one place of one chain."""

    chain: str
    sequence: int
    fault: Fault
    sentence: str

    def __str__(self) -> str:
        return f"{self.chain} · entry {self.sequence} · {self.fault}: {self.sentence}"

    def told(self) -> dict[str, object]:
        return asdict(self)


@contextmanager
def still() -> Iterator[None]:
    """Everything read meanwhile is of one moment, or an entry appended between two looks would pass for a
    fault.

    Nothing can be written. Inside somebody else's transaction it is as still as that one.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
