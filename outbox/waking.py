"""Telling a worker that there is something to do, without ever making anybody wait for it.

A thread of its own talks to the broker: with Redis down, or up and silent, a click takes as long as
ever. A wake-up that is lost costs at most the minute until the next sweep.
"""

import logging
import threading
import time

from celery import current_app

logger = logging.getLogger(__name__)

# At most so many seconds apart: a burst of commits rings once, not once each.
PAUSE = 0.1
EXPIRES = 60

_rung = threading.Event()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def wake() -> None:
    """Ask for a worker to look at the promises. Returns at once and never fails."""
    global _thread
    with _lock:
        # Also after a fork: the child has the variable, but not the thread.
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_ring, name="outbox-waking", daemon=True)
            _thread.start()
    _rung.set()


def _ring() -> None:
    while _rung.wait():
        _rung.clear()
        try:
            current_app.send_task("outbox.tasks.keep_promises", expires=EXPIRES, retry=False)
        except Exception as error:  # whatever the broker's client raises: the promise itself is safe
            logger.warning("No worker woken (%s): the next sweep finds the promise.", type(error).__name__)
        time.sleep(PAUSE)
