"""From a bare Python to a complete environment; runs before there is one, so it imports nothing installed.

python3 -m ops.bootstrap run|test
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from ops.places import CLONE, Trouble, is_root

VENV = CLONE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "in-sync-with"
UV_LOCK = CLONE / "requirements-uv.txt"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
LOCKS = {"run": CLONE / "requirements.txt", "test": CLONE / "requirements-dev.txt"}


def _library(name: str) -> Callable[[], bool]:
    def there() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return there


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(name) for name in names)


def _can_make_environments() -> bool:
    return VENV.exists() or importlib.util.find_spec("ensurepip") is not None


# Debian's package → is what we need from it there?
PACKAGES: dict[str, dict[str, Callable[[], bool]]] = {
    "run": {
        "python3-venv": _can_make_environments,
        "libpango-1.0-0": _library("libpango-1.0.so.0"),
        "libpangoft2-1.0-0": _library("libpangoft2-1.0.so.0"),
        "libharfbuzz-subset0": _library("libharfbuzz-subset.so.0"),
        "fontconfig": _library("libfontconfig.so.1"),
    },
    "test": {
        "chromium": _program("chromium", "chromium-browser", "google-chrome"),
        "libatomic1": _library("libatomic.so.1"),  # Playwright's driver
        "poppler-utils": _program("pdfsig"),
        "qpdf": _program("qpdf"),
        "gettext": _program("xgettext"),
        "default-jdk-headless": _program("javac"),  # veraPDF, driven by one source file
        "libjaxb-java": Path("/usr/share/java/jaxb-runtime.jar").exists,
    },
}


def missing_packages(purpose: str) -> list[str]:
    wanted = PACKAGES["run"] | (PACKAGES["test"] if purpose == "test" else {})
    return [package for package, is_there in wanted.items() if not is_there()]


def install_packages(purpose: str) -> None:
    """Debian packages we lack: installed when we are root, else named in the one line that installs them."""
    missing = missing_packages(purpose)
    if not missing:
        return
    line = f"apt-get install -y --no-install-recommends {' '.join(missing)}"
    if not is_root() or not shutil.which("apt-get"):
        raise Trouble(
            f"This machine lacks {', '.join(missing)}. Install with\n\n    sudo {line}\n\nand start again."
        )
    _say(f"installing {', '.join(missing)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update", line):
        parts = [*command.split(), "-q", "-o", "DPkg::Lock::Timeout=300"]
        _run(parts, f"`{command}` failed: see above, cure it and start again.", environment)
    if still := missing_packages(purpose):
        raise Trouble(
            f"Still missing after `{line}`: {', '.join(still)}. Install what provides them by hand."
        )


def synchronise(purpose: str) -> None:
    """The environment holds exactly what the lock names, each file checked against its hash."""
    digests = {name: hashlib.sha256(lock.read_bytes()).hexdigest() for name, lock in LOCKS.items()}
    enough = {digests[purpose], digests["test"]}  # the environment of the tests contains the other
    if STAMP.exists() and STAMP.read_text() in enough and _works(PYTHON):
        return
    _say(f"making the environment from {LOCKS[purpose].name} (minutes at first, seconds later)")
    if not _works(PYTHON) or not _works(PYTHON, "-m", "pip", "--version"):
        failed = (
            f"The environment {VENV} cannot be made: is there room on the disk? Remove it and start again."
        )
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)], failed)
    STAMP.unlink(missing_ok=True)
    failed = (
        "Packages could not be fetched: is the network (or pip's index and proxy setting) right? See above."
    )
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    _run([*pip, "install", "-q", "--require-hashes", "-r", str(UV_LOCK)], failed)
    environment = os.environ | {"VIRTUAL_ENV": str(VENV)}
    if not os.access(os.path.expanduser("~"), os.W_OK):
        environment["UV_NO_CACHE"] = "1"
    index = subprocess.run(
        [*pip, "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    if index.returncode == 0:
        environment.setdefault("UV_DEFAULT_INDEX", index.stdout.strip())  # uv does not read pip's settings
    sync = [
        str(VENV / "bin" / "uv"),
        "pip",
        "sync",
        "-q",
        "--compile-bytecode",
        "--require-hashes",
        str(LOCKS[purpose]),
    ]
    if SYSTEM_CERTIFICATES.exists():
        sync.append(
            "--system-certs"
        )  # where a hospital's proxy opens TLS, the machine trusts it, uv alone not
    _run(sync, failed, environment)
    STAMP.write_text(digests[purpose])


def _works(*command: str | Path) -> bool:
    parts = [str(part) for part in command]
    try:
        return (
            subprocess.run([*parts, *(["-c", ""] if len(parts) == 1 else [])], capture_output=True).returncode
            == 0
        )
    except OSError:
        return False


def _run(command: list[str], failed: str, environment: dict[str, str] | None = None) -> None:
    if subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode:
        raise Trouble(failed)


def _say(sentence: str) -> None:
    print(f"nullaosta: {sentence}", flush=True)


def main(arguments: list[str]) -> None:
    purpose = arguments[0]
    gate = os.open(CLONE, os.O_RDONLY)
    fcntl.flock(gate, fcntl.LOCK_EX)  # two starts at once make one environment
    install_packages(purpose)
    synchronise(purpose)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Trouble as trouble:
        sys.exit(f"nullaosta: {trouble}")
    except KeyboardInterrupt:
        sys.exit(130)
