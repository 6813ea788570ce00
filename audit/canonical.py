"""What the hash of an entry covers, said exactly, so that anybody can recompute it without us.

The hash is SHA-256, in lower-case hexadecimal, over the UTF-8 bytes of eight lines joined by a
single line feed, without one at the end:

1. the hash of the entry before it in the chain (64 zeros for the first);
2. the id of the entry;
3. the chain;
4. the sequence number;
5. the time in UTC as `2026-11-23T01:22:32.123456Z`, always six decimals;
6. the id of the actor, or `-` when nobody acted (a sweep);
7. the action;
8. the data as canonical JSON.

Canonical JSON: the keys of each object ordered by their length in UTF-8 bytes, then by those bytes;
`", "` between members and `": "` after a key; strings escaped only where JSON demands it (`\\"`,
`\\\\`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t`, other controls as `\\u00xx` in lower case); numbers in plain
decimal notation with the decimals they were written with. This is the text PostgreSQL gives for a
`jsonb`, which lets the database hash without a second parser; a test compares the two.
"""

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

GENESIS = "0" * 64


class ExactDecoder(json.JSONDecoder):
    """Reads numbers with a decimal point as `Decimal`: no digit is lost on the way to the hash."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parse_float=Decimal, **options)


def canonical(value: object) -> str:
    """The canonical JSON of a value read from the trail; `TypeError` on what JSON does not know."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        members = (f"{json.dumps(key, ensure_ascii=False)}: {canonical(value[key])}" for key in keys)
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(canonical, value)) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False)


def digest(
    previous_hash: str,
    entry_id: int,
    chain: str,
    sequence: int,
    at: datetime,
    actor_id: int | None,
    action: str,
    data: object,
) -> str:
    """The hash an entry must have, in hexadecimal."""
    lines = (
        previous_hash,
        str(entry_id),
        chain,
        str(sequence),
        at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "-" if actor_id is None else str(actor_id),
        action,
        canonical(data),
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
