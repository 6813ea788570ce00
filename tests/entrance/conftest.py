import pytest

from accounts.models import User
from tests.people import people

__all__ = ["people"]


@pytest.fixture
def prescriber(people) -> User:
    return people["prescriber-w3"]
