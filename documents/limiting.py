"""How often strangers may ask: counters in Redis, one per address and minute."""

import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

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


def client_address(request: HttpRequest) -> str:
    """Who asks; behind our own proxy the last address it noted, which a client cannot choose."""
    if settings.SECURE_PROXY_SSL_HEADER:
        noted: str = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)[-1].strip()
        if noted:
            return noted
    return str(request.META.get("REMOTE_ADDR", ""))


def _counted(key: str) -> int:
    if cache.add(key, 1, WINDOW_SECONDS):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # the minute ended in between
        return 1
