"""The cast of every test: the demo's people (accounts/demo.py), by user name."""

import pytest

from accounts.demo import make_people
from accounts.models import User
from tests.prepared import prepared

PASSWORD = "una password lunga di prova"


@pytest.fixture
def people(db) -> dict[str, User]:
    prepared("people", ["accounts"], lambda: make_people(PASSWORD))
    return User.objects.in_bulk(field_name="username")
