"""The Italian of the screens: complete, and compiled from what is written.

python -m ops.translations check|compile
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from ops.places import CLONE

CATALOGUE = CLONE / "locale" / "it" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
LEFT_OUT = (".venv", "var", ".git", "tests", "frontend", "ops", "node_modules", "static", "docs")


def collect(root: Path) -> None:
    """Brings the catalogue under `root` up to date with the strings of its sources."""
    command = [
        sys.executable,
        str(CLONE / "manage.py"),
        "makemessages",
        "-l",
        "it",
        "--no-wrap",
        "--no-obsolete",
    ]
    ignored = [part for folder in LEFT_OUT for part in ("-i", folder)]
    environment = os.environ | {"PYTHONPATH": str(CLONE)}
    subprocess.run([*command, *ignored], cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)


def strings_without_italian() -> list[str]:
    """What the sources say and the catalogue does not; found in a copy, nothing here changes."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        shutil.copytree(CLONE, copy, ignore=shutil.ignore_patterns(*LEFT_OUT, "__pycache__"))
        collect(copy)
        entries = polib.pofile(str(copy / CATALOGUE.relative_to(CLONE)))
        return [entry.msgid for entry in entries if not entry.translated() or entry.fuzzy]


def is_compiled() -> bool:
    if not COMPILED.exists():
        return False
    written = {
        (e.msgctxt, e.msgid, e.msgid_plural): (e.msgstr, e.msgstr_plural)
        for e in polib.pofile(str(CATALOGUE))
    }
    compiled = {
        (e.msgctxt, e.msgid, e.msgid_plural): (e.msgstr, e.msgstr_plural) for e in polib.mofile(str(COMPILED))
    }
    return written == compiled


def main(what: str) -> int:
    if what == "compile":
        collect(CLONE)
        polib.pofile(str(CATALOGUE)).save_as_mofile(str(COMPILED))
        return 0
    missing = strings_without_italian()
    for string in missing:
        print(f"no Italian, or only a guess: {string}")
    if not is_compiled():
        print(f"{COMPILED.relative_to(CLONE)} is older than its source: make messages")
    return bool(missing) or not is_compiled()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
