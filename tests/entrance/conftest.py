import pytest

from accounts.models import User
from tests.people import people

__all__ = ["people"]


@pytest.fixture
def prescriber(people) -> User:
    return people["prescriber-w3"]


@pytest.fixture
def client_factory():
    """Another browser, each time."""
    from django.test import Client

    return Client
