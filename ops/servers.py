"""One PostgreSQL 18 and one Redis server out of their wheels: the engines of production."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
import redis

from ops import places
from ops.places import Trouble

START_SECONDS = 60
STOP_SECONDS = 30
NAME = "nullaosta"


class Server:
    """One data server with its folder. `start` adopts one that already runs there (after a kill)."""

    name: str
    variable: str  # by which the settings know its address
    polite: int = signal.SIGTERM

    def __init__(self, home: Path, logs: Path) -> None:
        self.home = home
        self.folder = home / self.name
        self.log = logs / f"{self.name}.log"

    def start(self) -> None:
        if self.pid():
            self.wait_until_ready()
            return
        self.prepare()
        self.spawn(self.command())
        self.wait_until_ready()

    def stop(self) -> None:
        """Ends it in order; harder when it does not listen."""
        for how in (self.polite, signal.SIGTERM, signal.SIGKILL):
            pid = self.pid()
            if not pid:
                return
            os.kill(pid, how)
            if self.ended(pid):
                return

    def kill(self) -> None:
        """kill -9, for tests of what survives it."""
        if pid := self.pid():
            os.kill(pid, signal.SIGKILL)
            self.ended(pid)

    def ended(self, pid: int) -> bool:
        return wait_until(lambda: not is_alive(pid), STOP_SECONDS)

    def spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        user = places.server_user()
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": str(self.home)},
                start_new_session=True,  # a Ctrl-C at the terminal is for us, not for them
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )
        _children.append(process)
        return process

    def wait_until_ready(self) -> None:
        def ready_or_dead() -> bool:
            return self.is_ready() or not self.pid(starting=True)

        wait_until(ready_or_dead, START_SECONDS)
        if not self.is_ready():
            raise Trouble(f"{self.name} did not start: read {self.log}{explain(self.log)}")

    def pid(self, *, starting: bool = False) -> int:
        """Its process, or 0. `starting` counts a child of ours that has not written its pid file yet."""
        for child in list(_children):
            if child.poll() is None:
                if starting and str(self.folder) in str(child.args):
                    return child.pid
            else:
                _children.remove(child)
        try:
            pid = int(self.pid_file().read_text().split("\n")[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            return pid if bytes(self.folder) in command else 0
        except (OSError, ValueError):
            return 0

    @property
    def url(self) -> str:
        raise NotImplementedError

    def pid_file(self) -> Path:
        raise NotImplementedError

    def prepare(self) -> None:
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def is_ready(self) -> bool:
        raise NotImplementedError


_children: list[subprocess.Popen[bytes]] = []


class Postgres(Server):
    """Reached by a Unix socket in a folder only its owner (and root) enters; no network address at all."""

    name = "postgres"
    variable = "DATABASE_URL"
    polite = signal.SIGINT  # "fast": open connections are ended

    def __init__(self, home: Path, logs: Path, *, durable: bool = True) -> None:
        super().__init__(home, logs)
        self.durable = durable
        self.sockets = places.socket_folder(home)

    @property
    def url(self) -> str:
        return self.url_of(NAME)

    def url_of(self, role: str) -> str:
        return f"postgresql://{role}@/{NAME}?host={self.sockets}"

    def pid_file(self) -> Path:
        return self.folder / "postmaster.pid"

    def prepare(self) -> None:
        places.give_to_server_user(self.home)
        places.give_to_server_user(self.sockets)
        if self.folder.exists():
            return
        unfinished = self.folder.with_suffix(".new")  # a half-finished earlier start leaves only this
        if unfinished.exists():
            shutil.rmtree(unfinished)
        command = [places.program("postgres", "initdb"), "--pgdata", str(unfinished), "--username", NAME]
        command += ["--auth", "trust", "--encoding", "UTF8", "--locale-provider", "builtin"]
        command += ["--locale", "C.UTF-8", "--data-checksums"] + ([] if self.durable else ["--no-sync"])
        if self.spawn(command).wait():
            raise Trouble(f"The database could not be created: read {self.log}{explain(self.log)}")
        unfinished.rename(self.folder)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "max_connections": "200",
        }
        settings |= {"unix_socket_permissions": "0700", "timezone": "UTC"}
        # A refused statement holds what was typed, its DETAIL the row: neither belongs in a log.
        settings |= {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}  # lost only with the machine
        command = [places.program("postgres", "postgres"), "-D", str(self.folder)]
        return command + [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def is_ready(self) -> bool:
        try:
            with psycopg.connect(f"postgresql://{NAME}@/postgres?host={self.sockets}", autocommit=True) as db:
                if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                    with suppress(psycopg.errors.UniqueViolation, psycopg.errors.DuplicateDatabase):
                        db.execute(f"CREATE DATABASE {NAME}")  # a constant of ours
        except psycopg.OperationalError:
            return False
        return True


class Redis(Server):
    """On a loopback port with a password of its own, kept in its configuration file."""

    name = "redis"
    variable = "REDIS_URL"

    def pid_file(self) -> Path:
        return self.folder / "redis.pid"

    @property
    def configuration(self) -> Path:
        return self.folder / "redis.conf"

    @property
    def url(self) -> str:
        values = dict(line.split(" ", 1) for line in self.configuration.read_text().splitlines())
        return f"redis://:{values['requirepass']}@127.0.0.1:{values['port']}/0"

    def prepare(self) -> None:
        places.give_to_server_user(self.home)
        places.give_to_server_user(self.folder)
        port = free_port()
        if self.configuration.exists():
            kept = redis.Redis.from_url(self.url).connection_pool.connection_kwargs
            if wait_until(lambda: is_free(kept["port"]), 2):  # a killed server lets go a moment later
                port = kept["port"]
        lines = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": secrets.token_hex(24),
            "dir": str(self.folder),
            "pidfile": str(self.pid_file()),
            "set-proc-title": "no",  # keeps the folder on its command line, by which we know it again
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
        }
        if self.configuration.exists():
            lines["requirepass"] = kept["password"]
        self.configuration.touch(mode=0o600)
        self.configuration.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
        if user := places.server_user():
            os.chown(self.configuration, user.pw_uid, user.pw_gid)

    def command(self) -> list[str]:
        return [places.program("redis", "redis-server"), str(self.configuration)]

    def is_ready(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except (redis.RedisError, OSError):
            return False


def explain(log: Path) -> str:
    """What the end of a log says about the machine, as the rest of a sentence."""
    tail = log.read_bytes()[-4000:].decode(errors="replace") if log.exists() else ""
    # A full disk may have kept the log from saying so.
    if "No space left on device" in tail or shutil.disk_usage(log.parent).free < 2**20:
        return ". The disk is full: make room and start again."
    if "could not open shared memory segment" in tail or "could not resize shared memory" in tail:
        return ". /dev/shm is missing or too small: give this machine or container at least 64 MB of it."
    return "."


def is_alive(pid: int) -> bool:
    """Not ended, and not only waiting to be collected by its parent (then its ports and files are free)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (OSError, IndexError):
        return False


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def free_port() -> int:
    """Below the ports that outgoing connections take, so that it is still free at the next start."""
    return next(port for port in iter(lambda: secrets.choice(range(20_000, 32_000)), 0) if is_free(port))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
