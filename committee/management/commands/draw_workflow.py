"""Write docs/workflow.md from the code, or check that it is what the code says."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals import workflow
from approvals.diagram import draw
from committee import workflow as sittings

DRAWN = (
    "Drawn from `approvals/workflow.py` and `committee/workflow.py` by `manage.py draw_workflow`: "
    "do not edit."
)


def page() -> str:
    applications = draw(
        "The life of an application", workflow.Status, workflow.Action, workflow.moves(), workflow.FACTS
    )
    moves = [(action, source, target) for action, (source, target) in sittings.MOVES.items()]
    of_committee = draw("The life of a sitting", sittings.Status, sittings.Action, moves, sittings.FACTS)
    return "\n".join([DRAWN, "", *applications, *of_committee])


class Command(BaseCommand):
    help = "Draw docs/workflow.md from approvals/workflow.py and committee/workflow.py."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if the file is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        path, drawn = settings.BASE_DIR / "docs" / "workflow.md", page()
        if not options["check"]:
            path.write_text(drawn, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != drawn:
            raise CommandError("docs/workflow.md is out of date: run `manage.py draw_workflow`.")
