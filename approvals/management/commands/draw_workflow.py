"""Write docs/workflow.md from the code, or check that it is what the code says."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.diagram import draw


class Command(BaseCommand):
    help = "Draw docs/workflow.md from approvals/workflow.py."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the file is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "workflow.md"
        page = draw()
        if not options["check"]:
            path.write_text(page, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != page:
            raise CommandError("docs/workflow.md is out of date: run `manage.py draw_workflow`.")
