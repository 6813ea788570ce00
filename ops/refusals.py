"""What keeps a start from going on, each in a sentence that says what to do."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ops import places
from ops.places import Trouble
from ops.servers import is_free, wait_until

NEEDED_MEGABYTES = 300


def check_room(folder: Path, needed: int = NEEDED_MEGABYTES) -> None:
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 2**20
    if free < needed:
        raise Trouble(
            f"The disk with {folder} is full: {free} MB free, {needed} needed. Make room and start again."
        )


def chosen_port(words: str) -> int:
    if not words.isdecimal() or not 1 <= int(words) <= 65535:
        raise Trouble(f"PORT={words} is not a port: choose a number such as PORT=8001.")
    if int(words) < 1024 and not places.is_root():
        raise Trouble(f"Port {words} is for root: choose a number from 1024 on, such as PORT=8001.")
    return int(words)


def check_port(port: int) -> None:
    if not wait_until(lambda: is_free(port), 1):
        raise Trouble(f"Port {port} is taken by another program. Choose another: PORT={port + 1} make run")


@contextmanager
def only_one(var: Path, address: str) -> Iterator[None]:
    """Refuses a second `make run` of the same var/ while the first one lives."""
    with (var / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Trouble(
                f"It is already running: {lock.read().strip()}. Stop that one with Ctrl-C first; "
                "for a second one beside it: NULLAOSTA_VAR=/another/folder PORT=8001 make run."
            ) from None
        lock.truncate(0)
        lock.write(f"{address} (process {os.getpid()})")
        lock.flush()
        yield
