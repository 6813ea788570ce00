"""Which workers live: each leaves the time whenever it looks for work, which beat makes it do each minute."""

import socket
from datetime import datetime, timedelta

from celery import current_task
from django.db import connection

from outbox.models import Worker

# Written anew only after a while: a busy worker looks many times a second. Or when the clock was moved.
SEEN = """
INSERT INTO outbox_worker (name, seen_at) VALUES (%(name)s, %(at)s)
ON CONFLICT (name) DO UPDATE SET seen_at = EXCLUDED.seen_at
 WHERE outbox_worker.seen_at NOT BETWEEN EXCLUDED.seen_at - interval '15 seconds' AND EXCLUDED.seen_at
"""
FORGOTTEN_AFTER = timedelta(days=7)


def seen(*, at: datetime) -> None:
    request = getattr(current_task, "request", None)
    name = getattr(request, "hostname", None) or socket.gethostname()
    with connection.cursor() as cursor:
        cursor.execute(SEEN, {"name": str(name)[:100], "at": at})


def forget(*, at: datetime) -> None:
    """Workers that were replaced by others long ago."""
    Worker.objects.filter(seen_at__lt=at - FORGOTTEN_AFTER).delete()
