"""What must be true of the data before web, worker and beat start: the same for `make run` and compose.yaml.

python -m ops.prepare
"""

import os
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection


def static_files_are_collected() -> bool:
    """Collecting and compressing takes longer than all else here: only when something is newer."""
    collected = settings.STATIC_ROOT / "staticfiles.json"
    sources = [path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*")]
    locks = settings.BASE_DIR.glob("requirements*.txt")  # packages bring static files of their own
    newest = max((path.stat().st_mtime for path in [*sources, *locks]), default=0)
    return collected.exists() and collected.stat().st_mtime > newest


def is_superuser() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


DEMO = ("make_demo_keys", "load_demo", "load_demo_sittings", "load_demo_client", "load_demo_roles")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    if settings.DEMO and is_superuser():
        call_command("setup_database_roles")  # elsewhere the administrator of the server does (compose.yaml)
    for command in (
        "load_catalogue",
        *(DEMO if settings.DEMO else ()),
    ):
        call_command(command)
    if not static_files_are_collected():
        call_command("collectstatic", interactive=False, verbosity=1, clear=True)


if __name__ == "__main__":
    main()
