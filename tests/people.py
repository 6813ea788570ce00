"""The cast of every test: the demo's people (accounts/demo.py), by user name."""

import pytest

from accounts.demo import make_people
from accounts.models import User

PASSWORD = "una password lunga di prova"


@pytest.fixture
def people(db) -> dict[str, User]:
    return make_people(PASSWORD)
