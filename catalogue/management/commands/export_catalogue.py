import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalogue.choices import EditionStatus
from catalogue.models import Edition
from catalogue.shape import edition_content
from catalogue.writing_xlsx import write


class Command(BaseCommand):
    help = "Prints an edition as the JSON file it could be loaded from, or writes it as an XLSX workbook."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", nargs="?", help="code of the edition; without it, the published one")
        parser.add_argument("--xlsx", type=Path, help="write a workbook here instead of printing JSON")

    def handle(self, *, code: str | None, xlsx: Path | None, **options: Any) -> None:
        wanted = {"code": code} if code else {"status": EditionStatus.PUBLISHED}
        edition = Edition.objects.filter(**wanted).first()
        if edition is None:
            raise CommandError("There is no such edition: load one with `manage.py load_catalogue`.")
        if xlsx is not None:
            with xlsx.open("wb") as file:
                write(file, edition_content(edition))
            return
        self.stdout.write(json.dumps(edition_content(edition), ensure_ascii=False, indent=2))
