"""Guessing is slow, and slowness is nobody's weapon: an address waits, a name never does.

Failures are counted for the pair of address and name, and for the address alone. A browser that knows the
person (`entrance/browsers.py`) has a count of its own: whatever others fail with, its person signs in. With
Redis away, or emptied, the counts begin again: a slow hash stands before the password then, too.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """Somebody tries. `browser` is empty where it does not know whom the name belongs to. `of_codes`: the
    password was right, now codes are tried; those of one person are few wherever they are tried from."""

    name: str
    address: str
    browser: str = ""
    of_codes: bool = False

    @property
    def limits(self) -> dict[str, int]:
        """What is counted, and how many failures it bears. No name is stored as such."""
        if self.browser:
            return {_key("browser", self.browser, self.name): settings.SIGN_IN_FAILURES * 2}
        limits = {
            _key("pair", self.address, self.name): settings.SIGN_IN_FAILURES,
            _key("address", self.address): settings.SIGN_IN_FAILURES_OF_ADDRESS,
        }
        codes = {_key("codes", self.name): settings.SIGN_IN_FAILURES * 4}
        return limits | (codes if self.of_codes else {})


def seconds_to_wait(attempt: Attempt) -> int:
    """0 when it may be tried now."""
    try:
        found = cache.get_many([_until(key) for key in attempt.limits])
    except RedisError:
        return _away()
    return max([0, *(int(until - time.time()) + 1 for until in found.values() if until > time.time())])


def failed(attempt: Attempt) -> None:
    try:
        for key, limit in attempt.limits.items():
            if _counted(key) >= limit:
                cache.set(_until(key), time.time() + _wait(), _wait())
                cache.delete(key)
    except RedisError:
        _away()


def succeeded(attempt: Attempt) -> None:
    """The person's own mistypings are forgotten; those of the address with other names are not."""
    own = [key for key in attempt.limits if not key.startswith("entrance:address:")]
    try:
        cache.delete_many(own)
    except RedisError:
        _away()


def _counted(key: str) -> int:
    if cache.add(key, 1, _wait()):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # the time ended in between
        return 1


def _away() -> int:
    logger.warning("no limit on signing in: Redis does not answer")
    return 0


def _wait() -> int:
    return int(settings.SIGN_IN_WAIT_MINUTES) * 60


def _until(key: str) -> str:
    return f"{key}:until"


def _key(kind: str, *parts: str) -> str:
    return f"entrance:{kind}:{_hashed(parts)}"


def _hashed(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
