"""The data servers of this clone.

python -m ops.services run -- COMMAND …    runs a command against them
"""

import fcntl
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from ops import places
from ops.places import Trouble
from ops.servers import NAME, Postgres, Redis, Server

READABLE = "abcdefghijkmnpqrstuvwxyz23456789"  # no characters that look alike


class Services:
    """Both servers of one home, except those whose address is `given` (DATABASE_URL, REDIS_URL)."""

    def __init__(
        self, home: Path, logs: Path, *, durable: bool = True, given: Mapping[str, str] | None = None
    ) -> None:
        self.home = home
        self.postgres = Postgres(home, logs, durable=durable)
        self.redis = Redis(home, logs)
        self.given = dict(given or {})

    @property
    def servers(self) -> list[Server]:
        return [server for server in (self.postgres, self.redis) if server.variable not in self.given]

    def start(self) -> None:
        for server in self.servers:
            server.start()

    def stop(self) -> None:
        for server in reversed(self.servers):
            server.stop()

    def environment(self) -> dict[str, str]:
        return {server.variable: server.url for server in self.servers} | self.given

    def as_application(self) -> dict[str, str]:
        """For whoever serves people: a role that cannot change what must stay (audit/roles.py). A database
        that was given is used as it was given."""
        if self.postgres not in self.servers:
            return {}
        return {self.postgres.variable: self.postgres.url_of(f"{NAME}_application")}


def of_this_clone() -> Services:
    """The servers behind `make run`; somebody else's where the environment names them."""
    logs = places.private(places.private(places.VAR) / "log")
    given = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    return Services(places.servers_home(), logs, given=given)


@contextmanager
def in_use(services: Services) -> Iterator[Services]:
    """Starts the servers for the first user, stops them after the last; any number of users at once."""
    places.private(places.VAR)
    with (places.VAR / "starting.lock").open("w") as gate, (places.VAR / "users.lock").open("w") as users:
        fcntl.flock(gate, fcntl.LOCK_EX)
        try:
            services.start()
        except BaseException:
            services.stop()
            raise
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        try:
            yield services
        finally:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_UN)
            with suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                services.stop()


def kept_secret(path: Path, characters: int) -> str:
    """A secret made at the first start, readable by its owner only."""
    if not path.exists():
        unfinished = path.with_name(f"{path.name}.{os.getpid()}")
        unfinished.touch(mode=0o600)
        unfinished.write_text("".join(secrets.choice(READABLE) for _ in range(characters)))
        with suppress(FileExistsError):
            os.link(unfinished, path)  # whole, or another start's
        unfinished.unlink()
    return path.read_text()


def secret_key(var: Path) -> str:
    """The key that signs sessions."""
    return kept_secret(var / "secret_key", 64)


def main(arguments: list[str]) -> int:
    if arguments[:2] != ["run", "--"] or len(arguments) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with in_use(of_this_clone()) as services:
        environment = (
            {"SECRET_KEY": secret_key(places.VAR), "DEMO": "1"} | os.environ | services.environment()
        )
        try:
            return subprocess.run(arguments[2:], env=environment, check=False).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
