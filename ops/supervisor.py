"""Child processes: started, remembered, watched, started again, ended in order."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ops.places import CLONE, Trouble
from ops.servers import explain, is_alive, wait_until

START_SECONDS = 90
STOP_SECONDS = 25  # a worker finishes the letter it is drawing
RESTARTS = 3
RESTART_WINDOW_SECONDS = 120


@dataclass
class Child:
    """One process of ours, in a process group of its own: a Ctrl-C at the terminal is for us to pass on."""

    name: str
    command: list[str]
    log: Path
    is_ready: Callable[["Child"], bool]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    log_start: int = 0
    ended_at: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.log_start = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=CLONE, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    @property
    def running(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self.process

    def said(self, words: str) -> bool:
        """Whether its log, since this start, contains the words."""
        with self.log.open("rb") as log:
            log.seek(self.log_start)
            return words.encode() in log.read()

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.running.poll() is not None or self.is_ready(self), START_SECONDS)
        if self.running.poll() is not None or not self.is_ready(self):
            raise Trouble(f"{self.name} did not start: read {self.log}{explain(self.log)}")


def says(words: str) -> Callable[[Child], bool]:
    return lambda child: child.said(words)


def listens(port: int) -> Callable[[Child], bool]:
    def answers(_: Child) -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    return answers


def serves(url: str) -> Callable[[Child], bool]:
    """Any answer of the application counts as ready, except that it cannot answer."""

    def answers(_: Child) -> bool:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return True
        except urllib.error.HTTPError as answer:
            return answer.code < 500
        except OSError:
            return False

    return answers


def leftovers(mark: str) -> list[int]:
    """The process groups that carry this mark (NAME=value) in their environment: what a killed start left.

    Asked of the kernel, not of a list of ours: a kill can come between starting one and writing it down.
    """
    groups = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                groups.add(os.getpgid(int(folder.name)))
        except OSError:
            continue  # somebody else's, or gone
    return sorted(groups)


def end_groups(pids: list[int]) -> None:
    """Asks all of them at once to end; those that do not are killed with everything they started."""
    _signal([*pids], signal.SIGTERM, os.kill)
    wait_until(lambda: not any(_is_running(pid) for pid in pids), STOP_SECONDS)
    _signal(pids, signal.SIGKILL, os.killpg)


def _is_running(pid: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # collects it if it is ours
    return is_alive(pid)


def _signal(pids: list[int], number: int, send: Callable[[int, int], None]) -> None:
    for pid in pids:
        try:
            send(pid, number)
        except ProcessLookupError:
            continue


def restart_the_dead(children: list[Child], say: Callable[[str], None]) -> None:
    """Starts again what ended by itself; Trouble when one keeps ending."""
    for child in [child for child in children if child.running.poll() is not None]:
        code = child.running.returncode
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        now = time.monotonic()
        child.ended_at = [*(at for at in child.ended_at if now - at < RESTART_WINDOW_SECONDS), now]
        if len(child.ended_at) > RESTARTS:
            raise Trouble(f"{child.name} {how} again and again: read {child.log}{explain(child.log)}")
        say(f"{child.name} {how} and is started again; {child.log} tells why{explain(child.log)}")
        child.start()
