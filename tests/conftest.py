"""What every test needs to know about the databases."""

import gc
import os

import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations


def pytest_configure():
    """Beside a running `make run` a bare `pytest` would find its servers, keys and mails."""
    if settings.DEMO:
        pytest.exit('These are the settings of a running demo: make test ARGS="…" has servers of its own.', 2)
    # Pages name their static files plainly here: hashed names need `collectstatic` first (tests/ops does it).
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    # Tests run at any hour: a mail that can wait is seen at once, but where the waiting itself is tested.
    settings.MAIL_HOURS = ""
    # Counters of each worker apart: clearing a cache empties its whole database of Redis, also under others.
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL.rpartition("/")[0] + f"/{1 + worker}"
    # Passwords are hashed in every test: the slow hash is Django's own, tested there.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_finish():
    """What is imported by now stays: looking through it again and again for garbage took a twentieth."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.hookimpl(trylast=True)  # after pytest-django, which puts tests of the same kind of database together
def pytest_collection_modifyitems(items):
    """Houses that start and stop wait more than they work: first, beside the others, not last and alone."""
    houses = ("tests/ops", "tests/chaos")
    items.sort(key=lambda item: not any(folder in str(item.path) for folder in houses))


# Tests with real transactions empty the tables afterwards; append-only tables refuse that, as they must.
# Only here, and only for that, the triggers look away. DELETE is many times quicker than TRUNCATE on tables
# of a few rows; the lock is TRUNCATE's, so that whoever still writes is waited for and leaves nothing behind.
def _flush_past_triggers(self, style, tables, **options):
    emptied = [self.quote_name(table) for table in tables if table not in MADE_BY_MIGRATE]
    return [
        "SET LOCAL session_replication_role = replica",
        f"LOCK TABLE {', '.join(emptied)} IN ACCESS EXCLUSIVE MODE",
        "; ".join(f"DELETE FROM {table}" for table in emptied),
        "SET LOCAL session_replication_role = origin",
    ]


# These stay filled: so the end of a test need not make them again, which took longer than all the rest.
MADE_BY_MIGRATE = {"django_content_type", "auth_permission"}
DatabaseOperations.sql_flush = _flush_past_triggers
flush.emit_post_migrate_signal = lambda *args, **options: None
