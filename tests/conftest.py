"""What every test needs to know about the databases."""

import pytest
from django.conf import settings
from django.db.backends.postgresql.operations import DatabaseOperations


def pytest_configure():
    """Beside a running `make run` a bare `pytest` would find its servers, keys and mails."""
    if settings.DEMO:
        pytest.exit('These are the settings of a running demo: make test ARGS="…" has servers of its own.', 2)
    # Pages name their static files plainly here: hashed names need `collectstatic` first (tests/ops does it).
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    # Passwords are hashed in every test: the slow hash is Django's own, tested there.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# Tests with real transactions empty the tables afterwards; append-only tables refuse that, as they must.
# Only here, and only for that statement, the triggers look away.
_sql_flush = DatabaseOperations.sql_flush


def _flush_past_triggers(self, *args, **options):
    statements = _sql_flush(self, *args, **options)
    if not statements:
        return statements
    return [
        "SET LOCAL session_replication_role = replica",
        *statements,
        "SET LOCAL session_replication_role = origin",
    ]


DatabaseOperations.sql_flush = _flush_past_triggers
