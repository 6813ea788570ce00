"""How often one may call: counted in Redis by the minute, told in the headers of each answer.

The headers are those of draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy: "client";q=600;w=60` says
the rule, `RateLimit: "client";r=599;t=31` what is left of this minute and when the next one begins. A refused
call (429) has `Retry-After` too. With Redis away nobody is refused: doctors' systems go on working, and who
floods the house is seen in the trail.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from api.acting_for import Acting
from audit.whence import client_address

if TYPE_CHECKING:
    from rest_framework.views import APIView

WINDOW_SECONDS = 60
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limit:
    """What is left of the quota of this minute; less than nothing: refused."""

    policy: str
    quota: int
    left: int
    resets_in: int

    @property
    def is_over(self) -> bool:
        return self.left < 0

    def headers(self) -> dict[str, str]:
        told = {
            "RateLimit-Policy": f'"{self.policy}";q={self.quota};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.policy}";r={max(self.left, 0)};t={self.resets_in}',
        }
        return told | ({"Retry-After": str(self.resets_in)} if self.is_over else {})


def count(policy: str, who: str, quota: int) -> Limit | None:
    """Count one more call of theirs; None where it cannot be counted."""
    minute, gone = divmod(int(time.time()), WINDOW_SECONDS)
    key = f"calls:{policy}:{who}:{minute}"
    try:
        used = 1 if cache.add(key, 1, 2 * WINDOW_SECONDS) else cache.incr(key)
    except (RedisError, ValueError):  # ValueError: it was dropped in between
        logger.warning("Calls are not counted: Redis does not answer.")
        return None
    return Limit(policy, quota, quota - used, WINDOW_SECONDS - gone)


class Limited(BaseThrottle):
    """The throttle of every view of the API: per client, else per person, else per address."""

    limit: Limit | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        self.limit = self._count(request)
        if self.limit is None:
            return True
        request._request.rate_limit = self.limit  # type: ignore[attr-defined]
        return not self.limit.is_over

    def wait(self) -> float | None:
        return float(self.limit.resets_in) if self.limit else None

    def _count(self, request: Request) -> Limit | None:
        if isinstance(request.auth, Acting):
            return count("client", str(request.auth.client.pk), settings.API_CALLS_CLIENT)
        if request.user and request.user.is_authenticated:
            return count("person", str(request.user.pk), settings.API_CALLS_PERSON)
        return count("address", client_address(request._request), settings.API_CALLS_PERSON)
