"""Access entries: who opened what, in which roles, why, from where. One statement, however many files.

Every opening is an entry of its own, a page drawn again a minute later too: the law asks for every read, and
whoever summarises (the patient's report) does so when reading.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

INSERT = """
INSERT INTO audit_entry (chain, at, actor_id, action, data)
SELECT one.chain, %s, %s, %s, one.data::jsonb
  FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS one (chain, data, place)
 ORDER BY one.place
"""


@dataclass(frozen=True)
class Opening:
    """One file opened. `what` is a word and an id ("letter:12"), `why` a word (and an id, "break_glass:3");
    `identity` whether the patient was named. `more` holds ids."""

    chain: str
    roles: list[str]
    identity: bool
    what: str
    why: str
    more: dict[str, Any] = field(default_factory=dict)

    def data(self, where: str) -> dict[str, Any]:
        told: dict[str, Any] = {"roles": self.roles, "identity": self.identity}
        told |= {"what": self.what, "why": self.why, "where": where}
        return told | self.more


def record(
    openings: Iterable[Opening],
    *,
    by: AbstractBaseUser,
    at: datetime,
    where: str,
    action: str = "opened",
) -> None:
    """Write them all. Chains are locked in one order everywhere: by kind and number."""
    written = sorted(openings, key=lambda one: (len(one.chain), one.chain))
    if not written:
        return
    chains = [one.chain for one in written]
    # The other system that acts for the person, where one does.
    also = {"through": through} if (through := getattr(by, "through", "")) else {}
    data = [json.dumps(one.data(where) | also, allow_nan=False) for one in written]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [at, by.pk, action, chains, data])
