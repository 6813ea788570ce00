import pytest
from django.core.cache import cache
from django.utils import timezone

from tests.api.cast import make_client, mandate
from tests.approvals.walk import catalogue
from tests.people import people

__all__ = ["catalogue", "people"]


@pytest.fixture(autouse=True)
def counters():
    """Each test begins a minute of its own."""
    cache.clear()


@pytest.fixture
def made(people):
    """A client with every scope, and its secret; a mandate for the prescriber of ward 3."""
    found, secret = make_client(people, at=timezone.now())
    mandate(people, found, at=timezone.now())
    return found, secret
