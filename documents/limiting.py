"""How often strangers may ask: counters in Redis, one per address and minute."""

import logging

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

from audit.whence import client_address

WINDOW_SECONDS = 60
logger = logging.getLogger(__name__)


def too_often(request: HttpRequest, what: str, *, each: int, together: int) -> bool:
    """Whether this address asked more than `each` times in its minute, or all addresses more than `together`.

    With Redis away nobody is refused: the check must work, and its codes are too long to guess meanwhile.
    """
    try:
        alone = _counted(f"limit:{what}:{client_address(request)}")
        return alone > each or _counted(f"limit:{what}") > together
    except RedisError:
        logger.warning("no limit on %s: Redis does not answer", what)
        return False


def too_often_for(who: int, what: str, *, each: int) -> bool:
    """The same for a person who is signed in, from whatever address; it counts as asking."""
    try:
        return _counted(f"limit:{what}:user:{who}") > each
    except RedisError:
        logger.warning("no limit on %s: Redis does not answer", what)
        return False


def _counted(key: str) -> int:
    if cache.add(key, 1, WINDOW_SECONDS):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # the minute ended in between
        return 1
