"""How gunicorn serves, for `make run` and compose.yaml: WSGI threads, one process per core."""

import os
import socket
import struct
from typing import Any

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


# A caller that falls silent in the middle of a request is hung up on: it would hold a thread for ever. One
# that sends a byte now and then is for the proxy in front, which takes a request in before it passes it on.
SILENT_SECONDS = int(os.environ.get("WEB_SILENT_SECONDS", 15))


def when_ready(server: Any) -> None:
    """Every page's code is loaded before the fork: a fault in it shows at the start, not at a click."""
    for listener in server.LISTENERS:  # what is accepted has the options of where it knocked
        limit = struct.pack("ll", SILENT_SECONDS, 0)
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
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
