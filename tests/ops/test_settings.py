"""Where the settings come from: the environment, `*_FILE` secrets, or the file a running house writes."""

import os
import subprocess
import sys

from django.conf import settings

CASES = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "DEMO", "NULLAOSTA_VAR", "HTTPS")


def load(tmp_path, **variables):
    """One line of what a fresh process reads, or its complaint."""
    bare = {name: value for name, value in os.environ.items() if name not in CASES}
    program = (
        "from django.conf import settings as s; "
        "print(s.SECRET_KEY, s.DATABASES['default']['NAME'], s.REDIS_URL, s.DEMO)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=bare | {"DJANGO_SETTINGS_MODULE": "config.settings", "NULLAOSTA_VAR": str(tmp_path)} | variables,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_a_secret_file_may_end_with_a_newline(tmp_path):
    for name, value in {"key": "k3y", "db": "postgresql://u:p@h/house", "redis": "redis://h/1"}.items():
        (tmp_path / name).write_text(value + "\n")
    read = load(
        tmp_path,
        SECRET_KEY_FILE=str(tmp_path / "key"),
        DATABASE_URL_FILE=str(tmp_path / "db"),
        REDIS_URL_FILE=str(tmp_path / "redis"),
    )
    assert read == "k3y house redis://h/1 False"


def written_by_a_running_house(tmp_path):
    (tmp_path / "environment").write_text(
        "SECRET_KEY='demo'\nDATABASE_URL='postgresql://nullaosta@/demo?host=/x'\nREDIS_URL='redis://r/0'\nDEMO='1'\n"
    )


def test_beside_a_running_house_nothing_needs_to_be_set(tmp_path):
    written_by_a_running_house(tmp_path)
    assert load(tmp_path) == "demo demo redis://r/0 True"


def test_who_names_a_database_gets_nothing_of_the_demo(tmp_path):
    written_by_a_running_house(tmp_path)
    mine = {"SECRET_KEY": "mine", "DATABASE_URL": "postgresql://h/mine", "REDIS_URL": "redis://mine/0"}
    assert load(tmp_path, **mine) == "mine mine redis://mine/0 False"


def test_without_a_key_the_complaint_says_what_to_do(tmp_path):
    assert "SECRET_KEY is not set: `make run` makes one" in load(tmp_path)
