from uuid import uuid4

import pytest

from accounts.models import User
from tests.people import people

__all__ = ["people"]


@pytest.fixture
def prescriber(people) -> User:
    return people["prescriber-w3"]


@pytest.fixture
def counters(settings):
    """Counts of this test's own: Redis is shared with the tests of other processes."""
    own = settings.CACHES["default"] | {"KEY_PREFIX": uuid4().hex}
    settings.CACHES = {"default": own}


@pytest.fixture
def client_factory():
    """Another browser, each time."""
    from django.test import Client

    return Client
