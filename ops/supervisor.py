"""Child processes: started, remembered, watched, started again, ended in order."""

import json
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


class Record:
    """Which processes we started, on disk: so that the next start can end what a killed one left behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, children: list[Child]) -> None:
        pids = [child.process.pid for child in children if child.process and child.process.poll() is None]
        self.path.write_text(json.dumps([[pid, _born(pid)] for pid in pids]))

    def end_leftovers(self) -> int:
        """How many process groups of an earlier start had to be ended."""
        try:
            known = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return 0
        left = [pid for pid, born in known if is_alive(pid) and _born(pid) == born]
        end_groups(left)
        self.path.unlink(missing_ok=True)
        return len(left)


def _born(pid: int) -> str:
    """When the process started, in the kernel's ticks: a number given again to another differs in this."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


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


def restart_the_dead(children: list[Child], say: Callable[[str], None]) -> bool:
    """Starts again what ended by itself; Trouble when one keeps ending. True if there was any."""
    dead = [child for child in children if child.running.poll() is not None]
    for child in dead:
        code = child.running.returncode
        how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        now = time.monotonic()
        child.ended_at = [*(at for at in child.ended_at if now - at < RESTART_WINDOW_SECONDS), now]
        if len(child.ended_at) > RESTARTS:
            raise Trouble(f"{child.name} {how} again and again: read {child.log}{explain(child.log)}")
        say(f"{child.name} {how} and is started again; {child.log} tells why{explain(child.log)}")
        child.start()
    return bool(dead)
