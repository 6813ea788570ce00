"""A process that sweeps again and again, as beat and its worker do, only quicker. To be killed."""

import time

import django

django.setup()

from contextlib import suppress

from celery import current_app
from django.db import connection

from accounts.clock import now
from outbox import sweeping, tasks
from outbox.keeping import is_due

# A year of anchors would draw and seal 365 documents; the review of roles is about people, not treatments.
# What is to be shown here is that nothing else is doubled.
sweeping._sweeps.pop("anchors of the trail")
sweeping._sweeps.pop("role reviews")


def once() -> None:
    tasks.sweep()
    if is_due(at=now()):
        with suppress(Exception):  # Redis may be gone: the next turn asks again
            current_app.send_task("outbox.tasks.keep_promises", expires=2, retry=False)


while True:
    try:
        once()
    except Exception:  # whatever is being restarted around it
        connection.close()
    time.sleep(0.1)
