"""Write docs/openapi.yaml from the code, or check that it is what the code says. Warnings are errors."""

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Write docs/openapi.yaml, the description of api/ (OpenAPI 3.1)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the file is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "openapi.yaml"
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "openapi.yaml"
            call_command("spectacular", file=str(made), lang="en", validate=True, fail_on_warn=True)
            described = made.read_text(encoding="utf-8")
        if not options["check"]:
            path.write_text(described, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != described:
            raise CommandError("docs/openapi.yaml is out of date: run `manage.py describe_api`.")
