"""Anchors: once a day, where every chain ended that has grown since the anchor before.

A chain proves that nothing inside it was changed, but not that it was not written anew from some entry to its
end. An anchor does, once it is kept outside the database: a sealed document holds its hash, which covers the
anchor before it and the heads recorded with it. So whoever rewrites a chain has to rewrite every anchor
since, and the sealed documents tell.

The database makes an anchor, not this module (`migrations/0004_an_anchor_records_the_heads.py`): whatever is
inserted, it is numbered, and holds what the heads are.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db import connection

from audit.canonical import GENESIS

# Asked each minute: where the day has its anchor, one look into an index and no lock.
ANCHOR = """
INSERT INTO audit_anchor (day, at) SELECT %(day)s, %(at)s
WHERE NOT EXISTS (SELECT 1 FROM audit_anchor WHERE day = %(day)s) RETURNING number
"""


def anchor(day: date, *, at: datetime) -> int | None:
    """Anchor the trail for that day; the anchor's number, or None if the day has one. Any number may call."""
    with connection.cursor() as cursor:
        cursor.execute(ANCHOR, {"day": day, "at": at})
        made = cursor.fetchone()
    return int(made[0]) if made else None


def heads_digest(heads: Iterable[tuple[str, int, str]]) -> str:
    """SHA-256 over a line `chain sequence hash` for each head, in the order of the chains' bytes, joined by a
    single line feed."""
    told = hashlib.sha256()
    for place, (chain, sequence, head) in enumerate(heads):
        told.update(f"{'' if place == 0 else chr(10)}{chain} {sequence} {head}".encode())
    return told.hexdigest()


def digest(
    previous_hash: str | None,
    number: int,
    day: date,
    at: datetime,
    chains: int,
    entries: int,
    moved: int,
    heads_hash: str,
) -> str:
    """The hash an anchor must have: SHA-256 over these eight, one a line, times as in `canonical.digest`."""
    lines = (
        previous_hash or GENESIS,
        str(number),
        day.isoformat(),
        at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        str(chains),
        str(entries),
        str(moved),
        heads_hash,
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
