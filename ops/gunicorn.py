"""How gunicorn serves, for `make run` and compose.yaml: WSGI threads, one process per core."""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", 0)) or len(os.sched_getaffinity(0))
threads = int(os.environ.get("WEB_THREADS", 4))
preload_app = True  # loaded once, then forked: connections and keys are opened at their first use
logconfig_dict = settings.LOGGING  # its lines like all others; a line for each request is config/requests.py
timeout = 60
graceful_timeout = 15
control_socket_disable = True  # it would lie outside the clone, shared by every house of this user
max_requests = 10_000
max_requests_jitter = 1_000
worker_tmp_dir = (
    "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
)  # a slow disk must not look like a hang


def when_ready(_: object) -> None:
    """Every page's code is loaded before the fork: a fault in it shows at the start, not at a click."""
    from django.urls import get_resolver

    _ = get_resolver().url_patterns
    say_who_is_too_mighty()


def say_who_is_too_mighty() -> None:
    """A connection that may change the trail is told of at every start, and keeps nobody from working."""
    import logging
    from contextlib import suppress

    from django.db import DatabaseError, connection

    from audit.roles import too_mighty

    with suppress(DatabaseError):  # a database that is away is another matter
        if told := too_mighty():
            logging.getLogger("audit").warning("%s See docs/operations.md, roles of the database.", told)
    connection.close()  # never shared with those who are forked now
