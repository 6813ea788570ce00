"""pytest on PostgreSQL and Redis servers of its own, thrown away afterwards: never on somebody's database.

    python -m ops.test [pytest arguments]
    python -m ops.test -- COMMAND …         anything else on such servers (make bench)

Any number of these may run at the same time.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ops import places
from ops.places import Trouble
from ops.services import Services

PREFIX = "nullaosta-test-"


def servers_of(folder: Path) -> Services:
    return Services(folder / "servers", folder, durable=False)


def clear_leftovers(base: Path) -> None:
    """Ends the servers of runs that were killed before they could do it."""
    for folder in base.glob(f"{PREFIX}*"):
        try:
            owner = int((folder / "owner").read_text())
            if Path(f"/proc/{owner}").exists() or folder.stat().st_uid != os.geteuid():
                continue
            servers_of(folder).stop()
            shutil.rmtree(folder)
        except (OSError, ValueError):
            continue


@contextmanager
def throw_away() -> Iterator[Services]:
    """Servers for the duration of a `with`: also for one test that kills or restarts them."""
    base = Path(tempfile.gettempdir())
    others_enter = all(folder.stat().st_mode & 0o001 for folder in (base, *base.parents))
    if len(bytes(base)) > 40 or (places.is_root() and not others_enter):
        base = Path("/tmp")  # a socket's address is short, and the servers' user must reach its folder
    clear_leftovers(base)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    (folder / "owner").write_text(str(os.getpid()))
    if places.is_root():
        folder.chmod(0o711)  # the servers' user passes through to its own folder, and sees nothing else
    services = servers_of(folder)
    try:
        services.start()
        yield services
    finally:
        services.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with throw_away() as services:
        environment = os.environ | services.environment()
        environment |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "HTTPS": "0",
            # Who signs in there is given, and asked for nothing more, but where that itself is tested.
            "SECOND_FACTOR": "0",
            "REAUTH_DECISIONS": "0",
            "REAUTH_MINUTES": "0",
            "SIGN_IN_FAILURES": "1000",
            "SIGN_IN_FAILURES_OF_ADDRESS": "100000",
            "NULLAOSTA_VAR": str(places.private(services.postgres.log.parent / "var")),
        }
        command = arguments[1:] if arguments[:1] == ["--"] else [sys.executable, "-m", "pytest", *arguments]
        process = subprocess.Popen(command, env=environment, cwd=places.CLONE)
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue  # the terminal told the command too: it reports and ends
            except SystemExit:
                process.terminate()
                process.wait()
                raise


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
