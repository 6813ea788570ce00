"""`make check`: everything about the code that can be said without running its tests.

python -m ops.check
"""

import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ops.places import CLONE

BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
CHECKS: dict[str, list[str]] = {
    "formatted (cure: .venv/bin/ruff format .)": [str(BIN / "ruff"), "format", "--check", "."],
    "linted": [str(BIN / "ruff"), "check", "."],
    "typed": [str(BIN / "mypy"), "."],
    "imports follow the arrows": [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
    ],
    "migrations complete (cure: manage.py makemigrations)": [
        *MANAGE,
        "makemigrations",
        "--check",
        "--dry-run",
    ],
    "docs/workflow.md as drawn (cure: manage.py draw_workflow)": [*MANAGE, "draw_workflow", "--check"],
    "docs/openapi.yaml as described (cure: manage.py describe_api)": [*MANAGE, "describe_api", "--check"],
    "translations complete (cure: make messages)": [sys.executable, "-m", "ops.translations", "check"],
    "style sheet as compiled (cure: make css)": [sys.executable, "-m", "ops.frontend", "check"],
    "no known fault in what is locked": [sys.executable, "-m", "ops.audit"],
    "settings fit for a hospital": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}


def environment(var: Path) -> dict[str, str]:
    """Settings as in a hospital: nothing of a demo, no server is reached."""
    ours = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": f"postgresql://nobody@/none?host={var}",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "NULLAOSTA_VAR": str(var),
        "ALLOWED_HOSTS": "nullaosta.hospital.example",
        "SITE_URL": "https://nullaosta.hospital.example",
        "BEHIND_PROXY": "1",
        # makemigrations says that it cannot ask a database about its history; there is none to ask.
        "PYTHONWARNINGS": "ignore:Got an error checking a consistent migration history:RuntimeWarning",
    }
    kept = {name: value for name, value in os.environ.items() if name not in {"DEMO", "DEBUG", "HTTPS"}}
    return kept | ours


def check(item: tuple[str, list[str]], settings: dict[str, str]) -> tuple[str, bool, str, float]:
    name, command = item
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=CLONE, env=settings, text=True, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return name, done.returncode == 0, done.stdout, time.monotonic() - began


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory(prefix="nullaosta-check-") as var, ThreadPoolExecutor(2) as workers:
        settings = environment(Path(var))
        for name, passed, output, seconds in workers.map(lambda item: check(item, settings), CHECKS.items()):
            print(f"{'ok    ' if passed else 'FAILED'} {name} ({seconds:.0f} s)", flush=True)
            if not passed:
                failed.append(name)
                print(output, flush=True)
            for note in re.findall(r"^NOTE .*$", output, re.MULTILINE) if passed else []:
                print(f"       {note}", flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
